"""One way to open SQLite, and leases on top of it."""

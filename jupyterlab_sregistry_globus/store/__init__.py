"""SQLite files, leases, and writing files atomically."""

"""Where images come from: one module a kind of registry, each behind the protocol in base.py."""

"""Download images that only this host can fetch."""

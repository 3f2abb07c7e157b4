"""Download images over HTTPS into a folder of this host."""

"""One file for each step of setup."""

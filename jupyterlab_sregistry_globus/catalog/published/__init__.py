"""Listings of public registries that an administrator publishes in one file for many users."""

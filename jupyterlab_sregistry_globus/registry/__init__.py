"""Registries of images: a module for each kind, all with the interface of base.py."""

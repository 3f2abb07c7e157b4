"""Globus Connect Personal on this machine: its files, and the folders it serves."""

"""Singularity Registry Server."""

"""Decide how images reach a destination, and what might stop them."""

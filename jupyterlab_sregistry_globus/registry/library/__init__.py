"""Servers of the Library API, such as the Sylabs library."""

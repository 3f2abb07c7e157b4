"""One image: its reference, its metadata and its digest."""

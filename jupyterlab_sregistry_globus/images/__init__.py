"""One image: what it is called, what its file says about itself, and its digest."""

"""What commands return: objects that draw themselves as text and HTML, and hold the data."""

"""What commands return: objects that draw themselves as text and HTML, with the data behind them."""

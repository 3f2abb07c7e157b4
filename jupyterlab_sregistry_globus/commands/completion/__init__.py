"""What the words of a command could be, for the Tab key in terminals and notebooks."""

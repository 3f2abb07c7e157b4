"""What an administrator does once, and what tells whether it was done right.

Below the command line and knows nothing of it: each step says what it will do, and then does it.
"""

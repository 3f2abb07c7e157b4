"""What an administrator does once: setup, and the checks that show whether it worked.

Knows no terminal: questions go through an :class:`~..asking.Asker`.
"""

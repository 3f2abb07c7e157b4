"""The commands, each once. The folder tree is the command tree, and a file is one command.

A command takes the invocation and its parsed words, and returns something that can be drawn as
text, HTML or JSON. It prints nothing and asks through the invocation's ``Asker``, so that a
terminal and a notebook can run it alike. ``grammar`` holds what commands are made with, ``drawing``
what they return.
"""

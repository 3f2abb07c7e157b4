"""What a person can ask for in words, shared by the magics and the command line.

A verb takes the services and plain arguments, and returns something that draws itself as text, HTML
or JSON. It knows neither IPython nor click.
"""

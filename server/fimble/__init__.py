"""Fimble: a private code assistant for every editor, with the model inside the server."""

__version__ = "0.1.0"

"""Calls that follow a signature, whatever the language is."""

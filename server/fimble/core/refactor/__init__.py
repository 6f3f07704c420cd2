"""Refactorings: structure by the syntax tree, names by the model, meaning untouched."""

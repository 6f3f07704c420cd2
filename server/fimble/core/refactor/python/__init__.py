"""Refactorings of Python, by its scopes and the order in which it evaluates."""

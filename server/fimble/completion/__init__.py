"""From a cursor to a suggestion, and what became of it."""

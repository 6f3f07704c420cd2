"""Refactorings of JavaScript and TypeScript, by the syntax tree."""

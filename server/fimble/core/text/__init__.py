"""A document as a value: its text, positions, language, trees, and the prompts made of it."""

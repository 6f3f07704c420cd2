"""The seam between what asks for text and what makes it; whose turn the engine's thread is."""

"""What decides about a suggestion: the place, the amount, the end, and what is not shown."""

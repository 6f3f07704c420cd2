"""Weight quantization, one scheme per file."""

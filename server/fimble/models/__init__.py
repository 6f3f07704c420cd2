"""Models on disk: what exists, where it comes from, how it is installed and found."""

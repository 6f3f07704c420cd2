"""What of a folder may be read and quoted."""

"""What a package lost against its checkpoint, and where."""

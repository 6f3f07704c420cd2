"""The language server: one client, its documents, one file per method that it may call."""

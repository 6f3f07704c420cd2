"""One LSP method per file, each with `register(server, session)`."""

"""The wire between client and server: bytes to messages, messages to handlers, and the end."""

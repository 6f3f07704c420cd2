"""A loopback HTTP server for clients that speak OpenAI's completions protocol. Off by default."""

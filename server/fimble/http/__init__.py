"""A loopback HTTP server for clients of OpenAI's or llama.cpp's protocol. Off by default."""

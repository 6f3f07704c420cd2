"""The domain of our own operators, as `engine/kernels/library.c` registers it."""

DOMAIN = "fimble"

"""How fast, how lean and how prompt the engine is; `make bench` runs all of it."""

"""Pure functions over values: no I/O, threads, clock, logging, LSP types or numpy."""

"""One module per command, each with `add_parser(subparsers)` and `run(args) -> int`.

They import what they need inside `run`, so that building the parser stays quick.
"""

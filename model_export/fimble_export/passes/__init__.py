"""What is done to the traced graph, one pass per file."""

from __future__ import annotations

from fimble_export.passes import attention, products
from fimble_export.trace import Pass

OWN_OPERATORS: tuple[Pass, ...] = (products.run, attention.run)
"""Products and attention by the operators of `fimble.engine.kernels`."""

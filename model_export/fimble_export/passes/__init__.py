"""What is done to the traced graph, one pass per file."""

from __future__ import annotations

from fimble_export.passes import attention, head, products
from fimble_export.passes.domain import DOMAIN
from fimble_export.trace import Pass

__all__ = ["DOMAIN", "OWN_OPERATORS"]

OWN_OPERATORS: tuple[Pass, ...] = (head.run, products.run, attention.run)
"""Products and attention by the operators of `fimble.engine.kernels`."""

"""What is done to the traced graph, one pass per file."""

from __future__ import annotations

from fimble_export.graph.passes import attention, head, products, tidy
from fimble_export.graph.passes.own import DOMAIN
from fimble_export.graph.trace import Pass

__all__ = ["DOMAIN", "OWN_OPERATORS"]

OWN_OPERATORS: tuple[Pass, ...] = (head.run, products.run, attention.run, tidy.run)
"""Products, attention and the head's last step by the operators of `fimble.engine.kernels`."""

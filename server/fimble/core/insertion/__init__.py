"""Code that goes into a file: compared with what is there, its imports where imports stand."""

from __future__ import annotations

from fimble.core.insertion.place import placed

__all__ = ["placed"]

"""Numbers on the command line: what is none, or cannot be meant, is refused with a sentence."""

from __future__ import annotations

import argparse
import math


def threads(text: str) -> int:
    """A whole number of at least 1; more threads than the machine has are cut down later."""
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def minutes(text: str) -> float:
    """A duration; 0 mostly means never."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 0 to 1,000,000")
    return value

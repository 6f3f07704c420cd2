"""Why words cannot stand in a slot of a skeleton."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line

_NAME = re.compile(r"`([^`]+)`|\b([A-Za-z]\w*_\w+|[a-z]+[a-z0-9]*[A-Z]\w*)\b")
_PART = re.compile(r"[A-Za-z_]\w*")
_VALUES = frozenset(("None", "True", "False", "null", "true", "false", "undefined", "nil"))
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\w*")
_COMMON = frozenset(("Boolean", "JavaScript", "Markdown", "Promise", "Python", "Unicode", "Unix"))
_NUMBER = re.compile(r"(?<![\w-])(?:[3-9]|\d{2,})\b")
_TAG = re.compile(
    r"(?:\A|\s)[@\\][a-z]+\b|:(param|returns?|raises)\b|</?\w+>\s*\Z"
    r'|"""|```|\*/'
)
_SECTION = re.compile(r"\b(Args|Arguments|Parameters|Returns|Raises|Yields|Example):\s*\Z")
_EMPTY = re.compile(
    r"_?(description|todo|tbd|none|n/?a|null|undefined|placeholder)_?\W*\Z|placeholder for\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(unused|not used|no parameters?|does not (take|accept))\b", re.IGNORECASE)
_SYSTEMS = frozenset(("api", "browser", "cloud", "database", "disk", "email", "network", "server"))
"""What code may talk to; a small model likes to see one where there is none."""

_CODE = re.compile(r"\s(?:=|:=|==|=>|->|\||&&|\|\|)\s")
_ARTICLES = frozenset(("a", "an", "the"))
_COPIED = 4
"""So many words in a row, as a line of the code has them, are taken from it."""


def fault(
    words: str, line: Line, item: Item, code: str, others: Mapping[str, str], limit: int = 1000
) -> str:
    """Why words cannot stand in a slot, "" if they can.

    Args:
        words: Tidied words.
        line: The slot.
        item: What is documented.
        code: The item's source; every name in the words has to occur there.
        others: The words of the slots before.
        limit: The longest summary.
    """
    letters = re.sub(r"[^\w]", "", words)
    if len(letters) < 3 or _EMPTY.match(words):
        return "empty"
    if len(words.split()) < 2:
        return "empty"
    if line.slot == "summary" and len(words) > limit:
        return "long"
    if _TAG.search(words) or _SECTION.search(words):
        return "markup"
    if _CODE.search(words) or (line.slot == "summary" and _copied(words, code)):
        return "copied"
    if re.search(
        rf"(?<!\w){re.escape(item.name)}\s*\(|\b(def|function|func|public|fn) \w+\(", words
    ):
        return "signature"
    if line.slot == "summary" and _names_itself(words, item):
        return "own name"
    if _repetitive(words) or (len(words.split()) > 2 and words in others.values()):
        return "repetitive"
    if re.search(r"\(s\)\s|\.\.\.|…", words):
        return "vague"
    if _invented(words, code):
        return "unknown name"
    if line.slot == "parameter" and _DENIAL.search(words):
        return "denial"
    return ""


def _names_itself(words: str, item: Item) -> bool:
    """Whether a function is explained by its name, as in "Wrapper of `get_path`"."""
    compound = item.name.lower() != item.name or "_" in item.name.strip("_")
    if item.kind != "function" or "constructor" in item.details.traits or not compound:
        return False
    return re.search(rf"(?<![\w.]){re.escape(item.name)}(?!\w)", words) is not None


def _repetitive(words: str) -> bool:
    parts = re.findall(r"\w+", words.lower())
    runs = list(zip(parts, parts[1:], parts[2:], parts[3:], strict=False))
    doubled = any(a == b for a, b in itertools.pairwise(parts) if len(a) > 1)
    return doubled or len(set(runs)) < len(runs)


def _copied(words: str, code: str) -> bool:
    """Whether a line of the code says the same: a statement, or a comment on one step."""
    said = _plain(words)
    if len(said.split()) < _COPIED:
        return False
    return any(f" {said} " in f" {_plain(line)} " for line in code.split("\n"))


def _plain(words: str) -> str:
    """The words alone, without articles and the endings of verbs."""
    found = (word.rstrip("s") for word in re.findall(r"\w+", words.lower()))
    return " ".join(word for word in found if word and word not in _ARTICLES)


def _invented(words: str, code: str) -> bool:
    """Whether they name an identifier, a product, a system or a number that the code lacks."""
    named = [part for pair in _NAME.findall(words) for part in _PART.findall("".join(pair))]
    known = code.lower()
    return (
        any(not re.search(rf"\b{re.escape(part)}\b", code) for part in named if part not in _VALUES)
        or any(word.lower() not in known for word in _PROPER.findall(words) if word not in _COMMON)
        or any(word not in known for word in re.findall(r"\w+", words.lower()) if word in _SYSTEMS)
        or any(number not in code for number in _NUMBER.findall(words))
    )

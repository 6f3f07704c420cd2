"""The words in a skeleton's slots: made tidy, cut to length, replaced by an honest phrase."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.faults import fault
from fimble.core.docstrings.imperative import imperative, indicative, is_verb
from fimble.core.docstrings.skeleton import Line, Style

_LEAD = re.compile(r"\A(?:[-*:\s]+|//+|#+ )+")
_INLINE = re.compile(r"\{@\w+\s+([^}]*)\}")
_SENTENCE = re.compile(r"(?<=[\w)\]`'\"])[.!?](?=\s+[A-Z`]|\s*\Z)")
_THIS = re.compile(
    r"\A(?:(?:This|The)\s+(?:function|method|class|module|code|constructor)\s+)?"
    r"(?:(?:is\s+)?(?:an?\s+|the\s+)?(?:helper\s+)?(?:function|method|tool|helper)\s+"
    r"(?:that|which|to)\s+|is\s+(?:used|meant|intended|designed)\s+to\s+|is\s+an?\s+|will\s+)?(?=\w)",
    re.IGNORECASE,
)
_CHARGED = re.compile(r"\A(?:is\s+)?responsible\s+for\s+(\w+ing)\b", re.IGNORECASE)
_TYPED = re.compile(r"\A(?:\w[\w.]*(?:\[[^]]*\])*(?:\s*\|\s*\w+)*|\([^)]*\)|\{[^}]*\}):\s+")
_CLAUSE = re.compile(
    r",? (?=(?:with|by|and|from|for|using|that|which|where|based|in|so)\b)|(?<!based) (?=on\b)|, "
)
_PHRASE = re.compile(
    r",? (?=(?:with|by|and|from|for|using|that|which|to|in)\b)|(?<!based) (?=on\b)|, "
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_|-")


def tidy(raw: str, line: Line, item: Item, style: Style) -> str:
    """One sentence without the model's decorations, in the style's manner."""
    text = " ".join(raw.replace("\u200b", "").split())
    text = _LEAD.sub("", _INLINE.sub(r"\1", text))
    end = _SENTENCE.search(text)
    text = text[: end.start()] if end else text.rstrip(" .,;:")
    if line.slot == "summary":
        text = _CHARGED.sub(lambda m: indicative(m[1]) or m[0], _THIS.sub("", text))
    elif line.slot in ("returns", "yields"):
        annotation = re.escape(item.details.returns or ":")
        text = re.sub(rf"\A`?{annotation}`?\s*[:-]\s+", "", _TYPED.sub("", text))
        text = re.sub(r"\A(?:Returns?|Yields?)\s+(?=\w)", "", text)
    elif line.about:
        name = re.escape(line.about.rpartition(".")[2].lstrip("*&$."))
        kind = next((p.annotation for p in item.details.parameters if p.name == line.about), "")
        text = re.sub(rf"\A`?{re.escape(kind or 'Any')}`?\s+-\s+", "", text)
        text = re.sub(rf"\A[`'\"]?{name}[`'\"]?\s*(?:\([^)]*\))?\s*[:-]\s+", "", text)
    if not text:
        return ""
    if line.slot == "summary" and style.imperative and item.kind == "function":
        verb = _CAMEL.split(item.name.lstrip("_"))[0].lower()
        text = imperative(text, verb) if "property" not in item.details.traits else text
    return _cased(text, line, style)


def shortened(words: str, limit: int) -> str:
    """A sentence cut at the end of a clause so that it fits `limit`, itself if it cannot be."""
    if len(words) <= limit:
        return words
    ends = [m.start() for m in _CLAUSE.finditer(words, limit // 3, limit)]
    return f"{words[: ends[-1]]}." if ends else words


def _cased(text: str, line: Line, style: Style) -> str:
    sentence = style.sentences or line.slot == "summary"
    continued = bool(line.head.strip()) and line.head[-1] == " " and line.head.strip()[-1].isalnum()
    continued = continued and line.slot in ("summary", "raises", "panics", "safety")
    continued = continued and not line.head.lstrip().startswith(("@", ":"))
    word = text.split(" ", 1)[0]
    ordinary = word[1:].islower() or word in ("A", "I")
    if continued or not sentence:
        text = text[0].lower() + text[1:] if ordinary else text
    elif word.islower() and "_" not in word:
        text = text[0].upper() + text[1:]
    return text + "." if sentence else text


def broken_off(text: str) -> str:
    """A sentence that a limit of tokens ended, up to the end of its last whole clause."""
    ends = [m.start() for m in _CLAUSE.finditer(text) if text[: m.start()].strip()]
    return text[: ends[-1]] if ends else text


def fit(
    raw: str,
    line: Line,
    item: Item,
    style: Style,
    code: str,
    others: Mapping[str, str],
    limit: int,
) -> str:
    """Tidied words that can stand in the slot, "" if they cannot; for the arguments see `fault`."""
    words = tidy(raw, line, item, style)
    if line.slot == "summary":
        words = shortened(words, limit)
    reason = fault(words, line, item, code, others, limit)
    if line.slot == "summary" and reason == "unknown name":
        for less in _beginnings(words):
            if not fault(less, line, item, code, others, limit):
                return less
    return "" if reason else words


def _beginnings(words: str) -> list[str]:
    """The sentence without its last clauses, ever shorter: what was invented may stand there."""
    ends = [m.start() for m in _PHRASE.finditer(words)]
    return [f"{words[:end]}." for end in reversed(ends) if " " in words[:end]]


def fallback(line: Line, item: Item, style: Style) -> str:
    """The shortest phrase that is true of every such slot."""
    phrase = _phrase(line, item)
    if style.sentences or line.slot == "summary":
        return phrase + "."
    return phrase[0].lower() + phrase[1:]


def _phrase(line: Line, item: Item) -> str:
    about = spoken(line.about.rpartition(".")[2]) or "value"
    if line.slot == "summary":
        return _named(line, item)
    if line.slot in ("parameter", "attribute", "generic"):
        return f"The {about}" if line.slot != "generic" else f"The type {line.about}"
    if line.slot == "raises":
        found = next((r.condition for r in item.details.raises if r.name == line.about), "")
        if line.head.rstrip().endswith(" if"):
            return "it fails"
        return f"If `{found}`" if found and '"' not in found and "\\" not in found else "On failure"
    if line.slot == "panics":
        return "its checks fail"
    if line.slot == "safety":
        return "its requirements hold"
    return "The next value" if line.slot == "yields" else "The result"


def _named(line: Line, item: Item) -> str:
    """A summary from the name alone."""
    words = spoken(item.name)
    if item.kind == "module":
        return "Module of the project"
    if "constructor" in item.details.traits:
        return "Initialize the instance"
    if line.head.strip() == item.name:
        return f"is the {words}" if item.kind == "class" else f"does what its name says: {words}"
    if item.kind == "class" or "property" in item.details.traits:
        return f"The {words}"
    if " " not in words:
        return f"Run the {words} operation"
    if is_verb(words.split(" ")[0]):
        return words[:1].upper() + words[1:]
    return f"Return the {words}" if item.details.returns_value else f"Handle the {words}"


def spoken(name: str) -> str:
    """An identifier as words: "max_size" and "maxSize" are "max size"."""
    bare = name.strip("*&$._#")
    parts = [part for part in _CAMEL.split(bare) if part]
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)

"""Secrets that are written out in a text: known keys, passwords, and what looks like chance."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from fimble.core.privacy.secrets.formats import keys

_CALLED = (
    r"passw(?:or)?d|passphrase|passwd|pwd|secret|api_?-?key|access_?-?key|auth_?-?token"
    r"|access_?-?token|refresh_?-?token|private_?-?key|signing_?-?key|encryption_?-?key|credential"
)
_NOT_ITSELF = (
    r"(?![\w-]{0,20}(?:names?|fields?|labels?|ur[il]|path|file|type|header|arn|hint|regex|pattern"
    r"|error|message|length|class|input)\b)"
)
"""`secretName` is the name of one."""
_NAME = rf"(?:{_CALLED}){_NOT_ITSELF}"
_MARKS = ("pass", "pwd", "secret", "key", "token", "credential")
_IS = r"[\"']?\]?\s{0,4}(?::\s{0,4}[\w.]{1,30}\s{0,4})?(?:=>|:=|=|:)\s{0,4}"
_QUOTED = re.compile(
    rf"{_NAME}\w{{0,30}}{_IS}[bruf]{{0,2}}[\"'`]([^\"'`\s]{{6,200}})[\"'`]",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^[ \t]{0,40}(?:export |set |ENV |- )?[\"']?[\w.-]{0,60}?"
    rf"{_NAME}[\w.-]{{0,30}}[\"']?"
    r"[ \t]{0,4}[=:][ \t]{0,4}([^\s\"'#;,(){}\[\]<>$]{6,200})[ \t]{0,20}(?:[#;].*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_IN_STRING = re.compile(
    r";\s{0,4}(?:password|pwd|sharedsecret)\s{0,2}=\s{0,2}([^\s;\"'(){}$]{4,200})[;\"']",
    re.IGNORECASE,
)
_IN_XML = re.compile(
    rf"<\w{{0,30}}?{_NAME}\w{{0,20}}>([^<>\s]{{6,200}})</"
    rf"|=\"[\w.:-]{{0,40}}?{_NAME}\w{{0,20}}\"\s{{1,8}}value=\"([^\"\s]{{6,200}})\"",
    re.IGNORECASE,
)
_NEAR = re.compile(
    rf"(?:token|key|auth|salt|dsn|cookie|license|nonce|hmac|seed)\w{{0,30}}{_IS}"
    r"[\"'`]([A-Za-z0-9+/=_.~-]{16,200})[\"'`]",
    re.IGNORECASE,
)
_LONG = re.compile(r"[\"'`](?!sha\d{3}-)([A-Za-z0-9+/_-]{24,200}={0,2})[\"'`]")
_BARE_LONG = re.compile(r"[=:][ \t]{0,4}([A-Za-z0-9+/_-]{24,200}={0,2})[ \t]{0,20}$", re.MULTILINE)
_WRITTEN_BARE = frozenset(
    (
        *("", "conf", "dockerfile", "dotenv", "env", "ignore", "ini", "makefile", "plaintext"),
        *("properties", "shellscript", "toml", "yaml"),
    )
)
"""Languages, "" for an unknown one, in which a value may stand without quotes."""
_WORDS = re.compile(
    r"example|placeholder|changeme|change|your|dummy|fake|test|sample|secret|password|passwd|pass"
    r"|token|key|api|here|foo|bar|baz|my|the|user|admin|default|none|null|true|false|mock|client"
    r"|access|refresh|signing|expired|invalid|valid|wrong|new|old|some|unit",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"x{3}|\*{3}|\.{3}|[$#%]\{|\{\{|\{[^{}]{0,60}\}|%\(|%[sd]\b|<[\w -]+>|^\$\w+$|^%\w+%$",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"[A-Z]+(?:[_. ][A-Z]+)*")
_BETWEEN = re.compile(r"[-_. /:]+")
_PLACE = re.compile(r"[./~]{0,3}/[a-z]|[A-Za-z]:\\|\w{2,10}://|.*\.[a-z]{2,4}$")
_LEAST_LETTERS = 5
_LEAST_BITS = 3.4
_CHANGES = 0.4
"""How often the kind of character changes: 0.62 times a character by chance, less in words."""


def found(text: str, language_id: str = "") -> Iterator[str]:
    """The secrets of a text. The time is linear in its length.

    Args:
        text: Of a document, or a piece of it.
        language_id: Its language: in some, a value stands without quotes.
    """
    for key, word in keys(text):
        if not (word and is_placeholder(word)):
            yield key
    yield from (value for value in _assigned(text, language_id) if not is_placeholder(value))
    yield from (value for value in _long(text, language_id) if looks_random(value))
    for match in _NEAR.finditer(text):
        if looks_random(match[1], "a0"):
            yield match[1]


def holds(text: str, language_id: str = "") -> bool:
    """Whether a text holds a secret."""
    return next(found(text, language_id), None) is not None


def is_placeholder(value: str) -> bool:
    """Whether what stands where a secret may stand is none: words, names, paths, templates."""
    if _TEMPLATE.search(value) or _PLACE.match(value) or _CONSTANT.fullmatch(value):
        return True
    rest = _BETWEEN.sub("", _WORDS.sub("", value))
    return not rest or (len(rest) < _LEAST_LETTERS and rest.isalpha())


def looks_random(value: str, kinds: str = "Aa0") -> bool:
    """Whether a long string has the look of chance: many characters, in no order.

    Its entropy is Shannon's (1948), of its characters. Names and words have it too where they
    are long; but their letters, capitals and digits come in runs, those of chance do not.

    Args:
        value: The string; what separates words does not count.
        kinds: What it has to hold: capitals "A", small letters "a", digits "0".
    """
    plain = [_kind(character) for character in value if character.isalnum()]
    changes = sum(one != two for one, two in pairwise(plain))
    mixed = plain.count("0") > 1 and set(plain) >= set(kinds)
    return mixed and changes >= _CHANGES * len(plain) and entropy(value) >= _LEAST_BITS


def entropy(value: str) -> float:
    """Bits a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _assigned(text: str, language_id: str) -> Iterator[str]:
    """Values of names that speak of secrets."""
    lower = text.lower()
    if not any(mark in lower for mark in _MARKS):
        return
    yield from (match[1] for match in _QUOTED.finditer(text))
    if language_id in _WRITTEN_BARE:
        yield from (match[1] for match in _BARE.finditer(text))
    yield from (match[1] for match in _IN_STRING.finditer(text))
    if "<" in text:
        yield from (match[1] or match[2] for match in _IN_XML.finditer(text))


def _long(text: str, language_id: str) -> Iterator[str]:
    yield from (match[1] for match in _LONG.finditer(text))
    if language_id in _WRITTEN_BARE:
        yield from (match[1] for match in _BARE_LONG.finditer(text))


def _kind(character: str) -> str:
    if character.isdigit():
        return "0"
    return "A" if character.isupper() else "a"

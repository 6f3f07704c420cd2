"""What a grammar forgives and the language does not.

The grammars of the syntax trees are made for editors: two statements on one line of Python, a
comma behind the last value of JSON, a second package clause are no errors to them.
"""

from __future__ import annotations

import json
import re
from types import MappingProxyType

from fimble.core.completion import repairs
from fimble.core.completion.context import CursorContext
from fimble.core.text import languages, python

_LONGEST = 100_000
_FORGIVEN = ("expected 'except' or 'finally'", "f-string", "invalid character", "invalid non-print")
"""What Python says of a body that is to come, and of what is newer or stranger than it knows."""
_ONCE = MappingProxyType(
    {
        "go": r"^package\s+\w+",
        "java": r"^[ \t]*package\s+[\w.]+\s*;",
        "kotlin": r"^package\s+[\w.]+",
        "csharp": r"^namespace\s+[\w.]+\s*;",
        "html": r"<!doctype\b|<(?:html|head|body|title)\b|</(?:html|head|body)>",
        "vue": r"^<template\b|^</template>",
        "svelte": r"^<style\b|^</style>",
        "xml": r"<\?xml\b",
    }
)
"""What a file says once."""
_PAGES = frozenset({"html", "vue", "svelte", "xml"})
_NOTE = re.compile(r"<!--[\s\S]*?-->")
_JSON_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/')
_LAST_COMMA = re.compile(r'"(?:\\.|[^"\\\n])*"|,(?=\s*[}\]])')


def breaks(context: CursorContext, document: str, language: str) -> bool:
    """Whether `document` breaks a rule of the language that the cursor's document keeps.

    Args:
        context: The cursor.
        document: The text with a suggestion at the cursor.
        language: What the cursor stands in.
    """
    if says_twice(context.snapshot.text, document, context.snapshot.language_id):
        return True
    if context.snapshot.language_id != language or len(document) > _LONGEST:
        return False
    return language == "python" and _breaks_python(context, document)


def says_twice(before: str, after: str, language: str) -> bool:
    """Whether something that a file says once is said again."""
    pattern = _ONCE.get(language)
    if pattern is None:
        return False
    if language in _PAGES:
        before, after = (_NOTE.sub("", text) for text in (before, after))
    said = [re.findall(pattern, text, re.MULTILINE | re.IGNORECASE) for text in (before, after)]
    old, new = ([one.split()[0].lower() for one in found] for found in said)
    return any(new.count(one) > max(1, old.count(one)) for one in new)


def _breaks_python(context: CursorContext, document: str) -> bool:
    fault = _python_fault(context, document)
    if not fault:
        return False
    bases = [python.fault(text) for text in repairs.texts(context, "python")]
    return None in bases or fault not in [base.msg for base in bases if base]


def _python_fault(context: CursorContext, document: str) -> str:
    """What Python says against the lines of the suggestion, "" for nothing."""
    fault = python.fault(document)
    if fault is None or isinstance(fault, IndentationError) or not fault.msg:
        return ""
    line = context.prefix.count("\n") + 1
    added = document.count("\n") - context.snapshot.text.count("\n")
    if fault.msg.startswith(_FORGIVEN):
        return ""
    return fault.msg if line <= (fault.lineno or 0) <= line + max(0, added) + 1 else ""


def is_sound_json(context: CursorContext, document: str, language: str) -> bool | None:
    """Whether JSON stays JSON; None for other languages, and where it was none before."""
    if language not in ("json", "jsonc") or context.snapshot.language_id != language:
        return None
    if len(document) > _LONGEST:
        return None
    strict = language == "json" and not languages.holds_comments(context.snapshot.path)
    for lenient in (False, True) if strict else (True,):
        if any(is_json(text, lenient) for text in repairs.texts(context, "json")):
            return is_json(document, lenient)
    return None


def is_json(text: str, lenient: bool = False) -> bool:
    """Whether a text is JSON; lenient, with comments and commas behind last values."""
    if lenient:
        text = _JSON_TOKEN.sub(lambda one: one[0] if one[0][0] == '"' else " ", text)
        text = _LAST_COMMA.sub(lambda one: one[0] if one[0][0] == '"' else " ", text)
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True

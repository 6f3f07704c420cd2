"""Names that a text uses and that nothing gives a meaning: an edit may bring no new ones."""

from __future__ import annotations

import builtins

from fimble.core.insertion.undeclared import undeclared
from fimble.core.refactor.python import scopes
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text import python, syntax

_GIVEN = frozenset(dir(builtins)) | {"__file__", "__path__", "__annotations__", "__class__"}
_SCRIPTS = ("javascript", "typescript")


def unresolved(language_id: str, before: str, after: str) -> frozenset[str]:
    """The names that are without a meaning in `after` and were not so in `before`.

    Of a language whose scopes are not known, of a text that does not parse, and of one that
    imports everything of somewhere, only sure misses are told.
    """
    if language_id == "python" or language_id.startswith(_SCRIPTS):
        return open_names(language_id, after) - open_names(language_id, before)
    return frozenset(undeclared(language_id, before, after))


def open_names(language_id: str, text: str) -> frozenset[str]:
    """The names without a meaning in a text of Python, JavaScript or TypeScript; else none."""
    if language_id == "python":
        return frozenset(_python(text))
    return frozenset(_script(language_id, text) if language_id.startswith(_SCRIPTS) else ())


def _python(text: str) -> set[str]:
    source = python.parse(text)
    if source is None:
        return set()
    names = scopes.of_source(source)
    if "import *" in text:
        return set()
    return {o.name for o in names.occurrences if names.owner(o) is None} - _GIVEN


def _script(language_id: str, text: str) -> set[str]:
    parsed = syntax.parse(language_id, text)
    if parsed is None or parsed.root.has_error:
        return set()
    names = Scopes(parsed)
    return {o.name for o in names.occurrences if names.owner(o) is None}

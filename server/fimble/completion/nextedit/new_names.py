"""Names that the user has just brought in and that nothing gives a meaning yet."""

from __future__ import annotations

import re

from fimble.completion.nextedit import imports
from fimble.completion.nextedit.changed import hunks
from fimble.completion.nextedit.unresolved import open_names
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot

_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_COMMENT = re.compile(r"(?://|#|^\s*\*|/\*).*", re.MULTILINE)
_GO_DECLARES = r"\b{}\b\s*(?::?=|,|[\w*\[]+[,)])"
_DECLARES = r"\b(?:class|interface|enum|record|type|function|const|let|var)\s+{0}\b|[<.]{0}\b"


def new_names(snapshot: Snapshot, history: History) -> list[str]:
    """Names in changed lines that stood nowhere before and that nothing declares or imports."""
    language, text = snapshot.language_id, snapshot.text
    lines = [line for hunk in hunks(history) for line in hunk.new]
    written = dict.fromkeys(w for line in lines for w in _WORD.findall(_bare(line)))
    known = set(_WORD.findall(_bare(history.before))) if written else set()
    known |= {one.name for one in imports.of(language, text)}
    new = [word for word in written if word not in known]
    if language == "go":
        return [word for word in new if _is_package(text, word)]
    found = open_names(language, text) if new else frozenset()
    types = language != "python"
    return [w for w in new if w in found or (types and _is_type(text, w))]


def _bare(text: str) -> str:
    """A text without its strings and comments."""
    return _COMMENT.sub("", _STRING.sub(" ", text))


def _is_package(text: str, name: str) -> bool:
    used = re.search(rf"(?<![\w.]){name}\.[A-Z]", text)
    return used is not None and not re.search(_GO_DECLARES.format(name), text)


def _is_type(text: str, name: str) -> bool:
    """Whether a name is written as types are, and is declared nowhere in the file."""
    name = re.escape(name)
    return name[0].isupper() and not re.search(_DECLARES.format(name), text)

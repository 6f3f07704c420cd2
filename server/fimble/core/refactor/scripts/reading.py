"""The variables of a JavaScript or TypeScript file, where it is sure which name means which.

Files with something that `script_scopes` does not cover (`with`, `eval`, `arguments`, `using`,
namespaces, functions in blocks, `var` of the name of a caught error) are not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fimble.core.refactor.scripts.nodes import BLOCKS
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text.syntax import Node, SyntaxTree

LONGEST = 40_000
"""Characters: reading more would take too long each time the cursor has moved."""
_UNSURE = ("with_statement", "internal_module", "module", "class_static_block")
_SIGNS = re.compile(r"\b(?:with|namespace|module|static)\b")
"""Words without which there are none of these; a look at the tree takes much longer."""
_USING = re.compile(r"\busing\s+[\w$]+\s*=")
"""The grammar takes it for an assignment."""


@lru_cache(maxsize=4)
def of_tree(parsed: SyntaxTree, longest: int = LONGEST) -> Scopes | None:
    """The variables of a tree, None where they are not sure; the latest few are kept."""
    return None if len(parsed.text) > longest else _read(parsed, None)


def of_place(parsed: SyntaxTree, offset: int) -> Scopes | None:
    """The same, of the program's statement at an offset: a part of the time."""
    byte = parsed.byte(offset)
    numbered = enumerate(parsed.root.named_children)
    found = next((n for n, child in numbered if child.start_byte <= byte <= child.end_byte), None)
    return None if found is None else _of_statement(parsed, found)


@lru_cache(maxsize=4)
def _of_statement(parsed: SyntaxTree, number: int) -> Scopes | None:
    statement = parsed.root.named_children[number]
    too_long = statement.end_byte - statement.start_byte > LONGEST
    return None if too_long else _read(parsed, statement)


def _read(parsed: SyntaxTree, statement: Node | None) -> Scopes | None:
    if parsed.root.has_error or _USING.search(parsed.text):
        return None
    if _SIGNS.search(parsed.text) and parsed.of_types(_UNSURE):
        return None
    try:
        scopes = Scopes(parsed, statement)
    except RecursionError:
        return None
    unsure = {"eval", "arguments", *_hoisted(scopes), *_of_two_variables(scopes)}
    return None if any(o.name in unsure for o in scopes.occurrences) else scopes


def _hoisted(scopes: Scopes) -> Iterator[str]:
    """Functions of inner blocks: sloppy code sees them outside their block too."""
    for occurrence in scopes.occurrences:
        here = occurrence.scope
        inner = here.node.type in BLOCKS and here.bound.get(occurrence.name) == "function"
        if occurrence.declares and inner:
            yield occurrence.name


def _of_two_variables(scopes: Scopes) -> Iterator[str]:
    """`var` of a caught error's name: declares one in the function, and sets the error."""
    for occurrence in scopes.occurrences:
        owner = scopes.owner(occurrence) if occurrence.declares else None
        if owner not in (None, occurrence.scope) and owner.bound[occurrence.name] == "catch":
            yield occurrence.name

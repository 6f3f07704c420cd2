"""What follows in JavaScript or TypeScript where a name was changed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fimble.core.refactor.scripts import reading, type_names
from fimble.core.refactor.scripts import rename as renaming
from fimble.core.refactor.scripts.scopes import Occurrence, Scopes
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree

_SURE = 2
"""Uses that have the new name by hand, where the declaration has the old one still."""
_LONGEST = 120_000
"""Characters of a file that is read for it: nobody waits for this."""
_TYPES = frozenset({"class", "enum", "import"})
"""What declares a type with a value."""


def follow(
    parsed: SyntaxTree, start: int, new: str, done: Callable[[int], bool]
) -> tuple[Edit, ...] | str:
    """The edits of the rename that was begun, in the text before it; those done are among them.

    Who else uses the name (a module that imports it, another script of the page) is no reason to
    leave it: the declaration has its new name already.

    Args:
        parsed: The file before the rename.
        start: Where a name begins that was changed by hand.
        new: The new name.
        done: Whether the name that begins at an offset has the new name.

    Returns:
        The edits, or why the other uses may mean something still.
    """
    scopes = reading.of_tree(parsed, _LONGEST)
    if scopes is None:
        return "it is not sure which names of this file mean what"
    if not renaming.is_name(new) or _is_known(scopes, new):
        return f"`{new}` means something else there"
    here = scopes.at(start)
    places = _values(scopes, start) if here is not None else _types(parsed, start)
    if isinstance(places, str):
        return places
    changed = [n for n in places if done(parsed.offset(n.start_byte))]
    left = [n for n in places if n not in changed]
    declares = {o.node for o in scopes.occurrences if o.declares} | _declarations(places)
    begun = any(n in declares for n in changed) and not any(n in declares for n in left)
    if not begun and len(changed) < _SURE:
        return f"`{parsed.source(places[0])}` may mean what it did"
    if not new[:1].isupper() and any(renaming.is_element(n) for n in places):
        return f"`<{new}>` would be an element of the page"
    return tuple(renaming.edit(parsed, n, new) for n in places)


def _is_known(scopes: Scopes, name: str) -> bool:
    """Whether something of the file has a name."""
    parsed = scopes.parsed
    return any(o.name == name for o in scopes.occurrences) or any(
        parsed.source(n) == name for n in parsed.of_types(("type_identifier",))
    )


def _values(scopes: Scopes, start: int) -> list[Node] | str:
    """Where the variable at an offset stands, as a type too."""
    here = scopes.at(start)
    if here is None:
        return "there is no variable"
    occurrence, owner = here
    name = occurrence.name
    if owner.node.type == "enum_declaration":
        return f"`{name}` is used by its enum's name"
    places = [o for o in scopes.of_variable(name, owner) if not _is_host(o)]
    if any(renaming.is_property(o) for o in places):
        return f"`{name}` is a property too"
    found = [o.node for o in places]
    if owner.bound[name] in _TYPES and scopes.parsed.language_id.startswith("typescript"):
        declared = [o.node for o in places if o.declares]
        types = type_names.uses(scopes.parsed, declared[0]) if len(declared) == 1 else None
        if types is None:
            return f"`{name}` is the name of several types"
        found += [n for n in types if n not in found]
    return sorted(found, key=lambda n: n.start_byte)


def _types(parsed: SyntaxTree, start: int) -> list[Node] | str:
    """Where the type that is declared at an offset stands."""
    node = parsed.at(start)
    if node.type != "type_identifier" or type_names.home(node) is None:
        return ""
    found = type_names.uses(parsed, node)
    return f"`{parsed.source(node)}` is the name of several types" if found is None else found


def _declarations(places: Sequence[Node]) -> set[Node]:
    return {n for n in places if n.type == "type_identifier" and type_names.home(n) is not None}


def _is_host(occurrence: Occurrence) -> bool:
    """Whether it is an element of the page, and no variable."""
    return renaming.is_element(occurrence.node) and occurrence.name[:1].islower()

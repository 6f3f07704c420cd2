"""What the syntax tree says about an item that can be documented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

ItemKind = Literal["module", "class", "function"]


@dataclass(frozen=True)
class Parameter:
    """A parameter, or an attribute of a class.

    Attributes:
        name: As documentation names it: "x", "*args", "options.deep".
        annotation: Its type as written, "" if the code says none.
        default: Its default value as written, "" if it has none.
        free: Whether the code gives it no name, so that documentation may choose one.
    """

    name: str
    annotation: str = ""
    default: str = ""
    free: bool = False


@dataclass(frozen=True)
class Raised:
    """An exception, and when it is raised as far as the tree shows it.

    Attributes:
        name: As written, for example "ValueError" or "errors.Timeout".
        condition: The `if` around the `raise`, "" if there is none.
    """

    name: str
    condition: str = ""


@dataclass(frozen=True)
class Place:
    """Where the documentation of an item stands, or is to stand.

    Attributes:
        start: Begin of the existing documentation, or of the white space that makes room.
        end: Its end; `start` where nothing is replaced.
        before: What has to stand before the documentation.
        after: What has to stand behind it.
        indent: White space before each of its lines.
        existing: The documentation that is there, "" if there is none.
    """

    start: int
    end: int
    before: str
    after: str
    indent: str
    existing: str = ""


@dataclass(frozen=True)
class Details:
    """What only a walk through an item's body and signature shows.

    Attributes:
        parameters: In order, without the receiver.
        returns: The type of what it returns as written, "" if unknown or nothing.
        returns_value: Whether it returns one.
        yields: Whether it is a generator.
        raises: In order of appearance, each name once.
        attributes: Of a class.
        generics: Its type parameters.
        traits: Words that styles read: "async", "property", "constructor", "unsafe", "panics",
            "result", "error", "get", "set".
    """

    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    returns_value: bool = False
    yields: bool = False
    raises: tuple[Raised, ...] = ()
    attributes: tuple[Parameter, ...] = ()
    generics: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Item:
    """A module, class or function.

    Attributes:
        kind: What it is; methods and properties are functions.
        name: Its own name.
        qualname: With the names around it, joined by "."; "" for a module.
        start: Where it begins, decorators and modifiers included.
        end: Where it ends.
        place: Where its documentation stands.
        public: Whether users of the module see it.
        documentable: False where another item carries its documentation: overload stubs, setters.
        inherits: Whether what it overrides or implements carries its documentation.
        header_end: Where its signature ends if that stands above the documentation, 0 otherwise.
        read: Makes the details; an outline of a long file needs none.
    """

    kind: ItemKind
    name: str
    qualname: str
    start: int
    end: int
    place: Place
    public: bool = True
    documentable: bool = True
    inherits: bool = False
    header_end: int = 0
    read: Callable[[], Details] = field(default=Details, compare=False, repr=False)

    @cached_property
    def details(self) -> Details:
        """Read once, when first asked for."""
        return self.read()

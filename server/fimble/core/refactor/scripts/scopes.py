"""Which name of a JavaScript or TypeScript file means which variable.

Values only: names of types have their own node kinds and are not looked at. What the rules here
do not cover is refused in `script_reading`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from fimble.core.refactor.scripts.nodes import (
    BLOCKS,
    CLASSES,
    DECLARED,
    DEFAULTS,
    FUNCTIONS,
    LEAVES,
    NAMES,
    PATTERNS,
    SIGNATURES,
    WRAPPERS,
)
from fimble.core.text.syntax import Node, SyntaxTree


@dataclass(eq=False)
class Scope:
    """A program, function, block or class.

    Attributes:
        node: Its node.
        parent: The scope around it, None for the program.
        bound: The names that it declares, with how: `const`, `let`, `var`, `parameter`,
            `function`, `class`, `enum`, `import`, `catch`.
    """

    node: Node
    parent: Scope | None
    bound: dict[str, str] = field(default_factory=dict)

    def around(self) -> Iterator[Scope]:
        """The scope and those around it, innermost first."""
        current: Scope | None = self
        while current is not None:
            yield current
            current = current.parent


@dataclass(frozen=True)
class Occurrence:
    """A name at a place.

    Attributes:
        name: The name.
        node: Its node.
        start: Where that begins, in bytes.
        scope: The scope that it is written in.
        declares: Whether it declares the variable.
        sets: Whether it gives it a value.
    """

    name: str
    node: Node
    start: int
    scope: Scope
    declares: bool = False
    sets: bool = False


class Scopes:
    """All occurrences of variables in a file, or in one of its statements.

    Args:
        parsed: The file.
        statement: A statement of it: of the others, only what they declare is looked at.
    """

    def __init__(self, parsed: SyntaxTree, statement: Node | None = None) -> None:
        self.parsed = parsed
        self.program = Scope(parsed.root, None)
        self.occurrences: list[Occurrence] = []
        for child in parsed.root.named_children:
            if statement is None or child == statement:
                self._walk(child, self.program)
            else:
                self._declarations(child)
        self.occurrences.sort(key=lambda o: o.start)
        self._variables: dict[tuple[str, Scope | None], list[Occurrence]] = defaultdict(list)
        for occurrence in self.occurrences:
            self._variables[occurrence.name, self.owner(occurrence)].append(occurrence)

    def owner(self, occurrence: Occurrence) -> Scope | None:
        """The scope whose variable it is, None for a global one."""
        return self.resolve(occurrence.name, occurrence.scope)

    def resolve(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose variable `name` is when it is used in `scope`."""
        return next((s for s in scope.around() if name in s.bound), None)

    def of_variable(self, name: str, owner: Scope | None) -> list[Occurrence]:
        """Every occurrence of a variable, or of a global one, in the order of the text."""
        return self._variables.get((name, owner), [])

    def between(self, begin: int, end: int) -> list[Occurrence]:
        """The occurrences that begin at bytes `begin..end`, in the order of the text."""
        first, last = (bisect_left(self.occurrences, at, key=_start) for at in (begin, end))
        return self.occurrences[first:last]

    def at(self, offset: int) -> tuple[Occurrence, Scope] | None:
        """The variable whose name stands at an offset, and the scope that declares it."""
        byte = self.parsed.byte(offset)
        first = bisect_right(self.occurrences, byte, key=_start) - 2
        for occurrence in self.occurrences[max(first, 0) : first + 2]:
            if occurrence.start <= byte <= occurrence.node.end_byte:
                owner = self.owner(occurrence)
                return None if owner is None else (occurrence, owner)
        return None

    def _add(self, node: Node, scope: Scope, **how: bool) -> None:
        source = self.parsed.source(node)
        self.occurrences.append(Occurrence(source, node, node.start_byte, scope, **how))

    def _declare(self, node: Node, kind: str, scope: Scope, *, sets: bool = True) -> None:
        """Binds a name; `var` belongs to the function around."""
        home = scope
        if kind == "var":
            around = scope.around()
            home = next(s for s in around if s.node.type in FUNCTIONS or s.parent is None)
        home.bound[self.parsed.source(node)] = kind
        self._add(node, scope, declares=True, sets=sets)

    def _declarations(self, statement: Node) -> None:
        """The names that a statement of the program declares."""
        statement = statement.child_by_field_name("declaration") or statement
        name = statement.child_by_field_name("name")
        if statement.type == "import_statement":
            self._walk(statement, self.program)
        elif statement.type in ("lexical_declaration", "variable_declaration"):
            word = statement.children[0].type
            for declarator in statement.named_children:
                target = declarator.child_by_field_name("name")
                value = declarator.child_by_field_name("value")
                self._target(target, word, self.program, sets=value is not None)
        elif name is not None and statement.type in DECLARED:
            kind = "class" if statement.type in CLASSES else "function"
            self._declare(name, kind, self.program)

    def _walk(self, node: Node, scope: Scope) -> None:
        kind = node.type
        if kind in LEAVES:
            return
        if kind in FUNCTIONS or kind in SIGNATURES:
            self._function(node, scope)
        elif kind in CLASSES:
            self._class(node, scope)
        elif kind == "enum_declaration":
            self._enum(node, scope)
        elif kind == "variable_declarator":
            self._declarator(node, scope)
        elif kind in ("assignment_expression", "augmented_assignment_expression"):
            self._target(node.child_by_field_name("left"), "", scope)
            self._part(node, "right", scope)
        elif kind == "update_expression":
            self._target(node.child_by_field_name("argument"), "", scope)
        elif kind in BLOCKS:
            self._block(node, Scope(node, scope))
        elif kind == "import_clause":
            self._import(node, scope)
        elif kind == "export_specifier":
            self._part(node, "name", scope)
        elif kind in ("identifier", "shorthand_property_identifier"):
            self._add(node, scope)
        else:
            for child in node.named_children:
                self._walk(child, scope)

    def _part(self, node: Node, field_name: str, scope: Scope) -> None:
        part = node.child_by_field_name(field_name)
        if part is not None:
            self._walk(part, scope)

    def _function(self, node: Node, scope: Scope) -> None:
        inner, name = Scope(node, scope), node.child_by_field_name("name")
        if name is not None and name.type == "identifier":
            self._declare(name, "function", scope if node.type in DECLARED else inner)
        elif name is not None:
            self._walk(name, scope)
        for child in node.named_children:
            if child == name:
                continue
            if child.type == "formal_parameters":
                for parameter in child.named_children:
                    self._target(parameter, "parameter", inner)
            elif child == node.child_by_field_name("parameter"):
                self._target(child, "parameter", inner)
            elif child.type == "statement_block":
                self._block(child, inner)
            else:
                self._walk(child, inner)

    def _class(self, node: Node, scope: Scope) -> None:
        inner, name = Scope(node, scope), node.child_by_field_name("name")
        if name is not None:
            self._declare(name, "class", scope if node.type in DECLARED else inner)
        for child in node.named_children:
            if child != name:
                self._walk(child, inner)

    def _enum(self, node: Node, scope: Scope) -> None:
        """Its members see each other by their names."""
        name, body = (node.child_by_field_name(part) for part in ("name", "body"))
        inner = Scope(node, scope)
        if name is not None:
            self._declare(name, "enum", scope)
        for child in body.named_children if body is not None else ():
            member = child.child_by_field_name("name") or child
            self._declare(member, "enum", inner)
            self._part(child, "value", inner)

    def _declarator(self, node: Node, scope: Scope) -> None:
        words = node.parent.children if node.parent is not None else []
        kind, value = words[0].type if words else "let", node.child_by_field_name("value")
        self._target(node.child_by_field_name("name"), kind, scope, sets=value is not None)
        for child in node.named_children[1:]:
            self._walk(child, scope)

    def _block(self, node: Node, scope: Scope) -> None:
        left, parameter = node.child_by_field_name("left"), node.child_by_field_name("parameter")
        word = node.child_by_field_name("kind")
        for child in node.named_children:
            if child == left and node.type == "for_in_statement":
                self._target(child, word.type if word is not None else "", scope)
            elif child == parameter and node.type == "catch_clause":
                self._target(child, "catch", scope)
            else:
                self._walk(child, scope)

    def _import(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            if child.type == "identifier":
                self._declare(child, "import", scope)
            elif child.type == "import_specifier":
                self._declare(child.named_children[-1], "import", scope)
            else:
                self._import(child, scope)

    def _target(self, node: Node | None, kind: str, scope: Scope, *, sets: bool = True) -> None:
        """What is declared or, without a kind, set: a name, or a pattern of names."""
        if node is None:
            return
        if node.type in NAMES:
            if kind:
                self._declare(node, kind, scope, sets=sets)
            else:
                self._add(node, scope, sets=True)
        elif node.type in PATTERNS:
            for child in node.named_children:
                self._target(child, kind, scope)
        elif node.type in DEFAULTS:
            self._target(node.child_by_field_name("left"), kind, scope)
            self._part(node, "right", scope)
        elif node.type == "pair_pattern":
            self._part(node, "key", scope)
            self._target(node.child_by_field_name("value"), kind, scope)
        elif node.type in ("required_parameter", "optional_parameter"):
            pattern = node.child_by_field_name("pattern")
            self._target(pattern, kind, scope)
            for child in node.named_children:
                if child != pattern:
                    self._walk(child, scope)
        elif node.type in WRAPPERS:
            parts = [child for child in node.named_children if child.type != "comment"]
            self._target(parts.pop(-1 if node.type == "type_assertion" else 0), kind, scope)
            for part in parts:
                self._walk(part, scope)
        else:
            self._walk(node, scope)


def _start(occurrence: Occurrence) -> int:
    return occurrence.start

"""Where an import belongs: the standard library first, `import` before `from`, by name."""

from __future__ import annotations

import ast
import sys

from fimble.core.fixes.base import is_docstring
from fimble.core.text import python
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Source
from fimble.core.text.snapshot import Edit


def statement(module: str, name: str = "", alias: str = "") -> str:
    """An import statement; without a name the module itself is imported."""
    renamed = f" as {alias}" if alias else ""
    return f"from {module} import {name}{renamed}" if name else f"import {module}{renamed}"


def add(source: Source, module: str, name: str = "", alias: str = "") -> tuple[Edit, ...]:
    """The edit that imports a name at the top, none if it is imported there already."""
    tops = [s for s in source.tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    for top in tops:
        if any(a.name == (name or module) and a.asname == (alias or None) for a in top.names) and (
            isinstance(top, ast.Import) != bool(name) and (not name or _module(top) == module)
        ):
            return ()
    merged = _merge(source, tops, module, name) if name and not alias else None
    return (merged,) if merged else (_insert(source, module, name, alias),)


def _merge(
    source: Source, tops: list[ast.Import | ast.ImportFrom], module: str, name: str
) -> Edit | None:
    """Adds the name to an import of the same module, if that stands on one plain line."""
    for top in tops:
        names = [a.name for a in top.names]
        plain = source.of(top) == f"from {module} import {', '.join(names)}"
        if isinstance(top, ast.ImportFrom) and _module(top) == module and plain and names != ["*"]:
            line = f"from {module} import {', '.join(sorted([*names, name], key=_name_key))}"
            if len(line) <= 88:
                return Edit(*source.span(top), line)
    return None


def _insert(source: Source, module: str, name: str, alias: str) -> Edit:
    line_break = texts.line_break(source.text)
    line = statement(module, name, alias) + line_break
    key = _key(module, bool(name))
    leading = _leading_imports(source)
    after = [s for s in leading if _order(s) < key]
    following = next((s for s in leading if _order(s) > key), None)
    if following is not None and _order(following)[0] == key[0]:
        at = texts.line_start(source.text, source.span(following)[0])
        return Edit(at, at, line)
    if after:
        at = source.lines(*source.span(after[-1]))[1]
        if source.text[:at][-1:] != "\n":
            line = line_break + line
        return Edit(at, at, line_break * (_order(after[-1])[0] != key[0]) + line)
    if leading:
        at = texts.line_start(source.text, source.span(leading[0])[0])
        return Edit(at, at, line + line_break * (_order(leading[0])[0] != key[0]))
    body = source.tree.body
    rest = body[1:] if body and is_docstring(body[0]) else body
    apart = line_break * (2 if rest and isinstance(rest[0], python.Definition) else bool(rest))
    if len(rest) < len(body):
        at = source.lines(*source.span(body[0]))[1]
        return Edit(at, at, line_break + line + apart * (source.text[at:][:1] not in "\r\n"))
    at = source.lines(*source.span(body[0]))[0] if body else len(source.text)
    return Edit(at, at, line + apart)


def _leading_imports(source: Source) -> list[ast.stmt]:
    """The imports that the module begins with."""
    found: list[ast.stmt] = []
    for item in source.tree.body:
        if isinstance(item, ast.Import | ast.ImportFrom):
            found.append(item)
        elif not is_docstring(item):
            break
    return found


def _module(item: ast.stmt) -> str:
    if isinstance(item, ast.ImportFrom):
        return "." * item.level + (item.module or "")
    return item.names[0].name if isinstance(item, ast.Import) else ""


def _order(item: ast.stmt) -> tuple[int, bool, str]:
    return _key(_module(item), isinstance(item, ast.ImportFrom))


def _key(module: str, is_from: bool) -> tuple[int, bool, str]:
    top = module.split(".")[0]
    section = 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2
    return 4 if module.startswith(".") else section, is_from, module.lower()


def _name_key(name: str) -> tuple[int, str]:
    """Constants, classes, then the others, as isort orders members."""
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return rank, name

"""The head of a file: package clauses and imports, and where a new import goes."""

from __future__ import annotations

import re
from types import MappingProxyType

from fimble.core.insertion.declared import text_of
from fimble.core.text import snapshot as texts
from fimble.core.text.syntax import Node, SyntaxTree

_IMPORTS_NAMES = (
    "import_statement import_from_statement future_import_statement import_declaration "
    "use_declaration extern_crate_declaration preproc_include using_declaration "
    "using_directive namespace_use_declaration use_statement forward_statement"
)
_IMPORTS = frozenset(_IMPORTS_NAMES.split())
_CLAUSES_NAMES = (
    "package_clause package_declaration file_scoped_namespace_declaration php_tag doctype "
    "preproc_call"
)
_CLAUSES = frozenset(_CLAUSES_NAMES.split())
_CALLS = MappingProxyType(
    {
        "ruby": re.compile(r"require(?:_relative)?\b"),
        "shellscript": re.compile(r"(?:source|\.)\s"),
        "javascript": re.compile(r"(?:const|let|var) [^=]+ = require\([^()]*\);?$"),
        "typescript": re.compile(r"(?:const|let|var) [^=]+ = require\([^()]*\);?$"),
    }
)
_SCRIPTS = ("javascript", "typescript")


def is_import(language_id: str, node: Node) -> bool:
    """Whether a statement of a file's top brings names from elsewhere."""
    if node.type in _IMPORTS:
        return True
    calls = _CALLS.get(language_id.removesuffix("react"))
    kinds = ("call", "command", "lexical_declaration", "variable_declaration")
    return calls is not None and node.type in kinds and calls.match(text_of(node)) is not None


def is_clause(node: Node) -> bool:
    """Whether it says what the whole file is: a package, a namespace, a directive."""
    if node.type == "namespace_definition":
        return node.child_by_field_name("body") is None
    if node.type == "expression_statement":
        return re.fullmatch(r"""["']use \w+["'];?""", text_of(node)) is not None
    return node.type in _CLAUSES


def missing(language_id: str, there: list[Node], wanted: list[Node]) -> list[str]:
    """The imports that are wanted and not there, one statement each."""
    found: list[str] = []
    known = {part for node in there for part in _parts(language_id, node)}
    for node in wanted:
        parts = _parts(language_id, node)
        new = [part for part in parts if part not in known]
        if not new or _is_covered(language_id, new[0], known):
            continue
        known |= set(new)
        if len(new) == len(parts):
            found.append((node.text or b"").decode("utf-8", "replace").strip())
        else:
            found += _written(language_id, node, new)
    return found


def _is_covered(language_id: str, name: str, known: set[str]) -> bool:
    return language_id == "java" and f"{name.rpartition('.')[0]}.*" in known


def _parts(language_id: str, node: Node) -> list[str]:
    """What one import brings, each by the name that nothing else may have."""
    text = text_of(node).rstrip("; ")
    if language_id == "go":
        return [text_of(spec) for spec in _deep(node, "import_spec")]
    if language_id == "rust" and node.type == "use_declaration":
        return _leaves(text.partition("use ")[2])
    if language_id.removesuffix("react") in _SCRIPTS:
        return _bound(text) or [text.replace("'", '"')]
    if language_id == "java":
        return [re.sub(r"^import ", "", text)]
    if language_id in ("php", "csharp"):
        return [re.sub(r"^(?:global )?(?:use|using) ", "", text).lstrip("\\")]
    return [text.replace("'", '"').replace('require"', 'require "')]


def _bound(text: str) -> list[str]:
    """The names that an import of a script binds; `type` and what is renamed do not matter."""
    head = re.sub(r"\s*from\s*[\"'][^\"']*[\"'].*$|\s*=\s*require\(.*$", "", text)
    if head == text:
        return []
    head = re.sub(r"^(?:import(?:\s+type\b(?!\s*,))?|const|let|var)\s*", "", head)
    names = [re.split(r"\s+as\s+|\s*:\s*", part.strip()) for part in re.split(r"[{},]", head)]
    return [name[-1].removeprefix("type ").strip() for name in names if name[-1].strip()]


def _leaves(tree: str) -> list[str]:
    """`a::{b, c::d}` as `a::b` and `a::c::d`."""
    head, brace, rest = tree.partition("{")
    if not brace:
        return [tree.strip()]
    inside, depth, part = list[str](), 0, ""
    for sign in rest.rpartition("}")[0] + ",":
        depth += (sign == "{") - (sign == "}")
        if sign == "," and not depth:
            inside.append(part.strip())
            part = ""
        else:
            part += sign
    leaves = [leaf for each in inside if each for leaf in _leaves(each)]
    prefix = head.strip()
    return [prefix.removesuffix("::") if leaf == "self" else prefix + leaf for leaf in leaves]


def _written(language_id: str, node: Node, new: list[str]) -> list[str]:
    """Statements for a part of what an import brings."""
    text = text_of(node)
    if language_id == "go":
        return [f"import {part}" for part in new]
    if language_id == "rust":
        return [f"{text.partition('use ')[0]}use {part};" for part in new]
    source = re.search(r"""(?:from\s*|require\()(["'][^"']*["'])""", text)
    if source is None:
        return []
    braces = re.search(r"\{(.*)\}", text)
    inside = [part.strip() for part in (braces[1] if braces else "").split(",")]
    picked = [p for p in inside if p and re.split(r"\s+as\s+|\s*:\s*", p)[-1].strip() in new]
    outside = [n for n in new if not any(n in re.findall(r"[\w$]+", p) for p in inside)]
    group = [f"{{ {', '.join(picked)} }}"] if picked else []
    end = ";" if text.endswith(";") else ""
    if "require(" in text:
        return [f"const {name} = require({source[1]}){end}" for name in (*outside, *group)]
    stars = [f"* as {n}" if re.search(rf"\*\s*as\s+{re.escape(n)}\b", text) else n for n in outside]
    word = "import type" if re.match(r"import\s+type\b", text) else "import"
    return [f"{word} {', '.join((*stars, *group))} from {source[1]}{end}"]


def _deep(node: Node, kind: str) -> list[Node]:
    found, stack = [], [node]
    while stack:
        at = stack.pop()
        if at.type == kind:
            found.append(at)
        stack += reversed(at.named_children)
    return found


def place(parsed: SyntaxTree) -> int:
    """Where a new import of a file goes: below the last one, else below what begins the file."""
    text = parsed.text
    at = _below(text, parsed.region[0]) if parsed.region else 0
    opening = True
    for node in parsed.root.named_children:
        imported = is_import(parsed.language_id, node)
        shebang = opening and "comment" in node.type and parsed.source(node).startswith("#!")
        if imported or is_clause(node) or shebang:
            end = parsed.offset(node.end_byte)
            start = parsed.offset(node.start_byte)
            at = texts.line_end(text, start + len(text[start:end].rstrip()))
            at = _below(text, at)
        opening = opening and "comment" in node.type
    return at


def _below(text: str, at: int) -> int:
    if text.startswith("\r\n", at):
        return at + 2
    return at + 1 if text.startswith("\n", at) else at

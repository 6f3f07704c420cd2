"""The packages that code imports: what a project would have to have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from types import MappingProxyType

from fimble.core.insertion import header
from fimble.core.text import languages, python, syntax
from fimble.core.text.syntax import SyntaxTree

_SCRIPTS = frozenset(
    ("javascript", "typescript", "javascriptreact", "typescriptreact", "vue", "svelte")
)
_FROM = re.compile(
    r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(?P<quote>["'])(?P<name>[^"'\n]+)(?P=quote)"""
)
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
_RUST_OWN = frozenset({"std", "core", "alloc", "crate", "self", "super"})
BY_IMPORT = MappingProxyType(
    {
        "attr": "attrs",
        "bs4": "beautifulsoup4",
        "cv2": "opencv-python",
        "Crypto": "pycryptodome",
        "dateutil": "python-dateutil",
        "docx": "python-docx",
        "dotenv": "python-dotenv",
        "fitz": "pymupdf",
        "git": "gitpython",
        "jose": "python-jose",
        "jwt": "pyjwt",
        "magic": "python-magic",
        "multipart": "python-multipart",
        "MySQLdb": "mysqlclient",
        "OpenSSL": "pyopenssl",
        "PIL": "pillow",
        "pptx": "python-pptx",
        "psycopg2": "psycopg2-binary",
        "serial": "pyserial",
        "skimage": "scikit-image",
        "sklearn": "scikit-learn",
        "usb": "pyusb",
        "yaml": "pyyaml",
        "zmq": "pyzmq",
    }
)
"""Python modules whose distribution has another name; others have the module's."""


def imported(language_id: str, text: str) -> tuple[str, ...]:
    """What the text imports, as it writes it, in order.

    Returns:
        Python: whole module names, relative ones with their dots. Scripts: specifiers. Go: import
        paths. Rust: crates. Others: nothing.
    """
    return tuple(dict.fromkeys(_found(language_id, text)))


def _found(language_id: str, text: str) -> Iterable[str]:
    if language_id == "python":
        return _python(text)
    if language_id in ("vue", "svelte"):
        return [m["name"] for s in _SCRIPT.findall(text) for m in _FROM.finditer(s)]
    parsed = syntax.parse(language_id, text) if languages.grammar(language_id) else None
    if parsed is None:
        return ()
    if language_id in _SCRIPTS:
        return _scripts(parsed)
    if language_id == "go":
        nodes = parsed.of_types(("import_spec",))
        return [re.sub(r'^.*?"|"$', "", parsed.source(node)) for node in nodes]
    return _rust(parsed) if language_id == "rust" else ()


def _python(text: str) -> list[str]:
    source = python.parse(text)
    guarded = {
        id(inner)
        for node in (ast.walk(source.tree) if source else ())
        if isinstance(node, ast.Try)
        for inner in ast.walk(node)
    }
    found: list[str] = []
    for node in ast.walk(source.tree) if source else ():
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append("." * node.level + (node.module or ""))
    return found


def _scripts(parsed: SyntaxTree) -> list[str]:
    """Of imports and re-exports, and of calls of `require` and `import` with a plain text."""
    nodes = parsed.of_types(("import_statement", "export_statement", "call_expression"))
    found = []
    for node in nodes:
        source = parsed.source(node)
        text = source if header.is_import(parsed.language_id, node) else ""
        if node.type == "export_statement":
            given = node.child_by_field_name("source")
            text = f"from {parsed.source(given)}" if given is not None else ""
        elif node.type == "call_expression" and re.match(r"(?:require|import)\s*\(", source):
            text = source
        if match := _FROM.search(text):
            found.append(match["name"])
    return found


def _rust(parsed: SyntaxTree) -> list[str]:
    own = {
        parsed.source(name)
        for node in parsed.of_types(("mod_item", "enum_item", "struct_item"))
        if (name := node.child_by_field_name("name")) is not None
    }
    found = []
    for node in parsed.of_types(("use_declaration", "extern_crate_declaration")):
        match = re.search(r"\b(?:use|crate)\s+(?:::)?(?:r#)?(\w+)", parsed.source(node))
        if match and match[1] not in _RUST_OWN | own:
            found.append(match[1])
    return found


def script_package(specifier: str) -> str:
    """The package of a specifier: `a/b` is of `a`, `@a/b/c` of `@a/b`."""
    parts = specifier.split("/")
    return "/".join(parts[: 2 if specifier.startswith("@") else 1])

"""Languages: LSP identifiers, file names, and the grammars that parse them."""

from __future__ import annotations

from types import MappingProxyType

_BY_SUFFIX = MappingProxyType(
    {
        "py": "python",
        "pyi": "python",
        "ts": "typescript",
        "tsx": "typescriptreact",
        "js": "javascript",
        "mjs": "javascript",
        "cjs": "javascript",
        "jsx": "javascriptreact",
        "html": "html",
        "css": "css",
        "scss": "scss",
        "json": "json",
        "java": "java",
        "go": "go",
        "rs": "rust",
        "c": "c",
        "h": "c",
        "cc": "cpp",
        "cpp": "cpp",
        "hpp": "cpp",
        "cs": "csharp",
        "php": "php",
        "rb": "ruby",
        "sql": "sql",
        "sh": "shellscript",
        "bash": "shellscript",
        "vue": "vue",
        "svelte": "svelte",
        "yaml": "yaml",
        "yml": "yaml",
        "toml": "toml",
    }
)
_GRAMMARS = MappingProxyType(
    {"typescriptreact": "tsx", "javascriptreact": "javascript", "shellscript": "bash"}
)
_PARSED = frozenset(_BY_SUFFIX.values())
_LINE_COMMENTS = MappingProxyType(
    {
        "python": "#",
        "ruby": "#",
        "shellscript": "#",
        "yaml": "#",
        "toml": "#",
        "sql": "--",
        "html": "<!--",
        "css": "/*",
        "json": "",
        "vue": "//",
        "svelte": "//",
    }
)


def of_path(path: str) -> str:
    """The LSP language identifier by a file's name, "" if it is not known."""
    return _BY_SUFFIX.get(path.rpartition(".")[2].lower(), "")


def suffixes() -> tuple[str, ...]:
    """Of the names of files whose language is known."""
    return tuple(_BY_SUFFIX)


def of_name(name: str) -> str:
    """The identifier of a language spelled as an identifier or as a file suffix ("js")."""
    return name if name in _PARSED else _BY_SUFFIX.get(name, name)


def comment(language_id: str) -> str:
    """What a line comment begins with; "" for a language that has none."""
    return _LINE_COMMENTS.get(language_id, "//")


def grammar(language_id: str) -> str | None:
    """The tree-sitter grammar of a language, None if there is none here."""
    return _GRAMMARS.get(language_id, language_id) if language_id in _PARSED else None

"""Whether the project has what new code imports. Only sure misses count; nothing is run.

What a project has is read from its own files: what it declares, and what lies in its environment.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

from fimble.core.insertion import packages
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path
from fimble.system.reading import text_of

_LARGEST = 1_000_000
_DEEPEST = 12
_NODE_MODULES = (
    "assert async_hooks buffer child_process cluster console constants crypto dgram dns domain "
    "diagnostics_channel events fs http http2 https inspector module net os path perf_hooks "
    "process punycode querystring readline repl stream string_decoder sys timers tls tty url "
    "trace_events util v8 vm wasi worker_threads zlib"
)
_NODE = frozenset(_NODE_MODULES.split())
_MADE_UP = ("node:", "#", "/", "~", "@/", "$", "virtual:", "http:", "https:", "data:")
"""What specifiers begin with that name no package."""
_ENDINGS = (
    ".ts .tsx .js .jsx .mjs .cjs .mts .cts .d.ts .json .vue .svelte .css .scss "
    "/index.ts /index.tsx /index.js /index.jsx"
)
_SUFFIXES = ("", *_ENDINGS.split())
_TOOLS, _KINDS = ("vite", "webpack", "next", "svelte"), ("ts", "js", "mjs", "cjs")
_WORD = re.compile(r"^[A-Za-z0-9][\w.-]*")


def unknown(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """The imports that are new in a text and that the project neither has nor declares.

    Args:
        snapshot: The file before.
        text: The file after.
    """
    language, path = snapshot.language_id, local_path(snapshot.uri)
    before = set(packages.imported(language, snapshot.text))
    new = [name for name in packages.imported(language, text) if name not in before]
    judge = _JUDGES.get(language)
    if not new or judge is None or path is None:
        return ()
    is_known = judge(path)
    return tuple(name for name in new if not is_known(name))


def _above(path: Path) -> Iterator[Path]:
    """The folders above a file, up to the one with the repository."""
    for folder in path.parents[:_DEEPEST]:
        yield folder
        if (folder / ".git").exists():
            return


def _read(path: Path) -> str:
    return text_of(path, _LARGEST) or ""


def _python(path: Path) -> Callable[[str], bool]:
    folders = list(_above(path))
    declared = {_plain(name) for folder in folders for name in _declared(folder)}
    sites = [s for folder in folders for s in _sites(folder)]

    def known(name: str) -> bool:
        if name.startswith("."):
            level = len(name) - len(name.lstrip("."))
            rest = name.lstrip(".").split(".")[0]
            return not rest or level > len(path.parents) or _module(path.parents[level - 1], rest)
        top = name.split(".")[0]
        names = {_plain(top), _plain(packages.BY_IMPORT.get(top, top))}
        return (
            top in sys.stdlib_module_names
            or bool(names & declared)
            or any(_module(place, top) for f in folders for place in (f, f / "src", f / "lib"))
            or any(_module(site, top) for site in sites)
        )

    return known


def _module(folder: Path, name: str) -> bool:
    if (folder / name).is_dir() or any((folder / f"{name}{s}").exists() for s in (".py", ".pyi")):
        return True
    return next(folder.glob(f"{name}.*.so"), None) is not None if folder.is_dir() else False


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sites(folder: Path) -> Iterator[Path]:
    for environment in (".venv", "venv", "env"):
        yield from (folder / environment).glob("lib/python3.*/site-packages")
        yield from (folder / environment).glob("Lib/site-packages")


def _declared(folder: Path) -> Iterator[str]:
    """The distributions that a folder's files name; one that depends on another has that too."""
    for file in (*folder.glob("*requirements*.txt"), *folder.glob("requirements/*.txt")):
        yield from _names(_read(file).split("\n"))
    for name in ("setup.cfg", "setup.py", "Pipfile", "environment.yml"):
        yield from re.findall(r"[A-Za-z][\w.-]+", _read(folder / name))
    yield from _of_project(folder / "pyproject.toml")


def _of_project(file: Path) -> Iterator[str]:
    try:
        content = tomllib.loads(_read(file))
    except tomllib.TOMLDecodeError:
        yield from re.findall(r"[A-Za-z][\w.-]+", _read(file))
        return
    stack: list[object] = [content]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield from value
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str):
            yield from _names([value])


def _names(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if match := _WORD.match(line.strip()):
            yield match[0]


def _scripts(path: Path) -> Callable[[str], bool]:
    folders = list(_above(path))
    manifests = [_manifest(folder) for folder in folders]
    configured = any((f / n).exists() for f in folders for n in ("tsconfig.json", "jsconfig.json"))
    configured = configured or any(next(f.glob("*.config.*"), None) for f in folders if f.is_dir())

    def known(name: str) -> bool:
        if name.startswith("."):
            base = path.parent / name
            stem = re.sub(r"\.[mc]?js$", "", str(base))
            return any(Path(f"{b}{s}").exists() for b in (base, stem) for s in _SUFFIXES)
        package = packages.script_package(name)
        special = name.startswith(_MADE_UP)
        if special or package in _NODE or any(package in declared for declared in manifests):
            return True
        if any((folder / "node_modules" / package).exists() for folder in folders):
            return True
        return configured and _is_aliased(folders, package)

    return known


def _is_aliased(folders: list[Path], package: str) -> bool:
    """Whether a name may be one that the project's configuration makes up: a folder, a path."""
    places = [place for folder in folders for place in (folder, folder / "src")]
    if any((p / f"{package}{s}").exists() for p in places for s in ("", ".ts", ".js")):
        return True
    names = ("tsconfig.json", "jsconfig.json", *(f"{n}.config.{s}" for n in _TOOLS for s in _KINDS))
    first = re.escape(package.split("/")[0])
    text = "\n".join(_read(folder / name) for folder in folders for name in names)
    return re.search(rf"""["']?{first}(?:/\*)?["']?\s*:""", text) is not None


def _manifest(folder: Path) -> frozenset[str]:
    """What a package.json names, its own name too."""
    try:
        content = json.loads(_read(folder / "package.json") or "{}")
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(content, dict):
        return frozenset()
    fields = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
    groups = [content[field] for field in fields if isinstance(content.get(field), dict)]
    names = {name for group in groups for name in group} | {str(content.get("name"))}
    return frozenset(names | {n.removeprefix("@types/") for n in names})


def _go(path: Path) -> Callable[[str], bool]:
    modules = [text for folder in _above(path) if (text := _read(folder / "go.mod"))]
    named = re.findall(
        r"(?m)^\s*(?:(?:module|require|replace)\s+)?([\w./~-]+)", "".join(modules[:1])
    )

    def known(name: str) -> bool:
        if "." not in name.split("/")[0]:
            return True
        return any(name == module or name.startswith(f"{module}/") for module in named)

    return known


def _rust(path: Path) -> Callable[[str], bool]:
    manifests = [text for folder in _above(path) if (text := _read(folder / "Cargo.toml"))]
    words = {w.replace("-", "_") for text in manifests for w in re.findall(r"[\w-]+", text)}

    def known(name: str) -> bool:
        beside = (path.parent / f"{name}.rs").exists() or (path.parent / name).is_dir()
        return name in words or beside

    return known


_JUDGES = MappingProxyType(
    {
        "python": _python,
        "javascript": _scripts,
        "javascriptreact": _scripts,
        "typescript": _scripts,
        "typescriptreact": _scripts,
        "vue": _scripts,
        "svelte": _scripts,
        "go": _go,
        "rust": _rust,
    }
)

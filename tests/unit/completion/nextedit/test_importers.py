"""Which files of a workspace may have to follow an edit, and which are never read."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fimble.completion.nextedit.importers import Importers
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot


@pytest.fixture
def importers() -> Iterator[Importers]:
    importers = Importers()
    yield importers
    importers.close()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(importers: Importers, root: Path, name: str) -> set[str]:
    path = root / name
    snapshot = Snapshot(path.as_uri(), name, languages.of_path(name), 1, "")
    return {other.path for other in importers.of(snapshot)}


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "from shapes import area"),
        ("a.py", "import shapes"),
        ("a.py", "import os, package.shapes as s"),
        ("a.py", "if x:\n    from ..package.shapes import (\n    area,\n)"),
        ("a.py", "from . import (\n    other,\n    shapes,\n)"),
    ],
)
def test_python_imports(importers: Importers, tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {name: text, "shapes.py": "", "b.py": "shapes = 1", "c.js": "import 'shapes'"})
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "shapes.py") == {name})


@pytest.mark.parametrize(
    "text",
    [
        "import { area } from './shapes'",
        "import {\n  area,\n  other\n} from '../src/shapes.js'",
        'export * from "./shapes";',
        "const { area } = require('./shapes')",
        "const shapes = await import('./shapes')",
        "import './shapes.js'",
    ],
)
def test_script_imports(importers: Importers, tmp_path: Path, text: str) -> None:
    write(tmp_path, {"a.tsx": text, "shapes.ts": "", "b.ts": "let shapes", "c.py": "import shapes"})
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "shapes.ts") == {"a.tsx"})


def test_a_package_is_imported_by_its_folders_name(importers: Importers, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import forms", "forms/__init__.py": "", "b.js": "import './forms'"})
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "forms/__init__.py") == {"a.py"})
    assert found(importers, tmp_path, "forms/index.js") == {"b.js"}


def test_what_is_ignored_or_named_like_a_secret_is_not_read(
    importers: Importers, tmp_path: Path
) -> None:
    text = "import shapes"
    write(tmp_path, {".gitignore": "private/\n", "private/a.py": text, "local_settings.py": text})
    write(tmp_path, {"node_modules/b.py": text, "kept.py": text, "later.py": text})
    (tmp_path / "link.py").symlink_to(tmp_path / "private" / "a.py")
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "shapes.py") == {"kept.py", "later.py"})
    write(tmp_path, {".aiignore": "later.py\n"})
    assert found(importers, tmp_path, "shapes.py") == {"kept.py"}


def test_files_that_come_change_and_go(importers: Importers, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import shapes", "b.py": ""})
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "shapes.py") == {"a.py"})
    write(tmp_path, {"b.py": "import shapes", "sub/c.py": "import shapes"})
    importers.changed([(tmp_path / name).as_uri() for name in ("b.py", "sub/c.py")])
    until(lambda: found(importers, tmp_path, "shapes.py") == {"a.py", "b.py", "sub/c.py"})
    (tmp_path / "a.py").unlink()
    assert found(importers, tmp_path, "shapes.py") == {"b.py", "sub/c.py"}
    importers.changed([(tmp_path / "a.py").as_uri(), "untitled:x", "file:///nowhere/x.py"])
    importers.set_folders([])
    until(lambda: found(importers, tmp_path, "shapes.py") == set())


def test_a_pipe_or_a_large_file_in_the_place_of_one_holds_nothing_up(
    importers: Importers, tmp_path: Path
) -> None:
    write(tmp_path, {"a.py": "import shapes", "b.py": "import shapes", "c.py": "import shapes"})
    importers.set_folders([tmp_path])
    until(lambda: len(found(importers, tmp_path, "shapes.py")) == 3)
    (tmp_path / "a.py").unlink()
    os.mkfifo(tmp_path / "a.py")
    write(tmp_path, {"b.py": "import shapes\n" + "x = 1\n" * 50_000})
    assert found(importers, tmp_path, "shapes.py") == {"c.py"}


def test_an_import_without_an_end_costs_little(importers: Importers, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "from x import (" * 6_000, "b.js": "import(" * 14_000})
    write(tmp_path, {"c.py": "import shapes"})
    importers.set_folders([tmp_path])
    until(lambda: found(importers, tmp_path, "shapes.py") == {"c.py"})

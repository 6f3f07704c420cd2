"""The rooms of docs/architecture.md: their number, and that the map shows what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server" / "fimble"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_UNCOUNTED = {"__init__.py", "__pycache__", "py.typed"}


def entries(folder: Path) -> set[str]:
    """Packages, modules and folders of data, without what is not tracked."""
    found = {path.name for path in folder.iterdir() if path.is_dir() or path.suffix == ".py"}
    return {
        name for name in found - _UNCOUNTED if (folder / name).is_file() or _holds(folder / name)
    }


def _holds(folder: Path) -> bool:
    return any(path.suffix != ".pyc" and path.is_file() for path in folder.rglob("*"))


@pytest.mark.parametrize(("folder", "most"), [(SERVER, 12), (SERVER / "core", 8)])
def test_few_doors_at_the_top(folder: Path, most: int) -> None:
    """`__main__` counts too."""
    assert len(entries(folder)) <= most, sorted(entries(folder))


def test_every_room_is_a_package_that_says_what_it_owns() -> None:
    for folder in (SERVER, SERVER / "core", ROOT / "model_export" / "fimble_export"):
        for name in entries(folder):
            if (folder / name).is_dir() and any((folder / name).glob("*.py")):
                assert (folder / name / "__init__.py").read_text(encoding="utf-8").startswith('"""')


def test_every_room_is_on_the_map() -> None:
    rows = PAGE[PAGE.index("## 1.") : PAGE.index("## 2.")]
    for folder in (SERVER, SERVER / "core", ROOT / "model_export" / "fimble_export"):
        for name in entries(folder) - {"__main__.py"}:
            shown = f"`{name}`" if name.endswith(".py") else f"`{name}/`"
            assert shown in rows, (folder.name, name)


def test_the_map_is_short() -> None:
    assert len(PAGE.splitlines()) <= 200


def test_what_one_wants_to_change_is_where_the_map_says() -> None:
    table = PAGE[PAGE.index("## 3.") : PAGE.index("## 4.")]
    rows = [row for row in table.splitlines() if row.startswith("| ") and "`" in row]
    assert len(rows) >= 20
    for row in rows:
        for path in re.findall(r"`([^`]+)`", row.split("|")[2]):
            assert (ROOT / path).exists(), path


def test_the_journeys_name_what_is_there() -> None:
    journeys = PAGE[PAGE.index("## 2.") : PAGE.index("## 3.")]
    named = re.findall(r"participant \w+ as ([\w/]+)", journeys)
    assert len(named) >= 15
    for name in named:
        place = ROOT / "model_export" if name.startswith("fimble_export") else SERVER
        assert (place / name).is_dir() or (place / f"{name}.py").is_file(), name


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_modules_that_pages_name_exist(page: Path) -> None:
    """A path of a module in backticks, from the root or from a room's folder."""
    homes = (ROOT, SERVER, ROOT / "model_export", ROOT / "model_export" / "fimble_export")
    for path in re.findall(r"`([\w.]+(?:/[\w.]+)+\.py)\b", page.read_text(encoding="utf-8")):
        if path.split("/")[0] not in ("src", "app"):
            assert any((home / path).exists() for home in homes), path

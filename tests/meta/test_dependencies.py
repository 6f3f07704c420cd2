"""Every dependency is read before it is used: docs/dependencies.md says what it does."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9][\w.-]*", requirement)
    assert found, requirement
    return normal(found[0])


def named() -> set[str]:
    """Every distribution that `pyproject.toml` asks for, whatever for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [project["build-system"]["requires"], project["project"]["dependencies"]]
    lists += project["project"]["optional-dependencies"].values()
    lists += project["dependency-groups"].values()
    asked = [requirement for requirements in lists for requirement in requirements]
    return {distribution(r) for r in asked if isinstance(r, str)} - {"fimble"}


def rows(table: str) -> dict[str, list[str]]:
    """The cells of each distribution's row."""
    lines = [line.strip().strip("|").split("|") for line in table.splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in line] for line in lines]
    names = [(re.sub(r"\(.*?\)", "", row[0]), row) for row in cells]
    return {normal(name.strip()): row for all_, row in names for name in all_.split(",")}


def test_every_dependency_has_a_row() -> None:
    assert named() - set(rows(TABLE)) == set()


def test_every_row_says_what_it_opens_and_writes() -> None:
    for name, row in rows(TABLE).items():
        assert len(row) == 5, name
        assert all(row[1:4]), name


def test_the_next_dependency_would_be_missed() -> None:
    assert "httpx" in named()
    without = "\n".join(line for line in TABLE.splitlines() if not line.startswith("| httpx"))
    assert named() - set(rows(without)) == {"httpx"}

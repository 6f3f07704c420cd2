"""Places in small files of every language: with the true text as the answer all comes out right.

Places are drawn anew for every run of the benchmark with more of them; here a few are the same in
every run.
"""

import importlib.util
import random
import sys
from pathlib import Path

import pytest
from fimble.core.text import languages

ROOT = Path(__file__).parents[3]
SPEC = importlib.util.spec_from_file_location("places", ROOT / "benchmarks/quality/places.py")
assert SPEC is not None
assert SPEC.loader is not None
places = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = places
SPEC.loader.exec_module(places)
FILES = sorted((ROOT / "tests/data/places").iterdir())
COUNT = 16


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix[1:])
def test_the_true_text_comes_out_right(path: Path) -> None:
    text, language = path.read_text(encoding="utf-8"), languages.of_path(path.name)
    assert places.errors(language, text) == 0
    seed = random.Random(7)
    known = places.places(path.name, language, text, 2 * COUNT, seed)
    known = [one for one in known if places.asked_for(one)][:COUNT]
    assert len(known) == COUNT
    for place in known:
        for way in places.ANSWERS:
            said = places.answer(place, way, seed)
            found = places.judge(place, said, way)
            allowed = {"right"} if way != "cut" else {"right", "other", "withheld"}
            assert found.verdict in allowed, (
                place.kind,
                place.before[-60:],
                said,
                place.after[:40],
            )


@pytest.mark.parametrize(
    ("line", "language", "closed"),
    [
        ('f("a', "python", '")'),
        ("f('a', [", "python", "])"),
        ('m.P"*" * m', "lua", ""),
        ("# don't (", "python", ""),
        ("an instance `my-", "yaml", ""),
        ("f(`a ${", "javascript", "}`)"),
    ],
)
def test_what_an_editor_closes(line: str, language: str, closed: str) -> None:
    assert places.closed_by_editor(line, language) == closed


def test_in_text_a_closer_stands_only_where_its_line_closes_it() -> None:
    text = "a = 1\n# (see b\n# and c)\n# (as d) e\n"
    found = places.places("a.py", "python", text, 400, random.Random(1))
    closed = {one.true for one in found if one.kind[1] == "closed"}
    assert closed == {"as d) e", "d) e", ") e"}


def test_every_language_with_a_grammar_has_a_file() -> None:
    tested = {languages.of_path(path.name) for path in FILES}
    parsed = {name for name in map(languages.of_path, SUFFIXES) if languages.grammar(name)}
    assert parsed <= tested


SUFFIXES = [
    f"a.{suffix}"
    for suffix in [
        "py",
        "ts",
        "tsx",
        "js",
        "jsx",
        "html",
        "css",
        "scss",
        "json",
        "java",
        "go",
        "rs",
        "c",
        "cpp",
        "cs",
        "php",
        "rb",
        "sql",
        "sh",
        "vue",
        "svelte",
        "yaml",
        "toml",
        "kt",
        "swift",
        "lua",
    ]
]

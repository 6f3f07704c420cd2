"""Attacks the promise that an update takes nothing away: random documentation, known words."""

import ast
import re

import pytest
from fimble import assist
from fimble.assist import Task
from fimble.core.docstrings import check, languages
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.generation.testing import ScriptedGenerator

from tests.unit.core.docstrings import documentation
from tests.unit.core.docstrings.documentation import GONE, KEPT, NEW, Case

SEEDS = range(60)


def updated(language: str, text: str) -> tuple[str, str]:
    """The text after one update, and the message."""
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    item = next(i for i in languages.items(snapshot) if i.kind == "function")
    generator = ScriptedGenerator(lambda prompt: " Fresh words here.\n")
    task = Task(generator, snapshot, {"start": item.start})
    outcome = assist.run("docstring.update", task)
    return apply_edits(text, outcome.edits), outcome.message


def complaints(language: str, text: str) -> list[str]:
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    items = tuple(i for i in languages.items(snapshot) if i.kind == "function")
    return [problem.message for problem in check.problems(language, items)]


def judge(language: str, case: Case) -> None:
    before = complaints(language, case.text)
    assert any(NEW[0] in message for message in before)
    if case.lose:
        assert all(any(name in message for message in before) for name in GONE), before
    after, _ = updated(language, case.text)
    words = re.findall(r"\w+", after)
    assert [w for w in case.keep if w not in words] == []
    assert [w for w in case.lose if w in words] == []
    assert all(words.count(name) == 2 for name in (*KEPT, *NEW) if language != "python"), after
    assert complaints(language, after) == []
    again, message = updated(language, after)
    assert again == after
    assert "agrees with its signature" in message
    assert ("\r\n" in after) == ("\r\n" in case.text)
    assert not re.search(r"(?<!\r)\n", after) or "\r\n" not in case.text


@pytest.mark.parametrize("style", ["google", "numpy", "sphinx"])
@pytest.mark.parametrize("seed", SEEDS)
def test_python(seed: int, style: str) -> None:
    case = documentation.python(seed, style)
    judge("python", case)
    after, _ = updated("python", case.text)
    trees = [ast.parse(text) for text in (case.text, after)]
    for tree in trees:
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        assert ast.get_docstring(function)
        del function.body[0]
    assert ast.dump(trees[0]) == ast.dump(trees[1])


@pytest.mark.parametrize("language", sorted(documentation.TAGGED))
@pytest.mark.parametrize("seed", SEEDS)
def test_tags(seed: int, language: str) -> None:
    judge(language, documentation.tagged(seed, language))

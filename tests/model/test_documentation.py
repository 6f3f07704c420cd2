"""Documentation with the words of the installed default model."""

import ast

import pytest
from fimble import assist
from fimble.assist import Task
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.generation.local import LocalGenerator

pytestmark = pytest.mark.model

CODE = """\
def mean(values: list[float], default: float = 0.0) -> float:
    if not values:
        return default
    if any(value < 0 for value in values):
        raise ValueError("negative value")
    total = sum(values)

    return total / len(values)
"""


def test_a_function_is_documented(generator: LocalGenerator) -> None:
    snapshot = Snapshot("file:///mean.py", "mean.py", "python", 1, CODE)
    outcome = assist.run("docstring.document", Task(generator, snapshot, {"start": 4}))
    after = apply_edits(CODE, outcome.edits)
    documentation = ast.get_docstring(ast.parse(after).body[0])  # type: ignore[arg-type]
    assert documentation is not None
    assert "mean" in documentation.split("\n")[0].lower()
    titles = [line for line in documentation.split("\n") if line.endswith(":")]
    assert titles == ["Args:", "Returns:", "Raises:"]
    for name in ("values", "default", "ValueError"):
        assert f"    {name}: " in documentation
    assert outcome.level == "code unchanged"


def test_a_block_is_commented(generator: LocalGenerator) -> None:
    snapshot = Snapshot("file:///mean.py", "mean.py", "python", 1, CODE)
    place = {"start": CODE.index("if not"), "end": len(CODE)}
    outcome = assist.run("comments.add", Task(generator, snapshot, place))
    assert outcome.edits
    assert all(edit.new_text.startswith("    # ") for edit in outcome.edits)

"""`fimble eval nextedit`: a line of output per task, and clear words for what is none."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from fimble.cli import main, nextedit_tasks
from fimble.errors import UsageError

BEFORE = "total = get(1, None)\n\nother = get(2, None)\n\ntotal = get(1, None)\n"
TEXT = BEFORE.replace("None", "0", 1)
TASK: dict[str, Any] = {
    "id": "a",
    "path": "a.py",
    "lang": "python",
    "category": "repeat",
    "before": BEFORE,
    "history": [{"start": 15, "old": "None", "new": "0"}],
    "text": TEXT,
    "cursor": 16,
}
QUIET = {**TASK, "id": "b", "before": TEXT, "history": [], "category": "none"}


@pytest.mark.parametrize("packed", [False, True])
def test_a_prediction_is_the_step_that_is_shown_first(tmp_path: Path, packed: bool) -> None:
    rows = "".join(json.dumps(task) + "\n" for task in (TASK, QUIET)).encode()
    tasks = tmp_path / ("tasks.jsonl.xz" if packed else "tasks.jsonl")
    tasks.write_bytes(lzma.compress(rows) if packed else rows)
    out = tmp_path / "out.jsonl"
    assert main.main(["eval", "nextedit", str(tasks), "--out", str(out)]) == 0
    shown, silent = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    (edit,) = shown["edits"]
    after = TEXT[: edit["start"]] + edit["new"] + TEXT[edit["end"] :]
    assert after == TEXT.replace("1, None", "1, 0")
    assert (shown["id"], shown["kind"], shown["ms"] > 0) == ("a", "repeat", True)
    assert (silent["id"], silent["edits"], silent["kind"]) == ("b", [], "")


def test_the_first_tasks_of_a_language_and_category_are_run_alone(tmp_path: Path) -> None:
    tasks, out = tmp_path / "tasks.jsonl", tmp_path / "out.jsonl"
    many = [{**TASK, "id": n} for n in range(4)] + [QUIET]
    tasks.write_text("".join(json.dumps(task) + "\n" for task in many), encoding="utf-8")
    arguments = ["eval", "nextedit", str(tasks), "--out", str(out), "--limit-per-lang", "2"]
    assert main.main(arguments) == 0
    ids = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert ids == [0, 1, "b"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"history": [{"start": 15, "old": "Some", "new": "0"}]}, "does not fit"),
        ({"text": "other"}, "leads to another text"),
        ({"cursor": "x"}, "none of a next edit"),
        ({"history": [{"start": 1}]}, "none of a next edit"),
    ],
)
def test_a_task_that_is_none_is_told(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        nextedit_tasks.answer({**TASK, **change})


def test_a_folder_has_no_tasks_of_next_edits(tmp_path: Path) -> None:
    arguments = ["eval", "nextedit", "--repo", str(tmp_path), "--out", str(tmp_path / "o")]
    assert main.main(arguments) != 0

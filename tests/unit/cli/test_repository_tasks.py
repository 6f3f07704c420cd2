from pathlib import Path

import pytest
from fimble.cli import evaluate, repository_tasks, scores
from fimble.errors import UsageError

CODE = "".join(
    f"def area_{n}(width, height):\n    return width * height + {n}\n\n\n" for n in range(20)
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in ("a.py", "src/b.py", "build/c.py", "ignored/d.py", "my_secrets.py", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(CODE, encoding="utf-8")
    (tmp_path / ".fimbleignore").write_text("ignored/\n", encoding="utf-8")
    return tmp_path


def test_tasks_are_made_of_code_that_may_be_quoted(repository: Path) -> None:
    tasks = repository_tasks.build(repository, 8)
    assert {task["path"] for task in tasks} == {"a.py", "src/b.py"}
    assert {task["kind"] for task in tasks} == {"rest_of_line", "whole_line"}
    for task in tasks:
        assert task["prefix"] + task["gold"] + task["suffix"] == CODE
        assert task["gold"].strip()
    assert tasks == repository_tasks.build(repository, 8)


def test_a_task_quotes_the_other_files_and_not_its_own(repository: Path) -> None:
    (repository / "src/b.py").write_text(CODE.replace("return", "yield"), encoding="utf-8")
    others = repository_tasks.Others(repository, 200)
    tasks = repository_tasks.build(repository, 8)
    quoted = {
        (task["path"], snippet.path)
        for task in tasks
        for snippet in others.around(evaluate.context_of(task))
    }
    assert quoted == {("a.py", "src/b.py"), ("src/b.py", "a.py")}
    others.close()


def test_nothing_is_quoted_without_a_budget(repository: Path) -> None:
    others = repository_tasks.Others(repository, 0)
    (task, *_) = repository_tasks.build(repository, 1)
    assert others.around(evaluate.context_of(task)) == ()
    others.close()


def test_a_folder_without_code_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no code"):
        repository_tasks.build(tmp_path, 8)
    with pytest.raises(UsageError, match="not a folder"):
        repository_tasks.build(tmp_path / "none", 8)


def test_scores_count_what_was_shown() -> None:
    tasks = [{"id": n, "gold": "total(a, b)"} for n in range(4)]
    texts = ["total(a, b)", "total(c)", "other()", ""]
    answers = [
        {"id": n, "text": text, "reason": None if text else "syntax", "timings": {"total_ms": n}}
        for n, text in enumerate(texts)
    ]
    found = scores.score(tasks, answers)
    assert (found.count, found.shown, found.exact) == (4, 75, 25)
    assert found.right == pytest.approx(100 / 3)
    assert found.accepted == pytest.approx(200 / 3)
    assert found.reasons == {"syntax": 1}
    assert scores.score([], []).count == 0

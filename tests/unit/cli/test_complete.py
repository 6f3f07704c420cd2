from pathlib import Path

import pytest
from fimble.cli import complete, evaluate
from fimble.cli import main as cli
from fimble.completion import pipeline
from fimble.engine.manifest import Fim
from fimble.errors import UsageError
from fimble.generation.testing import ScriptedGenerator, at_cursor


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        (b"a = 1\n", "9:1", "has no line 9, column 1"),
        (b"a = 1\n", "1:99", "has no line 1, column 99"),
        (b"a = 1\n", "cursor", "holds no █"),
        (b"\xff\xfe", "1:1", "is not UTF-8"),
        (b"a", "0:1", "is not PATH:LINE:COL"),
        (None, "1:1", "cannot be read"),
    ],
)
def test_bad_places_are_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    place: str,
    sentence: str,
) -> None:
    path = tmp_path / "a.py"
    if content is not None:
        path.write_bytes(content)
    assert cli.main(["complete", f"{path}:{place}"]) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.out == ""


def test_an_unknown_model_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "a.py").write_text("a")
    assert cli.main(["complete", f"{tmp_path / 'a.py'}:1:1", "--model", "nope"]) == 1
    assert "nope" in capsys.readouterr().err


def test_what_a_suggestion_replaces_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    context = at_cursor("const a = f(█)\n", "javascript")
    completion = pipeline.complete(ScriptedGenerator(lambda _: "b, g(c));"), context)
    found = complete.as_json(completion)
    assert (found["shown"], found["range"]) == ("b, g(c));", [12, 13])
    complete.show(context, completion)
    printed = capsys.readouterr().out
    assert "const a = f(b, g(c));\n" in printed
    assert "in place of ')'" in printed


def test_a_suggestion_that_replaces_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    context = at_cursor("const a = f(█)\n", "javascript")
    completion = pipeline.complete(ScriptedGenerator(lambda _: "b)"), context)
    assert complete.as_json(completion)["range"] == [12, 12]
    complete.show(context, completion)
    printed = capsys.readouterr().out
    assert "const a = f(b)\n" in printed
    assert "in place of" not in printed


def test_tasks_are_limited_per_language_and_kind() -> None:
    tasks = [{"id": n, "lang": "go" if n % 2 else "sql", "kind": "block"} for n in range(10)]
    assert [task["id"] for task in evaluate.limit(tasks, 2)] == [0, 1, 2, 3]
    assert evaluate.limit(tasks, None) == tasks


def test_an_output_cut_short_is_read_without_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"id": 1}\n{"id": 2}\n{"id"')
    assert [row["id"] for row in evaluate.read(path)] == [1, 2]


def test_a_humaneval_row_gets_its_line_break_back() -> None:
    row = {"id": 1, "prompt": "a", "suffix": "b"}
    assert evaluate.around(row) == ("a", "\nb")


def test_a_sample_is_the_same_every_time_and_grows() -> None:
    tasks = [{"id": n} for n in range(50)]
    assert evaluate.sample(tasks, 5) == evaluate.sample(list(reversed(tasks)), 9)[:5]
    assert evaluate.sample(tasks, None) == tasks


def test_the_prompts_format_can_be_overridden() -> None:
    fim = evaluate.override(Fim("<P>"), "order=split,near_lines=8,suffix_share=0.1")
    assert (fim.prefix, fim.order, fim.near_lines, fim.suffix_share) == ("<P>", "split", 8, 0.1)
    for wrong in ("nothing=1", "near_lines=many"):
        with pytest.raises(UsageError):
            evaluate.override(Fim(), wrong)


def test_a_task_is_judged_by_the_gate_where_that_is_asked_for() -> None:
    generator = ScriptedGenerator(lambda prompt: "width * height", tokens=True)
    task = {"id": 1, "lang": "python", "prefix": "area = ", "suffix": "\n"}
    reasons = {
        level: evaluate.answer(generator, task, eagerness=level)["reason"]
        for level in (None, "eager", "quiet")
    }
    assert reasons == {None: None, "eager": None, "quiet": "unlikely"}

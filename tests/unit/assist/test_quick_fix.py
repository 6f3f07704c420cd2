from pathlib import Path

import pytest
from fimble.assist import Task, run
from fimble.core.actions import ActionContext, Diagnostic, offers
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.testing import ScriptedGenerator

TEXT = """\
def total(rows, password):
    try:
        value = sum(rows)
    except Exception:
        return 0
    return value + len(password)
"""


def snapshot(text: str) -> Snapshot:
    return Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 3, text)


def found(text: str, marked: str, code: str, message: str = "It is wrong") -> Diagnostic:
    start = text.index(marked)
    return Diagnostic(start, start + len(marked), message, code, "Ruff")


def fix(text: str, diagnostic: Diagnostic, *answers: str, action: str = "fix"):
    said = iter(answers)
    generator = ScriptedGenerator(lambda _: next(said, "pass"))
    document = snapshot(text)
    offer = next(
        o for o in offers(ActionContext(document, 0, 0, (diagnostic,))) if o.action == action
    )
    outcome = run(action, Task(generator, document, offer.arguments))
    return outcome, apply_edits(text, outcome.edits), generator


BLIND = found(TEXT, "Exception", "BLE001", "Do not catch blind exception: `Exception`")


def test_the_first_answer_that_passes_is_taken_as_the_smallest_edit() -> None:
    broken = "def total(rows, password):\n    try\n"
    deleted = "def total(rows, password):\n    return sum(rows)\n"
    right = TEXT.replace("except Exception", "except TypeError")
    outcome, after, generator = fix(TEXT, BLIND, broken, deleted, "", right)
    assert after == right
    (edit,) = outcome.edits
    assert edit.end - edit.start < 12
    assert outcome.level == "verified by ruff"
    assert [r.temperature > 0 for r in generator.requests] == [False, True, False, True, True]


def test_a_model_that_copies_the_code_back_is_asked_no_more() -> None:
    right = TEXT.replace("Exception", "TypeError")
    outcome, _, generator = fix(TEXT, BLIND, TEXT, right)
    assert outcome.edits == ()
    assert [r.temperature > 0 for r in generator.requests] == [False]
    outcome, _, generator = fix(TEXT, BLIND, "garbage (", TEXT, "", right)
    assert outcome.edits != ()
    outcome, _, generator = fix(TEXT, BLIND, "garbage (", TEXT, "", TEXT, TEXT, right)
    assert outcome.edits == ()
    assert [r.temperature > 0 for r in generator.requests] == [False, True, False, True, True]


def test_when_nothing_passes_nothing_is_changed_and_the_user_hears_why() -> None:
    silenced = TEXT.replace("except Exception:", "except Exception:  # noqa: BLE001")
    outcome, after, _ = fix(TEXT, BLIND, silenced, "garbage (", TEXT, TEXT)
    assert outcome.edits == ()
    assert after == TEXT
    assert outcome.message.startswith("Nothing was changed for “Do not catch blind exception")


def test_a_fix_that_no_reader_would_keep_is_refused_and_the_user_hears_why() -> None:
    text = "def connect(client):\n    return client(password='x1')\n"
    secret = found(text, "'x1'", "S106", "Possible hardcoded password")
    read = "import os\n\n\ndef connect(client):\n    return client(password=os.environ['P'])\n"
    outcome, after, _ = fix(text, secret, read)
    assert after == text
    assert outcome.message == (
        "Nothing was changed for “Possible hardcoded password”: a fix was found and refused, "
        "because it would read the value from the environment, where nobody has put it."
    )


def test_an_import_that_is_renamed_and_then_unused_is_not_deleted_by_tidying() -> None:
    text = "from exceptiongroup import ExceptionGroup\n\nprint(ExceptionGroup)\n"
    shadow = found(text, "ExceptionGroup", "A004", "Import is shadowing")
    renamed = "from exceptiongroup import ExceptionGroup as Group"
    _, after, _ = fix(text, shadow, renamed)
    assert after == text


def test_a_rule_too_is_refused_where_it_changes_code_elsewhere() -> None:
    text = "from rich import print\n\nprint(1)\n"
    outcome, after, _ = fix(text, found(text, "print", "A004", "Import is shadowing"), text)
    assert after == text
    assert "it would also change code elsewhere in the file" in outcome.message


def test_the_prompt_shows_the_unit_the_message_and_the_rules_example() -> None:
    _, _, generator = fix(TEXT, BLIND, TEXT)
    prompt = "".join(s.text for s in generator.requests[0].prompt)
    assert "Do not catch blind exception" in prompt
    assert "def total(rows, password):" in prompt
    assert "except ZeroDivisionError" in prompt or "Use instead" in prompt


def test_rules_need_no_model() -> None:
    text = "import os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
    outcome, after, generator = fix(text, found(text, "json", "F821", "Undefined name `json`"))
    assert after.startswith("import json\nimport os\n")
    assert generator.requests == []
    assert outcome.message == "Fixed “Undefined name `json`” (import json; verified by ruff)."


def test_a_finding_of_an_unknown_tool_is_only_called_checked() -> None:
    text = "import os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
    other = Diagnostic(34, 38, '"json" is not defined', "reportUndefinedVariable", "Pyright")
    outcome, after, _ = fix(text, other)
    assert after.startswith("import json\n")
    assert outcome.level == "nothing new for ruff"


def test_all_of_a_kind_are_fixed_and_the_rest_is_counted() -> None:
    text = "def f(a, b):\n    return 1\n\n\ndef g(c): return 2\n"
    first = found(text, "a", "ARG001")
    outcome, after, _ = fix(text, first, action="fix_all")
    assert after == (
        "def f(a, b):\n    del b  # Unused.\n    del a  # Unused.\n    return 1\n\n\ndef g(c): return 2\n"
    )
    assert outcome.message == "Fixed 2 of ARG001, 1 left as they are."


@pytest.mark.parametrize("arguments", [{}, {"start": 0}, {"start": "0", "end": 1}])
def test_arguments_from_a_client_are_not_trusted(arguments: dict[str, object]) -> None:
    outcome = run("fix", Task(ScriptedGenerator(str), snapshot("x"), arguments))
    assert outcome.edits == ()
    assert "must be of type" in outcome.message


def test_a_cancelled_search_changes_nothing() -> None:
    cancel = CancelToken()
    cancel.cancel()
    arguments = {"start": 0, "end": 1, "message": "`x`", "code": "A001", "source": "ruff"}
    outcome = run("fix", Task(ScriptedGenerator(str), snapshot("sum = 1\n"), arguments, cancel))
    assert outcome.edits == ()


def test_crlf_and_tabs_survive() -> None:
    text = "def f():\r\n\tassert f\r\n\treturn 1\r\n"
    _, after, _ = fix(text, found(text, "assert", "S101"))
    assert after == "def f():\r\n\tif not f:\r\n\t\traise AssertionError\r\n\treturn 1\r\n"


def test_tools_that_the_settings_name_verify_too(tmp_path: Path) -> None:
    tool = tmp_path / ".venv" / "bin" / "ty"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        "#!/bin/sh\ngrep -q '^import json' $6 && echo 'a.py:1:1: error[no-json] No JSON here'\nexit 0\n"
    )
    tool.chmod(0o755)
    text = "import os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
    (tmp_path / "a.py").write_text(text)
    uri = (tmp_path / "a.py").as_uri()
    document = Snapshot(uri, "a.py", "python", 3, text)
    place = {"start": 34, "end": 38, "message": "`json`", "code": "F821", "source": "Ruff"}
    for names, edits in (([], 1), (["mypy2"], 1), (["ty"], 0)):
        arguments = {**place, "checkers": names}
        outcome = run("fix", Task(ScriptedGenerator(str), document, arguments))
        assert len(outcome.edits) == edits

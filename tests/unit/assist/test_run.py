from fimble import assist
from fimble.assist import Outcome, Task
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.errors import EditRejected
from fimble.generation.testing import ScriptedGenerator

SNAPSHOT = Snapshot("file:///a.py", "a.py", "python", 1, "x = 1\n")


def insert(task: Task) -> Outcome:
    at = assist.required(task.arguments, "at", int)
    if at > len(task.snapshot.text):
        raise EditRejected("The place is gone.", "Ask again.")
    task.progress("inserting", 50)
    return Outcome((Edit(at, at, "# hi\n"),), level="nothing to check")


def run(action: str, **arguments: object) -> Outcome:
    task = Task(ScriptedGenerator(str), SNAPSHOT, arguments)
    return assist.run(action, task, assists={"insert": insert})


def test_an_assist_answers_with_edits() -> None:
    assert run("insert", at=0).edits == (Edit(0, 0, "# hi\n"),)


def test_every_failure_is_a_message_without_edits() -> None:
    assert run("insert", at=99) == Outcome(message="The place is gone. Ask again.")
    assert run("insert", at="0").message == "The argument 'at' must be of type int, not '0'."
    assert run("insert").message == "The argument 'at' must be of type int, not None."
    assert run("unknown").message == "There is no action 'unknown'."

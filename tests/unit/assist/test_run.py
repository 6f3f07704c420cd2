from fimble import assist
from fimble.assist import Outcome, Progress
from fimble.core.actions import Arguments
from fimble.core.text import Edit, Snapshot
from fimble.engine.cancel import CancelToken
from fimble.errors import EditRejected
from fimble.generation import TextGenerator
from fimble.testing import ScriptedGenerator

SNAPSHOT = Snapshot("file:///a.py", "a.py", "python", 1, "x = 1\n")


def insert(
    generator: TextGenerator,
    snapshot: Snapshot,
    arguments: Arguments,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    at = assist.required(arguments, "at", int)
    if at > len(snapshot.text):
        raise EditRejected("The place is gone.", "Ask again.")
    progress("inserting", 50)
    return Outcome((Edit(at, at, "# hi\n"),), level="nothing to check")


def run(action: str, **arguments: object) -> Outcome:
    generator = ScriptedGenerator(str)
    return assist.run(
        action, generator, SNAPSHOT, arguments, CancelToken(), assists={"insert": insert}
    )


def test_an_assist_answers_with_edits() -> None:
    assert run("insert", at=0).edits == (Edit(0, 0, "# hi\n"),)


def test_every_failure_is_a_message_without_edits() -> None:
    assert run("insert", at=99) == Outcome(message="The place is gone. Ask again.")
    assert run("insert", at="0").message == "The argument 'at' must be of type int, not '0'."
    assert run("insert").message == "The argument 'at' must be of type int, not None."
    assert run("unknown").message == "There is no action 'unknown'."

"""When rules are asked, what of their answers is kept, and for how long."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import pytest_asyncio
from fimble.completion.nextedit.ahead import NextEdits
from fimble.completion.nextedit.proposal import Proposal, Rule, Situation, Step
from fimble.core.text.snapshot import Edit, Snapshot

URI, OTHER = "file:///w/a.py", "file:///w/b.py"
SETTLE_S = 0.01


def document(text: str, version: int | None = 1, uri: str = URI) -> Snapshot:
    return Snapshot(uri, "a.txt", "plaintext", version, text)


def follows(situation: Situation) -> Proposal | str:
    """Every `one` becomes what stands before the first blank of the text, here and elsewhere."""
    wanted = situation.snapshot.text.split(" ")[0]
    steps = []
    for snapshot in (situation.snapshot, *situation.others):
        at = snapshot.text.find("one", 1)
        while at >= 0:
            steps.append(Step(snapshot.uri, Edit(at, at + 3, wanted)))
            at = snapshot.text.find("one", at + 1)
    return Proposal("rename", f"{wanted} it is", tuple(steps)) if steps else "nothing is left"


@pytest_asyncio.fixture
async def edits() -> AsyncIterator[NextEdits]:
    edits = NextEdits((follows,), SETTLE_S)
    yield edits
    edits.close()


def ruled_by(rule: Rule, settle_s: float = SETTLE_S) -> NextEdits:
    return NextEdits((rule,), settle_s)


async def texts(edits: NextEdits, version: int | None, uri: str = URI) -> list[str]:
    chain = await edits.at(uri, version)
    return [step.edit.new_text for step in chain.proposal.steps] if chain else []


async def test_what_follows_from_an_edit_is_known_when_it_is_asked_for(edits: NextEdits) -> None:
    edits.opened(document("one = 1\n\none\n\none"))
    assert await texts(edits, 1) == []
    edits.changed(document("two = 1\n\none\n\none", 2))
    assert await texts(edits, 2) == ["two", "two"]
    assert await texts(edits, None) == ["two", "two"]
    assert await texts(edits, 1) == []
    assert await texts(edits, 3) == []
    assert await texts(edits, 2, "file:///w/unknown.py") == []


async def test_once_a_step_is_taken_the_rest_is_there_without_a_rule() -> None:
    asked: list[int | None] = []

    def rule(situation: Situation) -> Proposal | str:
        asked.append(situation.snapshot.version)
        return follows(situation)

    edits = ruled_by(rule)
    edits.opened(document("one = 1\n\none\n\none"))
    edits.changed(document("two = 1\n\none\n\none", 2))
    first = await edits.at(URI, 2)
    edits.changed(document("two = 1\n\ntwo\n\none", 3))
    rest = await edits.at(URI, 3)
    assert first is not None
    assert rest is not None
    assert rest.identity == first.identity
    assert len(rest.proposal.steps) == 1
    assert asked == [2]
    edits.changed(document("two = 1\n\ntwo\n\ntwo", 4))
    assert await texts(edits, 4) == []
    assert asked == [2, 4]
    assert edits.reason == "nothing is left"
    edits.close()


async def test_only_what_has_settled_is_looked_at() -> None:
    asked: list[int | None] = []

    def rule(situation: Situation) -> Proposal | str:
        asked.append(situation.snapshot.version)
        return follows(situation)

    edits = ruled_by(rule, 0.2)
    edits.opened(document("one = 1\n\none"))
    waiting = []
    for version, text in enumerate(("t", "tw", "two"), 2):
        edits.changed(document(f"{text} = 1\n\none", version))
        waiting.append(asyncio.ensure_future(texts(edits, version)))
        await asyncio.sleep(0.01)
    assert await asyncio.gather(*waiting) == [[], [], ["two"]]
    assert asked == [4]
    edits.close()


async def test_a_keystroke_gives_up_a_search_at_the_next_rule() -> None:
    begun, goes_on = threading.Event(), threading.Event()
    second: list[int | None] = []

    def slow(situation: Situation) -> Proposal | str:
        begun.set()
        assert goes_on.wait(10)
        return ""

    def later(situation: Situation) -> Proposal | str:
        second.append(situation.snapshot.version)
        return follows(situation)

    edits = NextEdits((slow, later), SETTLE_S)
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("tw = 1\n\none", 2))
    overtaken = asyncio.ensure_future(texts(edits, 2))
    await asyncio.to_thread(begun.wait, 10)
    edits.changed(document("two = 1\n\none", 3))
    assert await overtaken == []
    goes_on.set()
    assert await texts(edits, 3) == ["two"]
    assert second == [3]
    edits.close()


async def test_steps_reach_into_other_open_documents_and_go_on_there(edits: NextEdits) -> None:
    edits.opened(document("x one", uri=OTHER))
    edits.opened(document("one = 1"))
    edits.changed(document("two = 1", 2))
    chain = await edits.at(URI, 2)
    assert chain is not None
    assert [step.uri for step in chain.proposal.steps] == [OTHER]
    assert await texts(edits, 1, OTHER) == ["two"]
    edits.changed(document("x two", 2, OTHER))
    assert await edits.at(OTHER, 2) is None


async def test_a_document_that_is_opened_changed_ends_what_was_proposed_for_its_file(
    edits: NextEdits,
) -> None:
    edits.opened(document("x one", uri=OTHER))
    edits.opened(document("one = 1"))
    edits.changed(document("two = 1", 2))
    assert await texts(edits, 2) == ["two"]
    edits.opened(document("x another one", 1, OTHER))
    assert await texts(edits, 2) == []


@pytest.mark.parametrize("end", [lambda e: e.closed(URI), lambda e: e.close()])
async def test_a_request_that_waits_is_answered_when_the_document_or_the_server_goes(
    end: Callable[[NextEdits], None],
) -> None:
    edits = ruled_by(follows, 60)
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("two = 1\n\none", 2))
    waiting = asyncio.ensure_future(texts(edits, 2))
    await asyncio.sleep(0.01)
    end(edits)
    assert await asyncio.wait_for(waiting, 5) == []
    edits.close()


async def test_a_request_that_is_cancelled_leaves_the_search_to_others() -> None:
    edits = ruled_by(follows, 0.1)
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("two = 1\n\none", 2))
    impatient, patient = (asyncio.ensure_future(texts(edits, 2)) for _ in range(2))
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await patient == ["two"]
    edits.close()


async def test_off_means_that_nothing_is_kept_and_nothing_asked() -> None:
    def rule(situation: Situation) -> Proposal | str:
        raise AssertionError("a rule was asked")

    edits = ruled_by(rule)
    edits.configure(on=False, off=())
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("two = 1\n\none", 2))
    await asyncio.sleep(5 * SETTLE_S)
    assert await texts(edits, 2) == []
    assert not edits._documents
    edits.close()


async def test_turned_on_again_a_history_begins_where_the_document_stands(
    edits: NextEdits,
) -> None:
    edits.opened(document("one = 1\n\none"))
    edits.configure(on=False, off=())
    edits.changed(document("tw = 1\n\none", 2))
    edits.configure(on=True, off=())
    edits.changed(document("two = 1\n\none", 3))
    assert await texts(edits, 3) == []
    edits.changed(document("three = 1\n\none", 4))
    assert await texts(edits, 4) == ["three"]


async def test_a_kind_that_is_turned_off_is_not_proposed(edits: NextEdits) -> None:
    edits.configure(on=True, off=("rename",))
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("two = 1\n\none", 2))
    assert await texts(edits, 2) == []
    assert edits.reason


@pytest.mark.parametrize("for_good", [False, True])
async def test_what_was_ended_does_not_come_again_by_typing_elsewhere(
    edits: NextEdits, for_good: bool
) -> None:
    edits.opened(document("one = 1\n\none\n\none"))
    edits.changed(document("two = 1\n\none\n\none", 2))
    chain = await edits.at(URI, 2)
    assert chain is not None
    edits.refuse("another", for_good=for_good)
    assert await texts(edits, 2) == ["two", "two"]
    edits.refuse(chain.identity, for_good=for_good)
    assert await texts(edits, 2) == []
    edits.changed(document("two = 1\n\none\n\none;", 3))
    assert await texts(edits, 3) == []
    edits.changed(document("three = 1\n\none\n\none;", 4))
    assert await texts(edits, 4) == ["three", "three"]
    edits.changed(document("two = 1\n\none\n\none;", 5))
    assert await texts(edits, 5) == ([] if for_good else ["two", "two"])


async def test_a_rule_that_fails_leaves_the_next_edit_its_chance(edits: NextEdits) -> None:
    failing = [True]

    def rule(situation: Situation) -> Proposal | str:
        if failing:
            raise RecursionError(failing.pop())
        return follows(situation)

    edits = ruled_by(rule)
    edits.opened(document("one = 1\n\none"))
    edits.changed(document("two = 1\n\none", 2))
    assert await texts(edits, 2) == []
    edits.changed(document("three = 1\n\none", 3))
    assert await texts(edits, 3) == ["three"]
    edits.close()


async def test_documents_too_large_to_parse_are_left_alone(edits: NextEdits) -> None:
    large = "one = 1\n\none" + "x" * 10_000_000
    edits.opened(document(large))
    edits.changed(replace(document(large), text="two" + large[3:], version=2))
    assert await texts(edits, 2) == []

"""What is left of a proposal while its steps are taken, in any order."""

import random
from dataclasses import replace

import pytest
from fimble.completion.nextedit.chain import Chain, key
from fimble.completion.nextedit.proposal import Proposal, Step
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

A, B = "file:///w/a.py", "file:///w/b.py"


def document(uri: str, text: str, version: int | None = 1) -> Snapshot:
    return Snapshot(uri, uri[-4:], "python", version, text)


def renaming(*documents: Snapshot, old: str = "foo", new: str = "longer") -> Chain:
    """Every `old` of the documents becomes `new`."""
    steps = []
    for snapshot in documents:
        at = snapshot.text.find(old)
        while at >= 0:
            steps.append(Step(snapshot.uri, Edit(at, at + len(old), new)))
            at = snapshot.text.find(old, at + 1)
    held = {key(snapshot.uri): snapshot for snapshot in documents}
    return Chain("1", Proposal("rename", "because", tuple(steps)), held)


def taken(chain: Chain, step: Step) -> Snapshot:
    """The step's document once the client has taken it."""
    before = chain.document(step)
    text = apply_edits(before.text, [step.edit])
    return replace(before, text=text, version=(before.version or 0) + 1)


@pytest.mark.parametrize("seed", range(30))
def test_the_rest_is_right_in_whatever_order_steps_are_taken(seed: int) -> None:
    chance = random.Random(seed)
    new = chance.choice(["f", "bar", "longer"])
    words = [chance.choice(["foo", "x", "\n", "(foo)", "🙂"]) for _ in range(40)]
    chain: Chain | None = renaming(
        document(A, " ".join(words)), document(B, "foo foo", None), new=new
    )
    last = chain
    while chain is not None:
        last = chain
        chain = chain.after(taken(chain, chance.choice(chain.proposal.steps)))
    assert last is not None
    (step,) = last.proposal.steps
    texts = {**{s.uri: s.text for s in last.documents.values()}}
    texts[step.uri] = taken(last, step).text
    assert texts[A] == " ".join(words).replace("foo", new)
    assert texts[B] == "foo foo".replace("foo", new)


def test_all_of_a_document_at_once_leaves_the_other_document() -> None:
    chain = renaming(document(A, "foo foo"), document(B, "foo"))
    rest = chain.after(document(A, "longer longer", 2))
    assert rest is not None
    assert rest.identity == chain.identity
    assert [step.uri for step in rest.proposal.steps] == [B]
    assert rest.documents[key(A)].version == 2


@pytest.mark.parametrize("text", ["foo foo ", "long foo", "foo longe", "", "longer bar"])
def test_any_other_change_ends_it(text: str) -> None:
    assert renaming(document(A, "foo foo")).after(document(A, text, 2)) is None


def test_filling_the_holes_of_what_was_taken_keeps_the_rest() -> None:
    """Each call gets an argument that only the user knows."""
    text = "f(1)\n\nf(2)\n"
    steps = [Step(A, Edit(at, at, ", ?, !"), ((2, 3), (5, 6))) for at in (3, 9)]
    held = {key(A): document(A, text)}
    chain: Chain | None = Chain("1", Proposal("signature", "because", tuple(steps)), held)
    texts = [
        "f(1, ?, !)\n\nf(2)\n",
        "f(1, w, !)\n\nf(2)\n",
        "f(1, wi, !)\n\nf(2)\n",
        "f(1, wi, )\n\nf(2)\n",
        "f(1, wi, hei)\n\nf(2)\n",
    ]
    for version, after in enumerate(texts, 2):
        assert chain is not None, after
        chain = chain.after(document(A, after, version))
    assert chain is not None
    (step,) = chain.proposal.steps
    assert taken(chain, step).text == "f(1, wi, hei)\n\nf(2, ?, !)\n"
    assert chain.after(document(A, "g(1, wi, hei)\n\nf(2)\n", 9)) is None


def test_a_change_of_another_document_ends_it() -> None:
    assert renaming(document(A, "foo")).after(document(B, "x", 2)) is None


def test_a_file_that_the_client_opens_keeps_its_steps_under_the_clients_name_of_it() -> None:
    chain = renaming(document("file:///w/a+b.py", "foo", None), document(B, "foo"))
    spelled = "file:///w/a%2Bb.py"
    rest = chain.after(document(spelled, "foo", 1))
    assert rest is not None
    assert [step.uri for step in rest.proposal.steps] == [spelled, B]
    assert rest.document(rest.proposal.steps[0]).version == 1


def test_a_part_of_what_was_refused_is_refused_and_more_than_it_is_not() -> None:
    whole, part = renaming(document(A, "foo foo")), renaming(document(A, "foo"))
    assert whole.refused().covers(part.refused())
    other = renaming(document(A, "foo"), new="other")
    assert not whole.refused().covers(other.refused())
    assert not replace(whole.refused(), kind="repeat").covers(part.refused())

import pytest
from fimble.core import actions
from fimble.core.actions import ActionContext, Offer
from fimble.core.text.snapshot import Snapshot

SNAPSHOT = Snapshot("file:///a.py", "a.py", "python", 1, "x = 1\n")


def rewrite(context: ActionContext) -> tuple[Offer, ...]:
    return (Offer("Rewrite", "refactor.rewrite.docstring", "rewrite", {"start": context.start}),)


def fix(context: ActionContext) -> tuple[Offer, ...]:
    return (Offer("Fix", "quickfix", "fix"),)


@pytest.mark.parametrize(
    ("only", "titles"),
    [
        ((), ["Rewrite", "Fix"]),
        (("quickfix",), ["Fix"]),
        (("refactor",), ["Rewrite"]),
        (("refactor.rewrite", "quickfix"), ["Rewrite", "Fix"]),
        (("refactor.rewrite.docstring",), ["Rewrite"]),
        (("refactor.rewrite.doc",), []),
        (("source",), []),
    ],
)
def test_only_the_wanted_kinds_with_their_sub_kinds(
    only: tuple[str, ...], titles: list[str]
) -> None:
    context = ActionContext(SNAPSHOT, 0, 0, only=only)
    assert [offer.title for offer in actions.offers(context, (rewrite, fix))] == titles

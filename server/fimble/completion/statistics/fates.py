"""What became of suggestions: each is looked at a while later, counted, and learned from.

Touched on the event loop only. Their text is in memory until then, and nowhere else.
"""

from __future__ import annotations

import difflib
import re
from collections import OrderedDict
from dataclasses import dataclass

from fimble.completion.statistics.events import kept
from fimble.completion.statistics.offers import Offers
from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import Verdict

SETTLED_S = 30.0
"""When a suggestion is looked at."""
SEEN_S = 0.3
"""What typing takes away sooner nobody has read."""
_FOLLOWED = 64
_BEFORE, _LOOKED_AT = 40, 1_000
"""Characters: of the text that a place is found again by, and of a suggestion."""
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass
class _Suggestion:
    """One that is followed.

    Attributes:
        place: Where it was shown, in code points.
        before: What stood before it.
        text: What was shown.
        document: The document's hash then.
        verdict: What the gate expected of it.
        at: When, in seconds of a monotonic clock.
        accepted: Whether the client has said that the user took something of it.
    """

    place: int
    before: str
    text: str
    document: int
    verdict: Verdict
    at: float
    accepted: bool = False

    def left_at(self, context: CursorContext) -> str | None:
        """What is left of it at a cursor behind it; None if other text was typed."""
        typed = context.prefix[self.place :]
        along = context.offset >= self.place and self.text.startswith(typed)
        return self.text[len(typed) :] if along else None


class Fates:
    """See the module.

    Args:
        offers: Counts and learns.
    """

    def __init__(self, offers: Offers) -> None:
        self._offers = offers
        self._followed: OrderedDict[str, _Suggestion] = OrderedDict()
        self._last: OrderedDict[str, str] = OrderedDict()

    def asked(self, context: CursorContext, now: float) -> None:
        """A suggestion is asked for; the one before it, if it came just now, nobody has read."""
        identity = self._last.get(context.snapshot.uri, "")
        last = self._followed.get(identity)
        if last and now - last.at < SEEN_S and last.left_at(context) is None:
            del self._followed[identity]

    def shown(
        self, identity: str, context: CursorContext, text: str, verdict: Verdict, now: float
    ) -> None:
        """A suggestion is shown; the rest of one that is typed along counts as that one."""
        uri = context.snapshot.uri
        last = self._followed.get(self._last.get(uri, ""))
        if last is None or last.left_at(context) != text:
            before, document = context.prefix[-_BEFORE:], hash(context.snapshot.text)
            last = _Suggestion(context.offset, before, text, document, verdict, now)
        self._followed[identity], self._last[uri] = last, identity
        for known in (self._followed, self._last):
            if len(known) > _FOLLOWED:
                known.popitem(last=False)

    def accepted(self, identity: str) -> None:
        """The client says that the user took something of a suggestion."""
        if identity in self._followed:
            self._followed[identity].accepted = True

    def settle(self, identity: str, document: str | None) -> None:
        """Looks at a suggestion, once.

        Args:
            identity: As shown.
            document: The whole text by now; None if it was closed.
        """
        found = self._followed.pop(identity, None)
        if found is None or document is None or hash(document) == found.document:
            return  # nobody has decided
        chars = standing(found.text, found.before, found.place, document)
        if chars is None or any(one is found for one in self._followed.values()):
            return  # the place is gone; or it was typed along, and the rest is looked at later
        self._offers.retained(identity, chars / len(found.text))
        self._offers.learn(found.verdict, kept(chars, len(found.text), found.accepted))


def standing(text: str, before: str, place: int, document: str) -> int | None:
    """How many characters of a suggestion stand where it was shown; None: the place is gone.

    Its words and marks are compared, in order, with what stands behind the text that it was shown
    behind, half as much again, so that what is written into it or before it takes little away.

    Args:
        text: The suggestion.
        before: What stood before it.
        place: Where that ended.
        document: The whole text by now.
    """
    start = _nearest(before, place - len(before), document)
    if start is None:
        return None
    start += len(before)
    if document.startswith(text, start):
        return len(text)
    looked_at = text[:_LOOKED_AT]
    words = _WORD.findall(looked_at)
    there = _WORD.findall(document[start : start + len(looked_at) * 3 // 2])
    matcher = difflib.SequenceMatcher(None, words, there, autojunk=False)
    stand = sum(
        sum(map(len, words[block.a : block.a + block.size]))
        for block in matcher.get_matching_blocks()
    )
    return len(text) * stand // max(1, sum(map(len, words)))


def _nearest(sought: str, place: int, document: str) -> int | None:
    """Where `sought` stands, nearest to `place`; None if nowhere."""
    behind = document.find(sought, max(0, place))
    ahead = document.rfind(sought, 0, max(0, place) + len(sought))
    found = [one for one in (ahead, behind) if one >= 0]
    return min(found, key=lambda one: abs(one - place), default=None)

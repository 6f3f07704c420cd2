"""A suggestion may not break a file that parses without it.

The document with the suggestion has no more syntax errors than the document without what is wrong
with the line that is being typed (`completion.repairs`), and keeps the rules of its language that
the grammar does not know (`completion.strict`). A file that is full of errors is of a dialect that
the grammar does not know: there only brackets are judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from fimble.core.completion import closing, opened, repairs, strict
from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters.base import Candidate, Withheld
from fimble.core.completion.filters.suffix_overlap import shortened
from fimble.core.text import syntax
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import SyntaxTree

_MAX_LINES = 24
_DIALECT = 4
"""With more errors than these, a file is not the grammar's."""
_CLOSED = frozenset({"bracket", "string", "hole"})
_STATEMENT_END = ";"
_WORDS = (" x", " NULL", " KEY", "1", " x)", " (x)", "")
_NARROW = frozenset({"sql"})
"""Languages whose grammars know less than people write: a half-typed line is forgiven more."""


def parse_gate(candidate: Candidate) -> Candidate | Withheld:
    """Withholds what adds a syntax error, or keeps its leading part that adds none."""
    parsed = candidate.context.tree()
    if parsed is None:
        return candidate
    gate = _Gate(candidate.context, parsed)
    for shorter in _parts(candidate):
        if gate.passes(shorter):
            return shorter
    return Withheld("syntax")


def _parts(candidate: Candidate) -> Iterator[Candidate]:
    """The text; with what closes its line; with a line break before text; and ever shorter."""
    context, lines = candidate.context, candidate.text.split("\n")[:_MAX_LINES]
    for count in range(len(lines), 0, -1):
        if count < len(lines):
            candidate = shortened(candidate, "\n".join(lines[:count]))
        text = candidate.text if count < len(lines) else "\n".join(lines)
        if not text.strip():
            return
        yield replace(candidate, text=text)
        close = _closing(candidate) if count == len(lines) else ""
        if close:
            yield replace(candidate, text=text.rstrip() + close)
        if count == len(lines) and context.closers and not candidate.replaced:
            yield replace(candidate, text=text, replaced=len(context.closers))
        if context.above_text and text.strip() and not text.endswith("\n" + context.line_prefix):
            yield replace(candidate, text=f"{text.rstrip()}\n{context.line_prefix}")
        ends = context.snapshot.language_id in _NARROW and not context.line_suffix.strip()
        if ends and not context.read(text).own:
            yield replace(candidate, text=text.rstrip() + _STATEMENT_END)
        if text.rstrip().endswith((",", ";")) and len(text.strip()) > 1:
            yield replace(candidate, text=text.rstrip()[:-1])


def _closing(candidate: Candidate) -> str:
    """What closes the strings and brackets that the cursor's line opened and nothing closes."""
    context = candidate.context
    if context.line_suffix.strip():
        return ""
    stack = context.read(candidate.text.rstrip()).stack
    here = [one for one in context.opened_here if one in stack and one.kind in _CLOSED]
    return opened.closing(tuple(here))


@dataclass(frozen=True)
class _Gate:
    """What texts at one cursor are measured by."""

    context: CursorContext
    parsed: SyntaxTree

    def passes(self, candidate: Candidate) -> bool:
        """Whether the document with the candidate is no worse than the document itself."""
        language = self.parsed.language_id
        verdict = strict.is_sound_json(self.context, candidate.document, language)
        if verdict is not None:
            return verdict
        if self._leaves(candidate):
            return self._keeps_page(candidate)
        new = self._edited(candidate)
        count = len(syntax.error_offsets(new))
        if count:
            count = len(syntax.error_offsets(syntax.anew(new)))
        if count and min(self._removed, self._completed) > _DIALECT:
            return not closing.missing(self.context, candidate.text)
        return (not count or self._forgives(candidate, count)) and not strict.breaks(
            self.context, candidate.document, language
        )

    def _forgives(self, candidate: Candidate, count: int) -> bool:
        """Whether so many errors are not the suggestion's.

        They are not where the document has them without the half-typed line's own. A line that
        the grammar knows in no form may keep its errors, if its brackets are in order.
        """
        if count <= min(self._removed, self._completed):
            return True
        known = self._completed
        if self.parsed.language_id in _NARROW and not self._is_cut_short(candidate):
            known = len(syntax.error_offsets(self.parsed))
        reading = self.context.read(candidate.text)
        return count <= known and not (reading.own or reading.strays)

    def _is_cut_short(self, candidate: Candidate) -> bool:
        """Whether a word more would be without the errors: `WHERE name =`."""
        least = min(self._removed, self._completed)
        text = candidate.text.rstrip().removesuffix(_STATEMENT_END)
        ends = (word + end for end in ("", _STATEMENT_END) for word in _WORDS if word or end)
        longer = (replace(candidate, text=text + end) for end in ends)
        return any(len(syntax.error_offsets(self._edited(one))) <= least for one in longer)

    def _leaves(self, candidate: Candidate) -> bool:
        """Whether the script or style that the cursor stands in ends with the candidate."""
        if self.parsed.region is None:
            return False
        stack = self.context.read(candidate.text).stack
        return any(one.kind == "region" and one not in stack for one in self.context.opened)

    def _keeps_page(self, candidate: Candidate) -> bool:
        """Whether the page around a script has no more errors than without the line."""
        text, edit = self.context.snapshot.text, repairs.removal(self.context)
        language = self.context.snapshot.language_id
        removed = f"{text[: edit.start]}{edit.new_text}{text[edit.end :]}"
        counts = [syntax.errors(language, one) or 0 for one in (candidate.document, removed)]
        return counts[0] <= counts[1]

    @cached_property
    def _removed(self) -> int:
        """The errors of the document without the cursor's line."""
        return len(self._after(self._removal))

    @cached_property
    def _removal(self) -> Edit:
        return repairs.removal(self.context, self.parsed.region)

    @cached_property
    def _completed(self) -> int:
        """The errors of the document with the cursor's line as it is, or completed."""
        errors = syntax.error_offsets(self.parsed)
        least = len(errors)
        ends = [len(self._after(edit)) for edit in repairs.comment_ends(self.context) if least]
        least = min([least, *ends])
        if not least:
            return least
        ways = repairs.completions
        if self._elsewhere(errors):
            if 0 < errors[0] < self._removal.start:
                return least
            ways = repairs.openers
        for edit in ways(self.context, self.parsed.language_id):
            least = min(least, len(self._after(edit)))
            if not least:
                break
        return least

    def _elsewhere(self, errors: list[int]) -> bool:
        """Whether the errors of the document stay as they are without the cursor's line."""
        start, end = self._removal.start, self._removal.end
        left = [place if place < start else place - (end - start) for place in errors]
        outside = not any(start <= place <= end for place in errors)
        return outside and left == self._after(self._removal)

    def _after(self, edit: Edit) -> list[int]:
        new = syntax.edited(self.parsed, edit.start, edit.end, edit.new_text)
        return syntax.error_offsets(new)

    def _edited(self, candidate: Candidate) -> SyntaxTree:
        """The document with the suggestion.

        Only what it changes is parsed again; that may find errors where a whole parse, which then
        decides, finds none.
        """
        start = self.context.offset
        return syntax.edited(self.parsed, start, start + candidate.replaced, candidate.text)

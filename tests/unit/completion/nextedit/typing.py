"""Documents as they were typed, and what a rule makes of them."""

from collections.abc import Mapping

from fimble.completion.nextedit.proposal import Proposal, Rule, Situation
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot, apply_edits

ENDINGS = {
    "python": ".py",
    "javascript": ".js",
    "javascriptreact": ".jsx",
    "typescript": ".ts",
    "typescriptreact": ".tsx",
    "go": ".go",
    "java": ".java",
    "rust": ".rs",
    "csharp": ".cs",
}


def situation(
    *texts: str, language: str = "python", path: str = "", others: Mapping[str, str] | None = None
) -> Situation:
    """A document that had these texts one after the other; the cursor is behind the last edit."""
    history = History(texts[0])
    for text in texts[1:]:
        history = history.typed(text)
    path = path or f"doc{ENDINGS[language]}"
    cursor = history.changes[-1].new_end if history.changes else 0
    known = tuple(_snapshot(p, language, t) for p, t in (others or {}).items())
    return Situation(_snapshot(path, language, history.text), cursor, history, known)


def _snapshot(path: str, language: str, text: str) -> Snapshot:
    return Snapshot(f"file:///project/{path}", path, language, None, text)


def after(rule: Rule, asked: Situation) -> dict[str, str]:
    """The texts by path once all is taken; of the documents that change alone."""
    found = rule(asked)
    if not isinstance(found, Proposal):
        return {}
    documents = (asked.snapshot, *asked.others)
    return {
        d.path: apply_edits(d.text, [s.edit for s in found.steps if s.uri == d.uri])
        for d in documents
        if any(s.uri == d.uri for s in found.steps)
    }


def replaced(text: str, old: str, new: str, *numbers: int) -> list[str]:
    """The text, and the text after each of some occurrences of a word was replaced by hand."""
    texts = [text]
    for number in numbers:
        pieces = texts[0].split(old)
        done = [new if n in numbers[: numbers.index(number) + 1] else old for n in range(99)]
        joined = pieces[0] + "".join(d + p for d, p in zip(done, pieces[1:], strict=False))
        texts.append(joined)
    return texts

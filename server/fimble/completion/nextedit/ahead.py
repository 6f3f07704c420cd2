"""Next edits, found before they are asked for.

Touched on the event loop only; rules run on a thread of their own. An edit that another one follows
within `SETTLE_S` is not looked at, and a search that the next keystroke overtakes ends at the next
rule. Only the last edit's proposal is kept.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fimble.completion.nextedit.chain import Chain, Refused, key, refused
from fimble.completion.nextedit.importers import Importers
from fimble.completion.nextedit.proposal import Proposal, Rule, Silence, Situation
from fimble.completion.nextedit.propose import propose
from fimble.completion.nextedit.rules import RULES
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot

SETTLE_S = 0.15
"""How long nothing is typed before the rules are asked."""
_MOST_DOCUMENTS = 40
"""Open documents whose edits may follow from one of another; the ones edited last."""


@dataclass(frozen=True)
class _Document:
    snapshot: Snapshot
    history: History


class NextEdits:
    """See the module.

    Args:
        rules: Who is asked.
        settle_s: As `SETTLE_S`.

    Attributes:
        on: Whether anything is proposed.
        reason: Why the last edit was followed by no proposal; "" where no rule had one.
    """

    def __init__(self, rules: Sequence[Rule] = RULES, settle_s: float = SETTLE_S) -> None:
        self.reason = ""
        self._rules = rules
        self._settle_s = settle_s
        self._importers = Importers()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="next-edits")
        self.on = True
        self._off: frozenset[str] = frozenset()
        self._roots: tuple[Path, ...] = ()
        self._documents: dict[str, _Document] = {}
        self._sought: _Document | None = None
        self._task: asyncio.Task[None] | None = None
        self._chain: Chain | None = None
        self._ended: tuple[Refused, ...] = ()
        self._never: tuple[Refused, ...] = ()
        self._names = itertools.count(1)

    def configure(self, *, on: bool, off: Iterable[str]) -> None:
        """Whether anything is proposed, and what not. While it is off, nothing is kept or read."""
        self.on, self._off = on, frozenset(off)
        self._overtake()
        self._chain = None
        if not on:
            self._documents.clear()
        self._importers.set_folders(self._roots if on else ())

    def set_folders(self, roots: Sequence[Path]) -> None:
        """The workspace's folders: files of them may have to follow an edit."""
        self._roots = tuple(roots)
        self._importers.set_folders(self._roots if self.on else ())

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files or folders were made, changed, renamed or deleted."""
        self._importers.changed(uris)

    def opened(self, snapshot: Snapshot) -> None:
        """A document's history begins."""
        if self.on:
            name = key(snapshot.uri)
            self._documents[name] = _Document(snapshot, History(snapshot.text))
            if self._chain and name in self._chain.documents:
                self._chain = self._chain.after(snapshot)

    def changed(self, snapshot: Snapshot) -> None:
        """A document has become another: by a step of what was proposed, or by the user's hand."""
        name = key(snapshot.uri)
        before = self._documents.pop(name, None)
        if not self.on:
            return
        if before is None:
            self.opened(snapshot)
            return
        self._documents[name] = _Document(snapshot, before.history.typed(snapshot.text))
        self._overtake()
        self._chain = self._chain.after(snapshot) if self._chain else None
        if self._chain is None and self._documents[name].history.changes:
            self._sought = self._documents[name]
            self._task = asyncio.create_task(self._find(self._sought))

    def closed(self, uri: str) -> None:
        """The document's history ends."""
        document = self._documents.pop(key(uri), None)
        self._importers.changed([uri])
        if document is not None and document is self._sought:
            self._overtake()
        if self._chain and key(uri) in self._chain.documents:
            self._chain = None

    async def at(self, uri: str, version: int | None) -> Chain | None:
        """What is proposed while a document is looked at, once its last edit has settled.

        Args:
            uri: The document.
            version: As the client has it; None where it does not say.

        Returns:
            None where nothing is, or the document is another by now.
        """
        document = self._documents.get(key(uri))
        if document is None or version not in (None, document.snapshot.version):
            return None
        if self._task is not None:
            await asyncio.wait([self._task])
        chain = self._chain
        if chain is None or self._documents.get(key(uri)) is not document:
            return None
        return chain if key(uri) in chain.documents else None

    def refuse(self, identity: str, *, for_good: bool) -> None:
        """The user has ended what was proposed: for now, or until the editor is closed."""
        chain = self._chain
        if chain is None or chain.identity != identity:
            return
        self._chain = None
        if for_good:
            self._never += (chain.refused(),)
        else:
            self._ended = (chain.refused(),)

    def close(self) -> None:
        """Ends what runs, and the threads after what they do at the moment."""
        self._overtake()
        self._importers.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _overtake(self) -> None:
        self._sought = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _find(self, document: _Document) -> None:
        await asyncio.sleep(self._settle_s)
        others, loop = self._open(document), asyncio.get_running_loop()
        found = await loop.run_in_executor(self._thread, self._propose, document, others)
        if self._sought is not document:
            return
        if isinstance(found, Silence):
            self.reason = found.reason
        else:
            self.reason, self._chain, self._ended = "", self._as_open(found), ()

    def _as_open(self, chain: Chain) -> Chain | None:
        """With the documents that were opened meanwhile, if they are as their files were."""
        for name in chain.documents:
            now = self._documents.get(name)
            held = chain.after(now.snapshot) if now is not None else chain
            if held is None:
                return None
            chain = held
        return chain

    def _open(self, document: _Document) -> tuple[Snapshot, ...]:
        """The other open documents, the ones edited last first."""
        others = (d.snapshot for d in reversed(self._documents.values()) if d is not document)
        return tuple(itertools.islice(others, _MOST_DOCUMENTS))

    def _propose(self, document: _Document, others: tuple[Snapshot, ...]) -> Chain | Silence:
        """Asks the rules, on their thread."""
        snapshot, last = document.snapshot, document.history.changes[-1]
        known = {key(other.uri) for other in others}
        files = self._importers.of(snapshot)
        others = (*others, *(file for file in files if key(file.uri) not in known))
        documents = {key(s.uri): s for s in (snapshot, *others)}
        found = propose(
            Situation(snapshot, last.new_end, document.history, others),
            (rule for rule in self._rules if self._sought is document),
            partial(self._wanted, documents),
        )
        if isinstance(found, Silence):
            return found
        changed = {key(snapshot.uri), *(key(step.uri) for step in found.steps)}
        held = {name: documents[name] for name in changed}
        return Chain(str(next(self._names)), found, held)

    def _wanted(self, documents: dict[str, Snapshot], proposal: Proposal) -> bool:
        if proposal.kind in self._off:
            return False
        found = refused(proposal, documents)
        return not any(known.covers(found) for known in (*self._ended, *self._never))

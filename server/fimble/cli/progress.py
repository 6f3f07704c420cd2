"""Progress on stderr: a bar for people, plain lines for logs, JSON lines for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as RichProgress

from fimble.models.progress import Progress

FORMS = ("auto", "json")


@contextmanager
def on_stderr(form: str = "auto") -> Iterator[Progress]:
    """Progress fit for what stderr is, or JSON; a bar left open by an error is closed."""
    if form == "json":
        yield JsonLines(sys.stderr)
        return
    if not sys.stderr.isatty():
        yield Lines(sys.stderr)
        return
    bar = Bar(Console(stderr=True))
    try:
        yield bar
    finally:
        bar.finish()


class Lines:
    """Plain lines, one per started tenth of a transfer.

    Args:
        stream: Where they go.
    """

    steps = 10

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._label, self._total, self._said = "", 1, -1

    def note(self, text: str) -> None:
        """Prints `text`."""
        print(text, file=self._stream, flush=True)

    def start(self, label: str, total: int) -> None:
        """Begins a transfer."""
        self._label, self._total, self._said = label, max(total, 1), -1

    def at(self, done: int) -> None:
        """Says where the transfer is, if a further step is reached."""
        step = self.steps * done // self._total
        if self._is_news(step):
            self._said = step
            self._say(done, self._label, self._total)

    def finish(self) -> None:
        """Nothing is left open."""

    def _is_news(self, step: int) -> bool:
        return step > self._said

    def _say(self, done: int, label: str, total: int) -> None:
        self.note(f"{label}: {10 * (10 * done // total)} % of {total / 1e6:.0f} MB")


class JsonLines(Lines):
    """One JSON object a line, for a program that draws the progress itself.

    `{"note": TEXT}`, or `{"transfer": LABEL, "done": BYTES, "total": BYTES}` at each percent.
    """

    steps = 100

    def note(self, text: str) -> None:
        """Prints a note."""
        super().note(json.dumps({"note": text}))

    def _is_news(self, step: int) -> bool:
        return step != self._said

    def _say(self, done: int, label: str, total: int) -> None:
        super().note(json.dumps({"transfer": label, "done": done, "total": total}))


class Bar:
    """A progress bar with speed and remaining time.

    Args:
        console: Where it is drawn.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def note(self, text: str) -> None:
        """Prints `text` above the bar."""
        self._console.print(text, highlight=False, markup=False)

    def start(self, label: str, total: int) -> None:
        """Draws a bar for a transfer."""
        self.finish()
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task(label, total=total)
        self._bar.start()

    def at(self, done: int) -> None:
        """Moves the bar."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done)

    def finish(self) -> None:
        """Leaves the bar as it stands."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None

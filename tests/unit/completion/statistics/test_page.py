from __future__ import annotations

from html.parser import HTMLParser

from fimble.completion.statistics.events import Outcome, Request
from fimble.completion.statistics.page import render
from fimble.completion.statistics.summary import Summary, summarize
from fimble.core.completion.gate import Taste

DAYS = tuple(
    summarize(
        f"2026-01-0{n}",
        [
            Outcome(Request("a", 0.0, "python", "m", None, 9, 80.0 * n, new_tokens=3), True, 9),
            Outcome(Request("b", 0.0, "python", "m", "<blank> & so on", 0, 2.0)),
        ],
    )
    for n in (1, 2, 3)
)


class Reader(HTMLParser):
    """Counts tags, gathers text, and insists on matching end tags."""

    void = frozenset({"meta", "rect", "line", "circle", "polyline"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}
        self.text = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.links += [value or "" for key, value in attrs if key in {"src", "href"}]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] in self.void and self.open[-1] != tag:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_the_page_shows_the_figures() -> None:
    page = read(render(DAYS, summarize_all(DAYS), (), Taste()))
    assert page.counts["svg"] == 2
    assert page.counts["rect"] == 2 * len(DAYS)
    assert page.counts["tr"] == 1 + len(DAYS) + 1 + 2 + 1
    assert "<blank> & so on" in page.text
    assert "2026-01-03: 1 offered, 1 accepted" in page.text


def test_the_page_loads_nothing() -> None:
    page = render(DAYS, summarize_all(DAYS), (), Taste())
    assert read(page).links == []
    assert "http" not in page
    assert "url(" not in page
    assert "<script" not in page


def test_a_page_without_requests_says_so() -> None:
    assert (
        "No completion has been requested yet."
        in read(render((), summarize("total", []), (), Taste())).text
    )


def summarize_all(days: tuple[Summary, ...]) -> Summary:
    outcome = Outcome(Request("b", 0.0, "python", "m", "<blank> & so on", 0, 2.0))
    return summarize("total", [outcome] * len(days))

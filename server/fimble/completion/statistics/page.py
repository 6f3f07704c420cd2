"""The statistics as one HTML page: inline styles and SVG, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from fimble.completion.statistics.curve import Level, told
from fimble.completion.statistics.summary import Summary
from fimble.core.completion.gate import Taste

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 220, 48, 28, 12
_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9dce0;
  --paper: #fff; --one: #9db7d9; --two: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a0a6ae; --line: #3a3f45;
  --paper: #16181b; --one: #3f5f86; --two: #8fbcf2; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 760px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem }
p, text, th { color: var(--soft); fill: var(--soft) } svg { width: 100%; height: auto }
text { font-size: 11px } .grid { stroke: var(--line) } .one { fill: var(--one) }
.two { fill: var(--two) } .line { fill: none; stroke: var(--two); stroke-width: 2 }
.thin { fill: none; stroke: var(--one); stroke-width: 2 } .key { font-weight: 600 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left } th { font-weight: 500 }
"""


def render(days: Sequence[Summary], total: Summary, levels: Sequence[Level], taste: Taste) -> str:
    """The page for `days` (oldest first) and their total, and where the gate stands."""
    body = (
        f"<p>{escape(headline(total))}</p>"
        "<h2>Suggestions: <span style='color:var(--one)'>offered</span>, "
        "<span style='color:var(--two)'>accepted</span></h2>"
        f"{_bars(days)}"
        "<h2>Time to an answer in ms: <span style='color:var(--two)'>median</span>, "
        "<span style='color:var(--one)'>90th percentile</span></h2>"
        f"{_lines(days)}"
        f"<h2>Days</h2>{_table(HEADINGS, map(cells, (*days, total)))}"
        f"<h2>Why nothing was offered</h2>{_reason_table(total)}"
        f"<h2>The gate</h2>{_table(LEVEL_HEADINGS, map(level_cells, levels))}"
        f"<p>{escape(told(taste))}</p>"
        "<p>Counted on this machine, kept on this machine. "
        "<code>fimble stats --clear</code> deletes it.</p>"
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Fimble statistics</title>"
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
        f"<h1>Fimble statistics</h1>{body}</html>\n"
    )


def headline(total: Summary) -> str:
    """The whole in one sentence."""
    if not total.requests:
        return "No completion has been requested yet."
    share = f" ({total.acceptance:.0%} of those shown)" if total.acceptance is not None else ""
    return (
        f"{total.requests:,} requests, {total.offered:,} suggestions, {total.accepted:,} "
        f"accepted{share}: {total.accepted_chars:,} characters you did not type."
    )


def _bars(days: Sequence[Summary]) -> str:
    top = max((day.offered for day in days), default=0) or 1
    step = (_WIDTH - _LEFT) / max(len(days), 1)
    marks = []
    for index, day in enumerate(days):
        x = _LEFT + index * step
        title = f"<title>{day.label}: {day.offered} offered, {day.accepted} accepted</title>"
        for kind, count in (("one", day.offered), ("two", day.accepted)):
            y = _y(count, top)
            marks.append(
                f"<rect class={kind} x={x + step * 0.12:.1f} y={y:.1f} "
                f"width={step * 0.76:.1f} height={_HEIGHT - _BOTTOM - y:.1f}>{title}</rect>"
            )
    return _svg(days, top, marks)


def _lines(days: Sequence[Summary]) -> str:
    top = max((day.p90_ms for day in days if day.p90_ms is not None), default=0.0) or 1.0
    step = (_WIDTH - _LEFT) / max(len(days), 1)
    marks = []
    for kind, values in (
        ("thin", [day.p90_ms for day in days]),
        ("line", [day.p50_ms for day in days]),
    ):
        points = [
            (_LEFT + (index + 0.5) * step, _y(value, top))
            for index, value in enumerate(values)
            if value is not None
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        marks.append(f"<polyline class={kind} points='{path}'/>")
        dot = "two" if kind == "line" else "one"
        marks += [f"<circle class={dot} cx={x:.1f} cy={y:.1f} r=3 />" for x, y in points]
    return _svg(days, top, marks)


def _svg(days: Sequence[Summary], top: float, marks: Sequence[str]) -> str:
    """Frame, two grid lines with their values, first and last day, and the marks."""
    frame = []
    for value in (0.0, top / 2, top):
        y = _y(value, top)
        frame.append(f"<line class=grid x1={_LEFT} x2={_WIDTH} y1={y:.1f} y2={y:.1f} />")
        frame.append(f"<text x={_LEFT - 6} y={y + 4:.1f} text-anchor=end>{value:,.0f}</text>")
    if days:
        frame.append(f"<text x={_LEFT} y={_HEIGHT - 8}>{days[0].label}</text>")
    if len(days) > 1:
        frame.append(f"<text x={_WIDTH} y={_HEIGHT - 8} text-anchor=end>{days[-1].label}</text>")
    return f"<svg viewBox='0 0 {_WIDTH} {_HEIGHT}' role=img>{''.join(frame)}{''.join(marks)}</svg>"


def _y(value: float, top: float) -> float:
    height = _HEIGHT - _BOTTOM - _TOP
    return _TOP + height * (1 - value / top)


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f"<th>{head}</th>" for head in headings)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{heads}</tr>{lines}</table>"


def _reason_table(total: Summary) -> str:
    rows = ((reason, f"{count:,}") for reason, count in total.reasons.items())
    return _table(("reason", "requests"), rows)


HEADINGS = ("day", "requests", "offered", "accepted", "rate", "characters", "p50 ms", "p90 ms")


def cells(summary: Summary) -> tuple[str, ...]:
    """A summary as text, under `HEADINGS`."""
    return (
        summary.label,
        f"{summary.requests:,}",
        f"{summary.offered:,}",
        f"{summary.accepted:,}",
        "-" if summary.acceptance is None else f"{summary.acceptance:.0%}",
        f"{summary.accepted_chars:,}",
        "-" if summary.p50_ms is None else f"{summary.p50_ms:,.0f}",
        "-" if summary.p90_ms is None else f"{summary.p90_ms:,.0f}",
    )


LEVEL_HEADINGS = ("eagerness", "from", "shown", "stood there 30 s later", "of")


def level_cells(level: Level) -> tuple[str, ...]:
    """A level as text, under `LEVEL_HEADINGS`."""
    return (
        level.name,
        f"{level.bar:.0%}",
        "-" if level.shown is None else f"{level.shown:.0%}",
        "-" if level.kept is None else f"{level.kept:.0%}",
        f"{level.known:,}",
    )

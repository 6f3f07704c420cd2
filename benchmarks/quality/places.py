"""Places in files whose true text is known, and what is shown there for true answers.

    python benchmarks/quality/places.py FOLDER... [--count 2000] [--language python] [--faults 5]
    python benchmarks/quality/places.py FILES.jsonl.xz --model [--count 500]

Cuts files at every kind of place (in strings, their holes, attributes, lists, objects, calls,
headers, types, comments), with what an editor closes by itself and without, and answers with what
stood there: as it is, going on with what follows it, and cut at a word. What is shown is right if
the document is then the file again. Broken: the document has more syntax errors than the file.
With `--model`, the default model answers, and only broken counts.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fimble.completion import pipeline
from fimble.core.completion import next_line, strict
from fimble.core.completion.context import CursorContext
from fimble.core.text import languages, python, syntax
from fimble.core.text.snapshot import Snapshot
from fimble.generation.testing import ScriptedGenerator

LONGEST = 20_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
_TAIL = re.compile(r"[\s)\]}>\"'`;,:{/]*$")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_UNSURE = re.compile(
    r"""([\"'`])[^\"'`]*[({\[][^\"'`)}\]]*\1|[\"']{3}|<!--\[|R"|r#|[@$]{2}"|@"|\[\["""
    r"""|/[^/ ]*[\["'(]|\[$|\\["'({\[]"""
)
"""Where editors differ in what they close."""
_TICKS = frozenset({"go", "ruby", "shellscript", "sql", "svelte", "vue"}) | {
    f"{script}{elements}" for script in ("javascript", "typescript") for elements in ("", "react")
}
"""Languages in which an editor closes a backtick."""
_PROSE = re.compile("comment|string|scalar|doctype|text")
_PREFIX = re.compile(r"(?<!\w)[rbfuRBFUL]{1,2}\Z")
_FILLS = ("x", '"x"', '"x": 1', "x();", "")
_KINDS = (
    ("comment", r"\w*comment"),
    ("hole", "substitution|interpolation"),
    ("string", "string|heredoc|char|template"),
    ("attribute", "attribute"),
    ("type", "type_(?:annotation|arguments|parameters)|generic_type"),
    ("arguments", "argument"),
    ("list", "list|array|tuple|sequence"),
    ("object", "object|dictionary|hash|pair|mapping|block_mapping|initializer|declaration_list"),
    ("parameters", "parameter"),
    ("header", "if_|for_|while_|function|class|method|def|rule_set|start_tag"),
)


@dataclass(frozen=True)
class Place:
    """A cursor, and what stood there.

    Attributes:
        path: The file.
        language: LSP identifier.
        kind: What the cursor stands in, and how it was cut.
        before: The text before the cursor.
        after: The text behind it.
        true: What stood between them.
        whole: The file.
    """

    path: str
    language: str
    kind: tuple[str, str]
    before: str
    after: str
    true: str
    whole: str

    @property
    def context(self) -> CursorContext:
        """The place as the editor has it."""
        name = Path(self.path).name
        snapshot = Snapshot(f"file:///{name}", name, self.language, 1, self.before + self.after)
        return CursorContext(snapshot, len(self.before))


def places(path: str, language: str, text: str, count: int, seed: random.Random) -> list[Place]:
    """Up to `count` places of a file."""
    starts = [match.start() for match in _TOKEN.finditer(text)]
    parsed = syntax.parse(language, text)
    found = [
        Place(path, language, (kind_of(parsed, start), way), before, after, true, text)
        for start in seed.sample(starts, min(len(starts), count))
        for way, before, true, after in _cuts(text, start, parsed)
        if not ambiguous(before, true, after)
    ]
    return seed.sample(found, min(len(found), count))


def _cuts(
    text: str, start: int, parsed: syntax.SyntaxTree | None
) -> Iterator[tuple[str, str, str, str]]:
    """The ways to cut at an offset: how, what stands before, between and behind."""
    line_start, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    end = len(text) if end < 0 else end
    before, line = text[:start], text[start:end]
    rest = text[end:]
    yield "typed", before, line.rstrip(), rest
    language = parsed.language_id if parsed else ""
    closers = closed_by_editor(text[line_start:start], language)
    if language == "rust" and "'" in text[line_start:start]:
        closers = ""
    if set(closers) & set("\"'`") and _is_text(parsed, end + 1):
        closers = ""
    if _in_text(parsed, start) and closed_by_editor(text[line_start:end], language):
        closers = ""
    if closers and not _UNSURE.search(text[line_start:start]) and not _is_text(parsed, line_start):
        yield "closed", before, line.rstrip(), closers + rest
    tail = _TAIL.search(line)
    if tail and tail[0].strip():
        inner = len(line) - len(tail[0])
        yield "inner", before, text[start : start + inner], text[start + inner :]
    node = parsed.at(start) if parsed else None
    while parsed and node is not None:
        first, last = parsed.span(node)
        if first == start and start < last < end:
            yield "node", before, text[start:last], text[last:]
        node = node.parent
    if not text[line_start:start].strip() and rest.strip():
        below = len(rest) - len(rest.lstrip("\n"))
        indent = re.match(r"[ \t]*", rest[below:])
        blank = not rest[below:].split("\n")[0].strip()
        if below == 1 and not blank and indent and indent[0] == text[line_start:start]:
            yield "above", before, f"{line.rstrip()}\n{indent[0]}", rest[1 + len(indent[0]) :]


def ambiguous(before: str, true: str, after: str) -> bool:
    """Whether nobody could tell the true text from a repetition of what stands around it."""
    if not true.strip():
        return True
    rest = after.split("\n")[0].strip()
    line = (before.rpartition("\n")[2] + true).strip()
    above = before.rpartition("\n")[0].rstrip().rpartition("\n")[2].strip()
    below = [other.strip() for other in after.split("\n")[1:] if other.strip()][:3]
    closers = bool(rest) and (true.rstrip().endswith(rest) or rest.startswith(true.strip()))
    return closers or line == above or line in below


def closed_by_editor(line: str, language: str) -> str:
    """What an editor has added behind the cursor while a line was typed.

    Brackets are closed, quotes too; what is typed over what was added takes its place. Behind a
    word it depends on the editor whether a quote is closed: then nothing is.
    """
    added: list[str] = []
    for place, mark in enumerate(line):
        behind = line[place - 1] if place else ""
        word = behind.isalnum() and not _PREFIX.search(line[:place])
        if (word and mark in "\"'" and mark not in added) or (
            mark == "`" and language not in _TICKS
        ):
            return ""
        if added and added[-1] == mark and behind != "\\":
            added.pop()
        elif mark in _PAIRS:
            added.append(_PAIRS[mark])
        elif mark in "\"'`" and (
            _PREFIX.search(line[:place]) or not (behind.isalnum() or behind == "\\")
        ):
            if mark in added:
                added = added[: added.index(mark)]
            elif not (added and added[-1] in "\"'`") and (language, mark) != ("rust", "'"):
                added.append(mark)
    return "".join(reversed(added))


def _is_text(parsed: syntax.SyntaxTree | None, offset: int) -> bool:
    """Whether a line begins in a string or comment."""
    return bool(offset) and kind_of(parsed, offset) in ("string", "comment")


def _in_text(parsed: syntax.SyntaxTree | None, offset: int) -> bool:
    """Whether a place is in text, whose brackets and quotes may be closed lines below."""
    node = parsed.at(max(0, offset - 1)) if parsed else None
    while node is not None and not _PROSE.search(node.type):
        node = node.parent
    return node is not None


def kind_of(parsed: syntax.SyntaxTree | None, offset: int) -> str:
    """What an offset stands in."""
    node = parsed.at(max(0, offset - 1)) if parsed else None
    while node is not None:
        for kind, pattern in _KINDS:
            if re.match(pattern, node.type) or (kind == "string" and "string" in node.type):
                return kind
        node = node.parent
    return "code"


ANSWERS = ("true", "on", "cut")


def answer(place: Place, way: str, seed: random.Random) -> str:
    """The true text, with what follows it, or less of it."""
    if way == "on":
        going_on = place.whole[len(place.before) + len(place.true) :]
        return place.true + "\n".join(going_on.split("\n")[:3])
    if way == "cut":
        ends = [match.end() for match in _TOKEN.finditer(place.true)]
        return place.true[: seed.choice(ends)]
    return place.true


def errors(language: str, text: str) -> int:
    """How many errors a document has, by its grammar and by its language's own parser."""
    count = syntax.errors(language, text) or 0
    if language == "python":
        count += python.fault(text) is not None
    if language == "json":
        count += not strict.is_json(text)
    return count


@dataclass(frozen=True)
class Outcome:
    """What became of an answer: right, withheld, other or broken, why, and the document."""

    verdict: str
    reason: str
    accepted: str


def judge(place: Place, said: str, way: str) -> Outcome:
    """What is shown for an answer, and whether the document is then the file again."""
    completion = pipeline.complete(ScriptedGenerator(lambda _: said), place.context)
    return outcome(place, completion, way)


def outcome(place: Place, completion: pipeline.Completion, way: str) -> Outcome:
    text = place.before + place.after
    start, end = completion.insert_range
    accepted = text[:start] + completion.shown + text[end:]
    reason = completion.reason or ""
    if not completion.shown:
        return Outcome("withheld", reason, text)
    if way != "model" and same(accepted, place.whole):
        return Outcome("right", reason, accepted)
    most = errors(place.language, place.whole)
    if way in ("cut", "model"):
        filled = [place.before + fill + place.after for fill in _FILLS]
        least = min(errors(place.language, one) for one in filled)
        most = max(most, least and errors(place.language, text))
    broken = errors(place.language, accepted) > most
    return Outcome("broken" if broken else "other", reason, accepted)


def same(one: str, other: str) -> bool:
    """Whether texts are equal but for white space at the ends of lines."""
    return re.sub(r"[ \t]+(?=\n|\Z)", "", one) == re.sub(r"[ \t]+(?=\n|\Z)", "", other)


def asked_for(place: Place) -> bool:
    """Whether the rest of the line is asked for, not the next line."""
    return next_line.finished(place.context) is not True


def files(sources: list[Path]) -> Iterator[tuple[str, str, str]]:
    """Path, language and text of every file of folders and of `.jsonl.xz` tables."""
    for source in sources:
        if source.name.endswith(".jsonl.xz"):
            with lzma.open(source, "rt", encoding="utf-8") as table:
                rows = [json.loads(line) for line in table]
            read = ((row["path"], row["text"]) for row in rows if "text" in row)
        else:
            paths = [source] if source.is_file() else sorted(source.rglob("*.*"))
            read = ((str(path), _text(path)) for path in paths if path.is_file())
        for path, text in read:
            language = languages.of_path(path)
            if text.strip() and len(text) <= LONGEST and language:
                yield path, language, text


def _text(path: Path) -> str:
    if not languages.of_path(path.name):
        return ""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def chosen(sources: list[Path], only: str, count: int) -> dict[str, list[Place]]:
    """Places of every language, from as many files as there are; only files that parse."""
    by_language: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, language, text in files(sources):
        if not only or language == only:
            by_language[language].append((path, text))
    found: dict[str, list[Place]] = {}
    for language, known in sorted(by_language.items()):
        seed = random.Random(len(language))
        seed.shuffle(known)
        kept: list[Place] = []
        sound = [(path, text) for path, text in known[:600] if not errors(language, text)]
        each = max(4, -(-count // max(1, len(sound))))
        for path, text in sound:
            kept += [one for one in places(path, language, text, 2 * each, seed) if asked_for(one)][
                :each
            ]
            if len(kept) >= count:
                break
        found[language] = kept[:count]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=2000, help="places of each language")
    parser.add_argument("--language", default="")
    parser.add_argument("--faults", type=int, default=0, help="print so many of each kind")
    parser.add_argument("--model", action="store_true", help="let the default model answer")
    args = parser.parse_args()
    found = chosen(args.sources, args.language, args.count)
    if args.model:
        with_model(found, args.faults)
        return
    verdicts = " | ".join(("right", "withheld", "other", "broken"))
    print(f"| language | places | true: {verdicts} | on: {verdicts} | cut: broken |")
    print("|---|" + "---|" * 10)
    for language, known in found.items():
        seed, tally = random.Random(1), Counter[tuple[str, str]]()
        printed: Counter[str] = Counter()
        for place in known:
            for way in ANSWERS:
                said = answer(place, way, seed)
                result = judge(place, said, way)
                tally[way, result.verdict] += 1
                if result.verdict != "right" and (way != "cut" or result.verdict == "broken"):
                    _print(place, said, result, way, printed, args.faults)
        _row(language, len(known), tally)


def _row(language: str, count: int, tally: Counter[tuple[str, str]]) -> None:
    columns = [
        (way, verdict)
        for way in ("true", "on")
        for verdict in ("right", "withheld", "other", "broken")
    ]
    shares = [100 * tally[column] / max(1, count) for column in (*columns, ("cut", "broken"))]
    print(f"| {language} | {count} | " + " | ".join(f"{share:.1f}" for share in shares) + " |")
    sys.stdout.flush()


def _print(
    place: Place, said: str, result: Outcome, way: str, printed: Counter[str], most: int
) -> None:
    printed[f"{way} {result.verdict}"] += 1
    if printed[f"{way} {result.verdict}"] > most:
        return
    before, after = place.before[-160:], place.after[:80]
    print(f"--- {way} {result.verdict} {result.reason} {place.kind} {place.path}")
    print(f"{before!r} █ {after!r}\n    said  {said!r}")
    start = max(0, len(place.before) - 60)
    print(f"    now   {result.accepted[start : len(place.before) + 160]!r}")


def with_model(found: dict[str, list[Place]], faults: int) -> None:
    """What the default model's answers come to."""
    from fimble.generation.local import LocalGenerator
    from fimble.models.store import DEFAULT_MODEL, Store

    generator = LocalGenerator.from_package(Store().find(DEFAULT_MODEL).path)
    print("| language | places | shown | exact | broken |\n|---|---|---|---|---|")
    for language, known in found.items():
        tally, printed = Counter[str](), Counter[str]()
        for number, place in enumerate(known):
            context = replace(
                place.context, snapshot=replace(place.context.snapshot, uri=f"file:///{number}")
            )
            completion = pipeline.complete(generator, context)
            result = outcome(place, completion, "model")
            tally[result.verdict] += 1
            tally["exact"] += same(result.accepted, place.whole)
            if result.verdict == "broken":
                _print(place, completion.raw, result, "model", printed, faults)
        shown = len(known) - tally["withheld"]
        print(f"| {language} | {len(known)} | {shown} | {tally['exact']} | {tally['broken']} |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

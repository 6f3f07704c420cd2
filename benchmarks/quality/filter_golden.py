"""Our filters beside what two other products show for the same model output.

    python benchmarks/quality/filter_golden.py FOLDER

FOLDER holds Continue's `continue-filter-cases.json` and Tabby's `tabby-golden/*/*.toml`. A case
agrees if the document after accepting is the same, white space aside. Prints every
disagreement.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fimble.core.completion import filters
from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot


@dataclass(frozen=True)
class Case:
    """One output of a model, and what the other product makes of it.

    Attributes:
        name: Where it comes from.
        context: The document and the cursor.
        text: What the model said.
        expected: What is shown, "" for nothing.
        replaced: How many characters after the cursor it replaces.
    """

    name: str
    context: CursorContext
    text: str
    expected: str
    replaced: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    cases = [*continue_cases(args.folder), *tabby_cases(args.folder)]
    agreed = 0
    for case in cases:
        shown, replaced, reason = judge(case)
        same = accepted(case, shown, replaced) == accepted(case, case.expected, case.replaced)
        agreed += same
        if not same:
            print(f"{case.name}\n  model    {case.text!r}\n  expected {case.expected!r}", end="")
            print(f" over {case.replaced}\n  ours     {shown!r} over {replaced} ({reason})")
    print(f"agree: {agreed} of {len(cases)} = {100 * agreed / len(cases):.1f} %")


def judge(case: Case) -> tuple[str, int, str]:
    """What we show, how much of the document it replaces, and why nothing is shown."""
    judged = filters.run(Candidate(case.text, case.context))
    if isinstance(judged, Withheld):
        return "", 0, judged.reason
    return judged.text, judged.replaced, ""


def accepted(case: Case, shown: str, replaced: int) -> str:
    """The document once the suggestion is accepted, white space aside."""
    whole = f"{case.context.prefix}{shown.rstrip()}{case.context.suffix[replaced:]}"
    return "".join(whole.split())


def continue_cases(folder: Path) -> Iterator[Case]:
    data = json.loads((folder / "continue-filter-cases.json").read_text(encoding="utf-8"))
    for group in data.values():
        for row in group:
            before, _, after = row["input"].partition("<|fim|>")
            context = at(before, after, languages.of_path(row["filename"]))
            name = f"continue: {row['description']}"
            yield Case(name, context, row["llmOutput"], row.get("expectedCompletion") or "")


def tabby_cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("tabby-golden/*/*.toml")):
        row = tomllib.loads(path.read_text(encoding="utf-8"))
        before, text, after = split(row["context"]["text"])
        context = at(before, after, languages.of_name(row["context"]["language"]))
        expected, replaced = text, 0
        if row["expected"].get("discard"):
            expected = ""
        elif "text" in row["expected"]:
            _, expected, rest = split(row["expected"]["text"])
            replaced = max(0, rest.find("╣"))
        yield Case(f"tabby: {row['description']}", context, text, expected, replaced)


def split(marked: str) -> tuple[str, str, str]:
    """The text before, in and after `├┤`."""
    before, _, rest = marked.partition("├")
    text, _, after = rest.partition("┤")
    return before, text, after


def at(before: str, after: str, language: str) -> CursorContext:
    snapshot = Snapshot("file:///case", "case", language, None, before + after)
    return CursorContext(snapshot, len(before))


if __name__ == "__main__":
    main()

# ruff: noqa: E501 - one task per line
"""Code from words: requests have to parse or compile, and small tasks have to pass tests.

    python benchmarks/fixes/generate.py [--requests N] [--tasks N] [--files N] [--json OUT]
        [--kept ROWS.jsonl] [--minutes M]

30 requests in ten languages have to parse. 40 tasks, our own, half in Python and half in
JavaScript, have tests: "one sample" is the model's greedy answer as it is; "verified" is what
`fimble.generate` inserts. 60 requests in files with content, in ten languages, and 20 in empty
files may repeat nothing of the file, and have to compile where this machine has the compiler.
With --kept a later run goes on where an earlier one ended.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import compilers
import turns
from fimble import assist
from fimble.assist import Task, generate
from fimble.core.insertion import pieces
from fimble.core.text import languages, rewriting, syntax
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from generate_requests import EMPTY, FILES

REQUESTS = (
    ("html", "a login form with email and password"),
    ("html", "a table with three columns: name, age, city, and two rows"),
    ("html", "a navigation bar with four links"),
    ("css", "a responsive grid of cards with three columns"),
    ("css", "a button that changes its colour on hover"),
    ("css", "a centred modal dialog"),
    ("javascript", "a function that debounces another function"),
    ("javascript", "fetch /api/users and log their names"),
    ("javascript", "an Express route that returns a list of users"),
    ("typescript", "an interface for a user and a function that filters adults"),
    ("typescript", "a generic stack class"),
    ("typescript", "a function that groups items by a key"),
    ("vue", "a counter component with a button"),
    ("vue", "a component that lists todo items"),
    ("typescriptreact", "a React component with a text input that greets by name"),
    ("javascriptreact", "a React list of users with a loading state"),
    ("svelte", "a counter component"),
    ("svelte", "a form with two inputs bound to variables"),
    ("python", "a function that reads a CSV file into a list of dicts"),
    ("python", "a dataclass for an invoice with a total method"),
    ("python", "a FastAPI endpoint that returns a user by id"),
    ("java", "a class Stack of integers with push and pop"),
    ("java", "a method that counts the words of a string"),
    ("java", "an interface Shape and a class Circle that implements it"),
    ("go", "a function that reverses a string"),
    ("go", "an HTTP handler that returns JSON"),
    ("go", "a struct for a point with a method Distance"),
    ("sql", "all customers with more than three orders, newest first"),
    ("sql", "a table for products with a foreign key to categories"),
    ("sql", "the average salary of each department"),
)
PYTHON = (
    ("add(a, b) that returns their sum", "assert add(2, 3) == 5"),
    ("is_even(n)", "assert is_even(4) and not is_even(3)"),
    ("factorial(n)", "assert factorial(5) == 120 and factorial(0) == 1"),
    ("fibonacci(n), the nth number, with fibonacci(0) = 0", "assert fibonacci(10) == 55"),
    ("is_palindrome(s), ignoring case", "assert is_palindrome('Anna') and not is_palindrome('ab')"),
    ("count_vowels(s)", "assert count_vowels('banana') == 3"),
    ("reverse_words(s) that reverses the order of words", "assert reverse_words('a b c') == 'c b a'"),
    ("unique(xs) that keeps the first of equal items", "assert unique([1, 2, 1]) == [1, 2]"),
    ("flatten(xs) of a list of lists", "assert flatten([[1], [2, 3]]) == [1, 2, 3]"),
    ("gcd(a, b)", "assert gcd(12, 18) == 6"),
    ("is_prime(n)", "assert is_prime(13) and not is_prime(1) and not is_prime(9)"),
    ("chunks(xs, n) that returns lists of n items", "assert list(chunks([1, 2, 3], 2)) == [[1, 2], [3]]"),
    ("word_count(s) that returns a dict", "assert word_count('a b a') == {'a': 2, 'b': 1}"),
    ("second_largest(xs)", "assert second_largest([1, 5, 3]) == 3"),
    ("roman(n) that converts an integer to a Roman numeral", "assert roman(14) == 'XIV'"),
    ("is_leap(year)", "assert is_leap(2000) and not is_leap(1900) and is_leap(2024)"),
    ("transpose(rows) of a matrix", "assert [list(r) for r in transpose([[1, 2], [3, 4]])] == [[1, 3], [2, 4]]"),
    ("binary(n) that returns the binary digits without prefix", "assert binary(10) == '1010'"),
    ("balanced(s) whether the brackets ()[]{} are balanced", "assert balanced('([])') and not balanced('(]')"),
    ("merge(a, b) of two sorted lists into one sorted list", "assert merge([1, 3], [2, 4]) == [1, 2, 3, 4]"),
)  # fmt: skip
SCRIPT = (
    ("add(a, b)", "add(2, 3) === 5"),
    ("isEven(n)", "isEven(4) && !isEven(3)"),
    ("factorial(n)", "factorial(5) === 120"),
    ("capitalize(s) that makes the first letter upper case", "capitalize('abc') === 'Abc'"),
    ("isPalindrome(s)", "isPalindrome('anna') && !isPalindrome('ab')"),
    ("countVowels(s)", "countVowels('banana') === 3"),
    ("reverse(s) of a string", "reverse('abc') === 'cba'"),
    ("unique(xs)", "JSON.stringify(unique([1, 2, 1])) === '[1,2]'"),
    ("flatten(xs) of nested arrays", "JSON.stringify(flatten([[1], [2, 3]])) === '[1,2,3]'"),
    ("sum(xs)", "sum([1, 2, 3]) === 6"),
    ("max(xs) of an array", "max([1, 5, 3]) === 5"),
    ("chunk(xs, n)", "JSON.stringify(chunk([1, 2, 3], 2)) === '[[1,2],[3]]'"),
    ("groupBy(xs, f)", "JSON.stringify(groupBy([1, 2, 3], x => x % 2)) === '{\"0\":[2],\"1\":[1,3]}'"),
    ("isPrime(n)", "isPrime(13) && !isPrime(1) && !isPrime(9)"),
    ("range(a, b) from a to b, b not included", "JSON.stringify(range(1, 4)) === '[1,2,3]'"),
    ("clamp(x, low, high)", "clamp(5, 1, 3) === 3 && clamp(2, 1, 3) === 2"),
    ("average(xs)", "average([1, 2, 3]) === 2"),
    ("titleCase(s) of all words", "titleCase('a bc') === 'A Bc'"),
    ("zip(a, b) into pairs", "JSON.stringify(zip([1, 2], [3, 4])) === '[[1,3],[2,4]]'"),
    ("celsius(f) from Fahrenheit", "celsius(212) === 100"),
)  # fmt: skip


def _filed() -> list[tuple[str, str, str, int, str]]:
    """Language, name, text, cursor and words of every request in a file."""
    rows = []
    for language, (marked, *requests) in FILES.items():
        for line, words in requests:
            comment = f"{languages.comment(language)} {words}"
            text = marked.replace(f"@@{line}", comment)
            text = re.sub(r"[ \t]*@@\d\n\n?", "", text)
            rows.append(
                (language, compilers.NAMES.get(language, "a.cs"), text, text.index(comment), words)
            )
    return [*((language, name, "", 0, words) for language, name, words in EMPTY), *rows]


FILED = _filed()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=len(REQUESTS))
    parser.add_argument("--tasks", type=int, default=len(PYTHON), help="of each language")
    parser.add_argument("--files", type=int, default=len(FILED), help="in files")
    args = turns.arguments(parser)
    generator = turns.generator(args)
    each = len(REQUESTS) // max(args.requests, 1)
    every: list[partial[dict[str, Any]]] = []
    every += [partial(request, generator, *r) for r in REQUESTS[::each] if args.requests]
    every += [partial(task, generator, "python", *row) for row in PYTHON[: args.tasks]]
    every += [partial(task, generator, "javascript", *row) for row in SCRIPT[: args.tasks]]
    every += [partial(filed, generator, *row) for row in FILED[: args.files]]
    done = turns.measured([(name_of(t), t) for t in every], args.kept, args.minutes)
    requests, tasks = ([d for d in done if key in d] for key in ("parses", "verified"))
    files = [d for d in done if "repeats" in d]
    seconds = sorted(d["seconds"] for d in done)
    report = {
        "model": args.model,
        "requests": len(requests),
        "written": sum(d["written"] for d in requests),
        "parse": sum(d["parses"] for d in requests),
        "not_written": [d["language"] for d in requests if not d["written"]],
        "tasks": len(tasks),
        "one_sample": passed(tasks, "one"),
        "verified": passed(tasks, "verified"),
        **in_files([d for d in files if d["held"]], "in_files"),
        **in_files([d for d in files if not d["held"]], "in_empty_files"),
        "seconds_p50": round(statistics.median(seconds), 1),
        "seconds_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 1),
    }
    turns.tell(report, args.json)


def name_of(task: partial[dict[str, Any]]) -> str:
    words = task.args[1:3] if task.func is not filed else (f"{task.args[1]} file", task.args[-1])
    return ": ".join(words)


def in_files(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    judged = [row for row in rows if row["written"] and row["complaint"] is not None]
    figures = {
        "requests": len(rows),
        "written": sum(row["written"] for row in rows),
        "repeat": [row["task"] for row in rows if row["repeats"]],
        "judged": len(judged),
        "compile": sum(not row["complaint"] for row in judged),
        "not": [row["task"] for row in judged if row["complaint"]],
        "told": {row["task"]: row["told"] for row in rows if row["told"]},
    }
    return {name: figures}


def filed(
    generator: LocalGenerator, language: str, name: str, text: str, at: int, words: str
) -> dict[str, Any]:
    """A request in a file; one with content asks by a comment, an empty one by an instruction."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        snapshot = Snapshot(path.as_uri(), name, language, 1, text)
        arguments = {"start": at} if text else {"start": at, "instruction": words}
        outcome = assist.run("generate", Task(generator, snapshot, arguments))
    after = apply_edits(text, outcome.edits)
    seconds = time.perf_counter() - started
    row = {
        "held": bool(text),
        "written": after != text,
        "repeats": repeated(language, text, after),
        "complaint": compilers.new_complaint(language, text, after, name),
        "told": outcome.warning,
        "message": outcome.message,
        "seconds": seconds,
        "text": after,
    }
    told = {key: row[key] for key in ("written", "repeats", "complaint", "told")}
    print(language, words, told, f"{seconds:.1f} s", flush=True)
    return row


def repeated(language: str, before: str, after: str) -> list[str]:
    """What the file declares or imports twice, and did not before; statements of its top too."""
    found = counted(language, after)
    was = counted(language, before)
    return sorted(name for name, number in found.items() if number > max(was[name], 1))


def counted(language: str, text: str) -> Counter[str]:
    parsed = syntax.parse(language, text)
    found: Counter[str] = Counter()
    stack = [(parsed.root, "")] if parsed is not None else []
    while stack and parsed is not None:
        parent, path = stack.pop()
        for piece in pieces.of(parsed, parent):
            names = [" ".join(key) for key in piece.keys]
            top = [] if path or piece.is_comment else [piece.same]
            found.update(f"{path}{name}" for name in names or top)
            inside = pieces.body(piece.node)
            if inside is not None and names and not pieces.is_function(piece.node):
                stack.append((inside, f"{path}{names[0]} > "))
    return found


def empty(language: str) -> Snapshot:
    return Snapshot("untitled:1", "new file", language, 1, "")


def written(generator: LocalGenerator, language: str, instruction: str) -> tuple[str, float]:
    started = time.perf_counter()
    arguments = {"start": 0, "instruction": instruction}
    outcome = assist.run("generate", Task(generator, empty(language), arguments))
    return apply_edits("", outcome.edits), time.perf_counter() - started


def request(generator: LocalGenerator, language: str, instruction: str) -> dict[str, Any]:
    text, seconds = written(generator, language, instruction)
    parses = bool(text) and not syntax.errors(language, text)
    print(language, instruction, "->", len(text), parses, f"{seconds:.1f} s", flush=True)
    return {"language": language, "written": bool(text), "parses": parses, "seconds": seconds}


def task(generator: LocalGenerator, language: str, what: str, test: str) -> dict[str, Any]:
    instruction = f"a function {what}"
    prompt = generate.question(empty(language), 0, instruction)
    once = GenerationRequest("once", prompt, generate.MAX_TOKENS, rewriting.fence_stop)
    one = generator.generate(once, CancelToken()).text
    text, seconds = written(generator, language, instruction)
    result = {"language": language, "one": run(language, one, test), "seconds": seconds}
    result["verified"] = run(language, text, test)
    print(language, what, result["one"], result["verified"], f"{seconds:.1f} s", flush=True)
    return result


def run(language: str, code: str, test: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        if language == "python":
            file, command = Path(folder) / "a.py", [sys.executable]
            file.write_text(f"{code}\n\n{test}\n", encoding="utf-8")
        else:
            file, command = Path(folder) / "a.js", ["node"]
            code = code.replace("export default ", "").replace("export ", "")
            file.write_text(f"{code}\n;if (!({test})) process.exit(1);\n", encoding="utf-8")
        try:
            done = subprocess.run(
                [*command, str(file)], capture_output=True, timeout=10, cwd=folder, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def passed(tasks: list[dict[str, Any]], key: str) -> dict[str, str]:
    rows = {
        name: [t[key] for t in tasks if t["language"] == name] for name in ("python", "javascript")
    }
    return {name: f"{sum(found)}/{len(found)}" for name, found in rows.items()}


if __name__ == "__main__":
    main()

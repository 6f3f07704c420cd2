"""A document may be nested as deep as it likes: what is asked of its tree takes linear time."""

import time

import pytest
from fimble.core.text import syntax

DEEP = {
    "python": [
        "x = " + "[" * 60_000,
        "x = " + "not " * 40_000 + "y",
        "x = " + "a + " * 40_000 + "a",
    ],
    "javascript": ["x = " + "[" * 60_000, "x = " + "!" * 60_000 + "y"],
    "rust": ["fn f() { " + "{(" * 30_000],
}


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, ts in DEEP.items() for t in ts])
def test_nodes_are_found_in_no_time(language: str, text: str) -> None:
    parsed = syntax.parse(language, text)
    assert parsed is not None
    began = time.perf_counter()
    parsed.of_types(("function_definition", "class_definition", "identifier", "function_item"))
    assert time.perf_counter() - began < 5  # it was a quarter of a minute


@pytest.mark.parametrize("count", [10, 3_000])
def test_a_walk_finds_what_a_query_finds(count: int) -> None:
    text = "".join(f"class C{i}:\n    def f(self, a):\n        return a\n" for i in range(count))
    parsed = syntax.parse("python", text)
    assert parsed is not None
    found = parsed.of_types(("class_definition", "function_definition", "no_such_type"))
    names = [node.type for node in found]
    assert names == ["class_definition", "function_definition"] * count
    starts = [node.start_byte for node in found]
    assert starts == sorted(starts)

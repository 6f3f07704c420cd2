"""Scripts and styles inside pages are parsed in their own languages."""

from __future__ import annotations

import pytest
from fimble.core.completion import closing, next_line, scope, trigger
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.completion.filters.parse_gate import parse_gate
from fimble.core.text import syntax
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text("ab =()[]{}:;\n'\"é🙂</>", max_size=40)


@pytest.mark.parametrize(
    ("host", "marked", "language"),
    [
        ("html", "<p>█</p><script>let a;</script>", "html"),
        ("html", "<p>é</p><script>let a;█</script>", "javascript"),
        ("html", "<script type='module'>\n█\n</script>", "javascript"),
        ("html", '<script type="importmap">{█}</script>', "json"),
        ("html", "<style>\n.a { █ }\n</style>", "css"),
        ("svelte", '<script lang="ts" module>\nlet a = █;\n</script>\n<p/>', "typescript"),
        ("vue", '<template/>\n<style scoped lang="scss">\n.a { █ }\n</style>', "scss"),
        ("html", '<script type="text/x-template"><p>█</p></script>', "html"),
        ("python", "x = █", "python"),
        ("klingon", "<script>█ </script>", "klingon"),
    ],
)
def test_the_language_is_the_one_at_the_cursor(host: str, marked: str, language: str) -> None:
    assert at_cursor(marked, host).language() == language


@given(before=TEXT, after=TEXT, new=TEXT, host=st.sampled_from(["html", "svelte", "vue"]))
def test_a_script_has_the_errors_of_a_file(before: str, after: str, new: str, host: str) -> None:
    before, after, new = (text.replace("<", "") for text in (before, after, new))
    context = at_cursor(f"<p>é</p><script>\n{before}█{after}\n</script>\n", host)
    parsed = context.tree()
    assert parsed is not None
    assert parsed.language_id == "javascript"
    again = syntax.anew(syntax.edited(parsed, context.offset, context.offset, new))
    alone = syntax.parse("javascript", f"\n{before}{new}{after}\n")
    assert alone is not None
    assert again.root.has_error == alone.root.has_error


@pytest.mark.parametrize(
    ("host", "marked", "text"),
    [
        ("html", "<script>\n  f();\n  █\n</script>", "let = = 3;"),
        ("svelte", "<script>\n  f();\n  █\n</script>\n<p/>", "if (a) {"),
        ("vue", '<script lang="ts">\nf();\n█\n</script>\n', "const a: = 3;"),
        ("html", "<style>\n  .a {\n    █\n  }\n</style>", "color: red; }"),
    ],
)
def test_what_breaks_a_script_or_style_is_withheld(host: str, marked: str, text: str) -> None:
    assert parse_gate(Candidate(text, at_cursor(marked, host))) == Withheld("syntax")


@pytest.mark.parametrize(
    ("host", "marked", "text"),
    [
        ("html", "<script>\n  f();\n  █\n</script>", "let a = 3;"),
        ("vue", '<script lang="ts">\nf();\n█\n</script>\n', "const a: number = 3;"),
        ("html", "<style>\n  .a {\n    █\n  }\n</style>", "color: red;"),
        ("vue", '<script lang="coffee">\nf()\n█\n</script>\n', "a = ->"),
    ],
)
def test_what_fits_a_script_or_style_passes(host: str, marked: str, text: str) -> None:
    candidate = Candidate(text, at_cursor(marked, host))
    assert parse_gate(candidate) == candidate


def test_every_rule_at_the_cursor_knows_the_language() -> None:
    script = "<p>a</p>\n<script>\n  {}\n</script>\n"
    opens = at_cursor(script.format("█"), "svelte")
    assert closing.missing(opens, "call(() => {") == "})"
    described = at_cursor(script.format("// Adds the prices of all.\n  █"), "svelte")
    assert scope.decide(described) == "block"
    assert next_line.finished(at_cursor(script.format("const f = () =>█"), "svelte")) is False
    settings = at_cursor(script.format("const s = 'a █';"), "svelte")
    assert trigger.REASONS[-1][2](settings)

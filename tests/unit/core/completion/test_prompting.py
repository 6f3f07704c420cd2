"""The whole prompt and the short one."""

from fimble.core.completion import prompting
from fimble.core.text.prompt import Prompt, plain
from fimble.generation.testing import at_cursor, manifest

FIM = manifest().fim


def said(prompt: Prompt) -> str:
    return "".join(part.text for part in prompt if part.kind == "text")


def long(marked: str) -> str:
    above = "".join(f"above_{n} = {n}\n" for n in range(300))
    return above + marked + "".join(f"below_{n} = {n}\n" for n in range(300))


def test_the_short_prompt_has_what_is_near_and_no_other_files() -> None:
    context = at_cursor(long("total = █\n"))
    prompts = prompting.at(context, "", FIM, (plain("of another file"),))
    near, whole = said(prompts.near), said(prompts.whole)
    assert "of another file" in whole
    assert "of another file" not in near
    assert near.endswith("above_299 = 299\ntotal =")
    assert "below_0 = 0" in near
    assert len(near) < 3.1 * prompting.NEAR_TOKENS < len(whole)


def test_both_end_alike() -> None:
    for marked, lead in (("total = cal█\n", ""), ("total = 1█\n", "\n"), ("a.█\n", "")):
        prompts = prompting.at(at_cursor(long(marked)), lead, FIM)
        assert said(prompts.near)[-12:] == said(prompts.whole)[-12:]


def test_the_short_prompt_of_a_short_document_is_the_whole_one() -> None:
    prompts = prompting.at(at_cursor("a = 1\nb = █\nc = 2\n"), "", FIM)
    assert prompts.near == prompts.whole


def test_typing_a_line_moves_the_short_prompt_once_at_most() -> None:
    """Else a keystroke would read it again."""
    typed = "value_of_it(other, another) + more"
    heads = set()
    for end in range(1, len(typed) + 1):
        near = said(prompting.at(at_cursor(long(f"x = {typed[:end]}█\n")), "", FIM).near)
        heads.add(near[: near.rindex("x =")])
    assert len(heads) <= 2

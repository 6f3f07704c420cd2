"""The whole prompt and the quicker ones."""

from dataclasses import replace

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
    (split, near), whole = map(said, prompts.quick), said(prompts.whole)
    assert "of another file" in whole
    assert "of another file" not in near + split
    assert near.endswith("above_299 = 299\ntotal =")
    assert "below_0 = 0" in near
    assert len(near) < 3.1 * prompting.QUICK_TOKENS < len(whole)


def test_whole_and_near_end_alike() -> None:
    for marked, lead in (("total = cal█\n", ""), ("total = 1█\n", "\n"), ("a.█\n", "")):
        prompts = prompting.at(at_cursor(long(marked)), lead, FIM)
        ends = {said(prompt)[-12:] for prompt in (prompts.whole, prompts.quick[-1])}
        assert len(ends) == 1


def test_the_short_prompt_of_a_short_document_is_the_whole_one() -> None:
    prompts = prompting.at(at_cursor("a = 1\nb = █\nc = 2\n"), "", FIM)
    assert prompts.quick[-1] == prompts.whole


def test_typing_a_line_moves_the_short_prompt_once_at_most() -> None:
    """Else a keystroke would read it again."""
    typed = "value_of_it(other, another) + more"
    heads = set()
    for end in range(1, len(typed) + 1):
        near = said(prompting.at(at_cursor(long(f"x = {typed[:end]}█\n")), "", FIM).quick[-1])
        heads.add(near[: near.rindex("x =")])
    assert len(heads) <= 2


def test_a_jump_leaves_what_stands_far_above_as_it_is() -> None:
    """Which is what makes the prompt quick: the cache holds that part."""
    lines = [f"line_{n} = {n}\n" for n in range(300)]

    def far(number: int) -> str:
        marked = "".join((*lines[:number], "x = █\n", *lines[number:]))
        return prompting.at(at_cursor(marked), "", FIM).quick[0][1].text

    below, above = far(200), far(160)
    assert len(above) > 500
    assert below.startswith(above)
    assert far(161) == far(162) == above


def test_the_order_stays_that_of_a_model_that_cannot_infill() -> None:
    fim = replace(FIM, prefix="", suffix="", middle="", order="prefix_only")
    prompts = prompting.at(at_cursor(long("total = █\n")), "", fim)
    assert [len(prompt) for prompt in prompts.quick] == [1, 1]

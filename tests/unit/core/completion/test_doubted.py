import pytest
from fimble.core.completion.doubted import doubted


def test_what_is_left_has_the_tokens_that_are_not_typed_whole() -> None:
    found = doubted("foo(bar)", "foo(bar)", 0, ("fo", "o(", "bar", ")"), (-2.0, -1.0, -0.5, -0.1))
    assert found is not None
    assert found.left(0) == (-2.0, -1.0, -0.5, -0.1)
    assert found.left(2) == (-1.0, -0.5, -0.1)
    assert found.left(3) == (-1.0, -0.5, -0.1)
    assert found.left(7) == (-0.1,)
    assert found.left(8) == ()


@pytest.mark.parametrize(
    ("text", "said", "cut", "pieces"),
    [
        ("lf.x", "lf.x", 2, ("se", "lf", ".x")),  # the answer begins with what was healed
        ("x = 1", "\nx = 1", -1, ("x", " = ", "1")),  # the prompt began it with a line break
        ("y", " y  ", 0, (" ", "y", "  ")),  # filters took white space off
    ],
)
def test_tokens_end_where_the_text_says(
    text: str, said: str, cut: int, pieces: tuple[str, ...]
) -> None:
    found = doubted(text, said, cut, pieces, tuple(-1.0 for _ in pieces))
    assert found is not None
    spoken = [
        text[max(0, a) : max(0, b)] for a, b in zip((0, *found.ends), found.ends, strict=False)
    ]
    assert "".join(spoken) == text
    for length in range(len(text)):
        assert len(found.left(length)) == sum(end > length for end in found.ends) > 0


def test_a_text_that_filters_rewrote_is_not_judged_again() -> None:
    assert doubted("other", "said", 0, ("said",), (-1.0,)) is None
    assert doubted("said", "said", 0, ("sa", "id"), (-1.0,)) is None

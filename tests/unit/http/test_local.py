from fimble.http.local import LocalCompleter, stop_at
from fimble.http.protocol import CompletionRequest, Piece
from fimble.testing import ScriptedGenerator


def test_a_suffix_makes_an_infilling_prompt() -> None:
    generator = ScriptedGenerator(lambda prompt: "x + 1\nmore")
    completer = LocalCompleter(generator)
    request = CompletionRequest("return ", "\n}", max_tokens=9, stop=("\n", "+"))
    (piece,) = completer.complete(request)
    assert piece == Piece("x ", "stop", 0, 2)
    assert [s.kind for s in generator.requests[0].prompt].count("special") == 3
    assert generator.requests[0].max_new_tokens == 9


def test_without_a_suffix_the_text_goes_on() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt.upper())
    (piece,) = LocalCompleter(generator).complete(CompletionRequest("abc"))
    assert piece.text == "ABC"
    assert generator.requests[0].prompt[0].kind == "text"


def test_the_earliest_stop_text_counts() -> None:
    rule = stop_at(("b", "a"))
    assert rule is not None
    assert rule("xxab") == 2
    assert rule("xx") is None
    assert stop_at(()) is None

import threading

import pytest
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, Terminated
from fimble.generation import GenerationRequest, GenerationResult, Timings
from fimble.http.local import LocalCompleter, held_back, stop_at
from fimble.http.protocol import CompletionRequest, Piece
from fimble.testing import ScriptedGenerator


def test_a_suffix_makes_an_infilling_prompt() -> None:
    generator = ScriptedGenerator(lambda prompt: "x + 1\nmore")
    completer = LocalCompleter(generator)
    request = CompletionRequest("return ", "\n}", max_tokens=9, stop=("\n", "+"))
    *pieces, last = completer.complete(request)
    assert "".join(piece.text for piece in (*pieces, last)) == "x "
    assert (last.finish_reason, last.new_tokens) == ("stop", 2)
    assert [s.kind for s in generator.requests[0].prompt].count("special") == 3
    assert generator.requests[0].max_new_tokens == 9


def test_without_a_suffix_the_text_goes_on() -> None:
    generator = ScriptedGenerator(lambda prompt: prompt.upper())
    pieces = list(LocalCompleter(generator).complete(CompletionRequest("abc")))
    assert [piece.text for piece in pieces] == ["ABC", ""]
    assert pieces[-1].finish_reason == "stop"
    assert generator.requests[0].prompt[0].kind == "text"


def test_the_earliest_stop_text_counts() -> None:
    rule = stop_at(("b", "a"))
    assert rule("xxab") == 2
    assert rule("xx") is None
    assert stop_at(())("xx") is None


class Growing(ScriptedGenerator):
    """Says a text letter by letter; `said` counts them; waits before the last until cancelled."""

    def __init__(self, text: str, *, waits: bool = False) -> None:
        super().__init__(lambda prompt: text)
        self.text, self.waits, self.cancelled = text, waits, threading.Event()

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        assert request.stop is not None
        for end in range(1, len(self.text) + 1):
            cut = request.stop(self.text[:end])
            if cut is not None:
                return GenerationResult(self.text[:cut], "rule", Timings(4, 0, 1, 2, end))
        if self.waits:
            with cancel.on_cancel(self.cancelled.set):
                self.cancelled.wait(30)
            raise Terminated("The request was cancelled.")
        return GenerationResult(self.text, "length", Timings(4, 0, 1, 2, len(self.text)))


def test_pieces_come_as_they_are_said_and_a_stop_text_never_in_part() -> None:
    request = CompletionRequest("x", stop=("END",))
    pieces = list(LocalCompleter(Growing("aEbENDc")).complete(request))
    assert [piece.text for piece in pieces] == ["a", "Eb", ""]
    assert pieces[-1] == Piece("", "stop", 4, 6)
    pieces = list(LocalCompleter(Growing("aE")).complete(request))
    assert [piece.text for piece in pieces] == ["a", "E"]
    assert pieces[-1].finish_reason == "length"


def test_a_client_that_goes_away_ends_its_generation_and_the_next_one_has_its_turn() -> None:
    generator = Growing("ab", waits=True)
    completer = LocalCompleter(generator)
    pieces = completer.complete(CompletionRequest("x"))
    assert next(pieces).text == "a"
    pieces.close()
    assert generator.cancelled.wait(30)
    generator.waits = False
    assert "".join(piece.text for piece in completer.complete(CompletionRequest("x"))) == "ab"


def test_an_error_of_the_engine_reaches_the_client() -> None:
    def broken(prompt: str) -> str:
        raise EngineError("The model broke.")

    with pytest.raises(EngineError, match="broke"):
        list(LocalCompleter(ScriptedGenerator(broken)).complete(CompletionRequest("x")))


@pytest.mark.parametrize(
    ("text", "held"), [("", 0), ("a\r", 1), ("ab", 0), ("a\r\nE", 1), ("EN", 2)]
)
def test_what_may_be_a_stop_text_is_held_back(text: str, held: int) -> None:
    assert held_back(text, ("\r\n", "END")) == held

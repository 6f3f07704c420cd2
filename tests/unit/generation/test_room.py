"""A larger model beside the one that is typed with: asked where there is one, given up in peace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, MemoryShortError, ModelCorruptError, Terminated
from fimble.generation.answer import GenerationResult, Timings
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.generation.room import Large, Load, Pace, Room
from fimble.generation.testing import ScriptedGenerator

ASKED = GenerationRequest("file:///a", (plain("question"),))


def saying(text: str) -> ScriptedGenerator:
    return ScriptedGenerator(lambda prompt: text)


class Setting:
    """A `Large` whose loads and messages are kept."""

    def __init__(self, model: Callable[[], TextGenerator], *, there: bool = True) -> None:
        self.loads: list[str] = []
        self.said: list[str] = []

        def find(wanted: str, typed: TextGenerator) -> Load | None:
            if not there:
                return None

            def load(between: Callable[[], None]) -> TextGenerator:
                self.between = between
                self.loads.append(wanted)
                return model()

            return load

        self.large = Large(find, self.said.append, "auto")


def room(setting: Setting, *, short: Callable[[], bool] = lambda: False) -> Room:
    return Room(saying("small"), setting.large, short=short)


def answer(room: Room) -> str:
    return room.generate(ASKED, CancelToken()).text


def test_what_is_typed_never_waits_for_the_larger_model() -> None:
    setting = Setting(lambda: pytest.fail("loaded"))
    assert room(setting).typed.generate(ASKED, CancelToken()).text == "small"


def test_the_larger_model_answers_everything_else_and_is_loaded_once() -> None:
    setting = Setting(lambda: saying("large"))
    both = room(setting)
    assert [answer(both) for _ in range(3)] == ["large"] * 3
    assert [r.text for r in both.candidates(ASKED, 2, CancelToken())] == ["large"] * 2
    assert both.scores(ASKED, ["large", "small"], CancelToken()) == (0.0, -9.0)
    both.prefill(ASKED, CancelToken())
    assert setting.loads == ["auto"]
    assert both.typed.generate(ASKED, CancelToken()).text == "small"


def test_none_loads_nothing() -> None:
    setting = Setting(lambda: pytest.fail("loaded"))
    setting.large.want("none")
    assert answer(room(setting)) == "small"


def test_where_there_is_none_nothing_is_told() -> None:
    setting = Setting(lambda: pytest.fail("loaded"), there=False)
    both = room(setting)
    assert answer(both) == "small"
    assert setting.said == []
    both.prefill(ASKED, CancelToken())
    assert both.typed.prefilled == [ASKED]  # type: ignore[attr-defined]


def test_nothing_is_loaded_for_what_nobody_has_asked_yet() -> None:
    large = saying("large")
    setting = Setting(lambda: large)
    both = room(setting)
    both.prefill(ASKED, CancelToken())
    assert setting.loads == []
    assert both.typed.prefilled == []  # type: ignore[attr-defined]
    answer(both)
    both.prefill(ASKED, CancelToken())
    assert large.prefilled == [ASKED]


def broken() -> TextGenerator:
    raise ModelCorruptError("It is damaged.", "Install it again.")


def test_a_broken_one_is_told_once_and_not_tried_again() -> None:
    setting = Setting(broken)
    for both in (room(setting), room(setting)):  # the second after a rest of everything
        assert [answer(both) for _ in range(2)] == ["small"] * 2
    assert setting.said == ["The larger model is not used: It is damaged. Install it again."]
    assert setting.loads == ["auto"]


def test_another_setting_is_tried_and_the_same_one_again_after_it() -> None:
    setting = Setting(broken)
    both = room(setting)
    for name in ("auto", "other", "other", "auto"):
        setting.large.want(name)
        assert answer(both) == "small"
    assert setting.loads == ["auto", "other", "auto"]
    assert len(setting.said) == 3


def test_a_change_of_the_setting_unloads_what_was_loaded() -> None:
    setting = Setting(lambda: saying(f"model {len(setting.loads)}"))
    both = room(setting)
    assert answer(both) == "model 1"
    setting.large.want("other")
    assert answer(both) == "model 2"
    setting.large.want("none")
    assert answer(both) == "small"


def test_without_memory_it_is_told_once_and_tried_again() -> None:
    free: list[int] = []

    def load() -> TextGenerator:
        if not free:
            raise MemoryShortError("It needs 2 GB.")
        return saying("large")

    setting = Setting(load)
    both = room(setting)
    assert [answer(both), answer(both)] == ["small", "small"]
    free.append(1)
    assert answer(both) == "large"
    assert setting.said == ["The larger model is not used now: It needs 2 GB."]


def test_it_is_unloaded_when_memory_gets_short() -> None:
    short: list[int] = []
    setting = Setting(lambda: saying("large"))
    both = room(setting, short=lambda: bool(short))
    assert answer(both) == "large"
    short.append(1)
    assert answer(both) == "small"
    short.clear()
    assert answer(both) == "large"
    assert setting.loads == ["auto"] * 2


def test_one_that_fails_in_the_middle_is_given_up_and_the_small_one_answers() -> None:
    def fail(prompt: str) -> str:
        raise EngineError("The runtime failed.")

    setting = Setting(lambda: ScriptedGenerator(fail))
    both = room(setting)
    assert [answer(both), answer(both)] == ["small", "small"]
    assert setting.said == ["The larger model is not used: The runtime failed."]
    assert setting.loads == ["auto"]


def test_a_request_that_neither_can_answer_gives_nothing_up() -> None:
    def fail(prompt: str) -> str:
        raise EngineError("A prompt of 0 tokens does not fit.")

    setting = Setting(lambda: ScriptedGenerator(fail))
    both = Room(ScriptedGenerator(fail), setting.large, short=lambda: False)
    for _ in range(2):
        with pytest.raises(EngineError):
            answer(both)
    assert setting.said == []
    assert setting.loads == ["auto"]


def test_a_failure_of_the_small_one_is_its_own() -> None:
    def fail(prompt: str) -> str:
        raise EngineError("The runtime failed.")

    both = Room(ScriptedGenerator(fail), Large())
    with pytest.raises(EngineError):
        answer(both)


def test_a_cancel_gives_nothing_up() -> None:
    setting = Setting(lambda: saying("large"))
    both, cancelled = room(setting), CancelToken()
    cancelled.cancel()
    with pytest.raises(Terminated):
        both.generate(ASKED, cancelled)
    assert answer(both) == "large"
    assert setting.said == []


class Slow(ScriptedGenerator):
    """Takes as many milliseconds a token as it says."""

    def __init__(self, ms: float) -> None:
        super().__init__(lambda prompt: "large")
        self.ms = ms

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        timings = Timings(200, 0, 200 * self.ms / 8, (200 / 8 + 20) * self.ms, 21)
        return GenerationResult("large", "stop", timings)


def test_one_that_is_too_slow_for_the_machine_is_given_up_and_said_once() -> None:
    setting = Setting(lambda: Slow(1000))
    both = room(setting)
    assert [answer(both) for _ in range(6)] == ["large"] * 3 + ["small"] * 3
    (said,) = setting.said
    assert "takes 110 s" in said
    assert "large_model" in said
    assert setting.loads == ["auto"]


def test_one_that_is_slow_now_and_then_is_kept() -> None:
    model = Slow(50)
    both = room(Setting(lambda: model))
    assert answer(both) == "large"
    model.ms = 5000
    assert [answer(both) for _ in range(6)] == ["large"] * 6


def test_short_answers_and_prompts_that_are_known_say_nothing_of_the_pace() -> None:
    pace = Pace()
    for _ in range(9):
        pace.add(Timings(900, 890, 60_000, 60_000, 2))
    assert not pace.is_too_slow
    assert pace.usual_s == 0.0


def test_a_rest_unloads_it_and_the_next_question_loads_it_again() -> None:
    setting = Setting(lambda: saying("large"))
    both = room(setting)
    answer(both)
    assert not both.rest(60)
    assert answer(both) == "large"
    assert both.rest(0)
    assert answer(both) == "large"
    assert len(setting.loads) == 2

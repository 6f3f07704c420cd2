from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.generation.request import SAMPLE_TEMPERATURE, GenerationRequest, variants
from fimble.generation.testing import ScriptedGenerator

REQUEST = GenerationRequest("file:///a", (plain("x = "),), seed=7)


def test_the_first_candidate_is_greedy_and_the_others_have_seeds_of_their_own() -> None:
    first, *samples = variants(REQUEST, 4)
    assert first.temperature == 0
    assert {sample.temperature for sample in samples} == {SAMPLE_TEMPERATURE}
    assert len({sample.seed for sample in samples}) == 3


def test_a_scripted_generator_can_answer_each_candidate_differently() -> None:
    generator = ScriptedGenerator(lambda _: str(len(generator.requests)))
    results = generator.candidates(REQUEST, 3, CancelToken())
    assert [result.text for result in results] == ["1", "2", "3"]

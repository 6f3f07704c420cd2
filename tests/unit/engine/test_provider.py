import pytest
from fimble.engine import provider
from fimble.errors import RuntimeMissingError, UsageError

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


@pytest.mark.parametrize(
    ("available", "target", "name", "why"),
    [
        ([CPU], "cpu", "cpu", "made for it"),
        ([CUDA, CPU], "cpu", "cpu", "made for it"),
        ([CUDA, CPU], "cuda", "cuda", "the runtime has it"),
        ([CPU], "cuda", "cpu", "lacks; this is slow"),
    ],
)
def test_auto_takes_what_the_package_is_made_for(available, target, name, why):
    choice = provider.choose("auto", available, target)
    assert choice.name == name
    assert why in choice.why


def test_what_is_asked_for_is_taken_with_the_cpu_behind_it():
    choice = provider.choose("cuda", [CUDA, CPU], "cpu")
    assert choice.runtime_names == (CUDA, CPU)
    assert provider.choose("cpu", [CPU], "cpu").runtime_names == (CPU,)


@pytest.mark.parametrize("name", ["cuda", "dml", "coreml", "openvino"])
def test_what_the_runtime_lacks_is_refused_with_what_to_do(name):
    with pytest.raises(RuntimeMissingError) as caught:
        provider.choose(name, [CPU], "cpu")
    assert name in caught.value.message
    assert "nstall" in caught.value.hint or "macOS" in caught.value.hint


def test_an_unknown_provider_is_refused():
    with pytest.raises(UsageError, match="tpu"):
        provider.choose("tpu", [CPU], "cpu")

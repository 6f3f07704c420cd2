import numpy as np
import pytest
import torch
from fimble_export import quantize

pytestmark = pytest.mark.export

CALIBRATED = ["int4-imatrix", "int4-gptq"]


def random(*shape, seed=1):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def seen(name, inputs):
    """What the scheme asks to know of the inputs."""
    kinds = {
        "": lambda: None,
        "squares": lambda: inputs.square().mean(0),
        "products": lambda: inputs.T @ inputs / len(inputs),
    }
    return kinds[quantize.get(name).inputs]()


def skewed_inputs(columns):
    """A few channels are far louder than the rest and all are correlated, as in real models."""
    loud = torch.ones(columns)
    loud[::16] = 20.0
    return (random(512, columns, seed=2) + random(512, 1, seed=3)) * loud


def output_error(weight, stored, inputs):
    return float((inputs @ (weight - torch.from_numpy(stored.dequantize())).T).square().mean())


@pytest.mark.parametrize("name", CALIBRATED)
def test_a_block_of_zeros_stays_zero(name):
    stored = quantize.get(name).quantize(torch.zeros(2, 32), 16, seen(name, random(8, 32)))
    assert not stored.dequantize().any()


@pytest.mark.parametrize("name", CALIBRATED)
def test_levels_fit_in_4_bits_and_scales_are_numbers(name):
    stored = quantize.get(name).quantize(random(6, 128), 32, seen(name, random(64, 128)))
    assert stored.levels.shape == (6, 4, 32)
    assert stored.levels.max() <= 15
    assert np.isfinite(stored.scales).all()


def test_what_looks_at_the_inputs_beats_what_does_not_on_the_outputs():
    weight, inputs = random(32, 256), skewed_inputs(256)
    plain, weighted, fed_back = (
        output_error(weight, quantize.get(name).quantize(weight, 64, seen(name, inputs)), inputs)
        for name in ("int4-kquant", "int4-imatrix", "int4-gptq")
    )
    assert weighted < plain
    assert fed_back < 0.7 * weighted


@pytest.mark.parametrize("name", ["int8", "int4-kquant", *CALIBRATED])
def test_weights_are_left_as_they_are(name):
    weight = random(8, 64)
    before = weight.clone()
    quantize.get(name).quantize(weight, 32, seen(name, random(16, 64)))
    assert torch.equal(weight, before)

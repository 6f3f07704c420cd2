import pytest
import torch
from fimble_export import quantize
from fimble_export.quantize import int8
from fimble_export.quantize.blocks import block_size, pack, unpack

INT4 = ["int4-rtn", "int4-kquant", "int4-imatrix", "int4-gptq"]


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
    return float((inputs @ (weight - stored.dequantize()).T).square().mean())


def test_an_8_bit_value_is_off_by_at_most_half_a_step():
    weight = random(8, 256)
    stored = int8.quantize(weight, 64)
    off = (stored.dequantize() - weight).abs().reshape(8, 4, 64)
    assert stored.levels.shape == (8, 4, 64)
    assert stored.levels.dtype == torch.uint8
    assert bool((off <= stored.scales[..., None] / 2 + 1e-6).all())


def test_zero_and_the_largest_value_are_exact_in_8_bits():
    restored = int8.quantize(torch.tensor([[0.0, 2.0] + [0.5] * 14]), 16).dequantize()
    assert restored[0, 0] == 0.0
    assert restored[0, 1] == pytest.approx(2.0)


@pytest.mark.parametrize("name", ["int8", *INT4])
def test_a_block_of_zeros_stays_zero(name):
    stored = quantize.get(name).quantize(torch.zeros(2, 32), 16, seen(name, random(8, 32)))
    assert not stored.dequantize().any()


@pytest.mark.parametrize("name", INT4)
def test_levels_fit_in_4_bits_and_scales_are_numbers(name):
    stored = quantize.get(name).quantize(random(6, 128), 32, seen(name, random(64, 128)))
    assert stored.levels.shape == (6, 4, 32)
    assert int(stored.levels.max()) <= 15
    assert bool(torch.isfinite(stored.scales).all())


def test_the_search_beats_rounding_on_the_weights():
    weight = random(32, 256).pow(3)
    nearest = quantize.get("int4-rtn").quantize(weight, 64, None).dequantize()
    searched = quantize.get("int4-kquant").quantize(weight, 64, None).dequantize()
    assert (searched - weight).square().sum() < 0.8 * (nearest - weight).square().sum()


def test_what_looks_at_the_inputs_beats_what_does_not_on_the_outputs():
    weight, inputs = random(32, 256), skewed_inputs(256)
    plain, weighted, fed_back = (
        output_error(weight, quantize.get(name).quantize(weight, 64, seen(name, inputs)), inputs)
        for name in ("int4-kquant", "int4-imatrix", "int4-gptq")
    )
    assert weighted < plain
    assert fed_back < 0.7 * weighted


def test_gptq_leaves_the_weight_it_was_given():
    weight = random(8, 64)
    before = weight.clone()
    quantize.get("int4-gptq").quantize(weight, 32, seen("int4-gptq", random(16, 64)))
    assert torch.equal(weight, before)


@pytest.mark.parametrize("count", [6, 7])
@pytest.mark.parametrize("bits", [4, 8])
def test_packing_is_undone(bits, count):
    levels = torch.randint(0, 2**bits, (3, count), dtype=torch.uint8)
    assert torch.equal(unpack(pack(levels, bits), bits, count), levels)


@pytest.mark.parametrize(
    ("widths", "preferred", "block"),
    [((896, 4864), 128, 128), ((576, 1536), 128, 64), ((48,), 128, 16), ((896,), 32, 32)],
)
def test_the_block_divides_every_width(widths, preferred, block):
    assert block_size(preferred, *widths) == block


def test_no_block_divides_an_odd_width():
    with pytest.raises(ValueError, match="no block size"):
        block_size(128, 100)

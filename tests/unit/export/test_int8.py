import pytest
import torch
from fimble_export.quantize import int8


def test_a_value_is_off_by_at_most_half_a_step():
    weight = torch.randn(8, 256, generator=torch.Generator().manual_seed(1))
    levels, scales = int8.quantize(weight.clone(), 64)
    off = (int8.dequantize(levels, scales) - weight).abs().reshape(8, 4, 64)
    assert levels.shape == (8, 4, 64)
    assert levels.dtype == torch.uint8
    assert bool((off <= scales[..., None] / 2 + 1e-6).all())


def test_zero_and_the_largest_value_are_exact():
    weight = torch.tensor([[0.0, 2.0] + [0.5] * 14])
    restored = int8.dequantize(*int8.quantize(weight.clone(), 16))
    assert restored[0, 0] == 0.0
    assert restored[0, 1] == pytest.approx(2.0)


def test_a_block_of_zeros_stays_zero():
    assert not int8.dequantize(*int8.quantize(torch.zeros(2, 32), 16)).any()


@pytest.mark.parametrize(
    ("widths", "block"), [((896, 4864), 128), ((576, 1536), 64), ((48,), 16), ((64, 48), 16)]
)
def test_the_block_divides_every_width(widths, block):
    assert int8.block_size(*widths) == block


def test_no_block_divides_an_odd_width():
    with pytest.raises(ValueError, match="no block size"):
        int8.block_size(100)

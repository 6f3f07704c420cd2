"""safetensors files from anywhere: read as the format's own package reads them, or refused."""

import json
import struct

import numpy as np
import pytest
from fimble.models.packing.checkpoint import safetensors_file
from hypothesis import given, settings
from hypothesis import strategies as st


def file(head, data=b""):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(kind="F32", shape=(2, 3), offsets=(0, 24)):
    return {"dtype": kind, "shape": list(shape), "data_offsets": list(offsets)}


VALUES = np.arange(6, dtype=np.float32).reshape(2, 3) / 8


def stored(kind):
    """`VALUES`, which every type holds exactly."""
    if kind == "BF16":
        return (VALUES.view(np.uint32) >> 16).astype("<u2").tobytes()
    return VALUES.astype({"F64": "<f8", "F32": "<f4", "F16": "<f2"}[kind]).tobytes()


@pytest.mark.parametrize("kind", ["F64", "F32", "F16", "BF16"])
def test_every_type_of_floats_is_read_row_by_row(tmp_path, kind):
    data = stored(kind)
    head = {"__metadata__": {"format": "pt"}, "a": entry(kind, offsets=(0, len(data)))}
    (tmp_path / "a").write_bytes(file(head, data))
    found = safetensors_file.entries(tmp_path / "a")
    assert found.keys() == {"a"}
    whole = found["a"].read(slice(None))
    assert whole.dtype == np.float32
    np.testing.assert_array_equal(whole, VALUES)
    np.testing.assert_array_equal(found["a"].read(slice(1, 2)), VALUES[1:])


@pytest.mark.export
def test_what_torch_writes_is_read_as_torch_reads_it(tmp_path):
    import torch
    from safetensors.torch import save_file

    tensors = {
        "m": torch.randn(5, 7).bfloat16(),
        "v": torch.randn(9).half(),
        "f": torch.randn(2, 2),
    }
    save_file(tensors, tmp_path / "a")
    found = safetensors_file.entries(tmp_path / "a")
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(found[name].read(slice(None)), tensor.float().numpy())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends too early"),
        (b"\x01", "ends too early"),
        (struct.pack("<Q", 1 << 60), "ends too early"),
        (file({"a": entry()}, bytes(23)), "ends before a does"),
        (file({"a": entry(offsets=(0, 20))}, bytes(24)), "ends before a does"),
        (file({"a": entry(offsets=(-4, 20))}, bytes(24)), "place of a is none"),
        (file({"a": entry(shape=(2, -3), offsets=(0, 24))}, bytes(24)), "place of a is none"),
        (file({"a": entry(shape=(2.5, 3))}, bytes(24)), "place of a is none"),
        (file({"a": entry("I8")}, bytes(24)), "is of type I8"),
        (file([1]), "names no tensors"),
        (file(b"{" * 50), "Expecting"),
        (file(b'{"a":' * 100_000), "nested too deeply"),
        (file(b"\xff\xfe{}"), "decode"),
    ],
)
def test_a_head_that_lies_is_refused(tmp_path, data, reason):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ValueError, match=reason):
        safetensors_file.entries(tmp_path / "a")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_bytes_are_changed_nothing_else_is_raised(tmp_path_factory, data):
    place = tmp_path_factory.mktemp("fuzzed") / "a"
    whole = bytearray(file({"a": entry(), "b": entry("F16", (3,), (24, 30))}, bytes(30)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + 1] = data.draw(st.binary(min_size=0, max_size=5))
    place.write_bytes(whole)
    try:
        found = safetensors_file.entries(place)
        shapes = {name: entry.read(slice(None)).shape for name, entry in found.items()}
    except (ValueError, KeyError, TypeError):  # which `safetensors_folder` makes a sentence of
        return
    assert shapes == {name: tuple(entry.shape) for name, entry in found.items()}

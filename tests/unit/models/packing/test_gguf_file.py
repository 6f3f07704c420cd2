"""GGUF files from anywhere: read as they are, or refused with a sentence."""

import struct

import numpy as np
import pytest
from fimble.errors import CheckpointError, FimbleError, UnsupportedModelError
from fimble.models.packing import checkpoint as checkpoints
from fimble.models.packing.checkpoint import gguf_file
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.models.packing import small_gguf


@pytest.fixture
def place(tmp_path):
    return tmp_path / "tiny.gguf"


def test_fields_and_tensors_are_read(place):
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    fields = {"a": 7, "b": "text", "c": ["x", "yz"], "d": [1, 2, 3], "e": 0.5}
    place.write_bytes(small_gguf.file(fields, {"one": values[0], "two": values}))
    found = gguf_file.read(place)
    assert found.fields == fields
    two = found.tensors["two"]
    assert (two.shape, two.kind, two.offset % 32) == ((3, 4), 0, 0)
    stored = place.read_bytes()[two.offset : two.offset + values.nbytes]
    np.testing.assert_array_equal(np.frombuffer(stored, "<f4"), values.ravel())


def test_a_model_is_read_row_by_row(place):
    place.write_bytes(small_gguf.tiny_llama())
    tensors = checkpoints.load(place).tensors
    for name in tensors:
        whole = tensors[name]
        assert whole.shape == tensors.shape(name)
        parts = [tensors.rows(name, slice(at, at + 3)) for at in range(0, len(whole), 3)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_file_that_ends_anywhere_is_refused(place):
    whole = small_gguf.tiny_llama()
    for end in (*range(0, 1200, 7), len(whole) - 1):
        place.write_bytes(whole[:end])
        with pytest.raises(CheckpointError, match=r"tiny\.gguf is not a whole GGUF model"):
            checkpoints.load(place)


HEAD = b"GGUF" + struct.pack("<I", 3)
HUGE = (1 << 63) + 5


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"GGML" + bytes(20), "does not begin"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "version"),
        (HEAD + struct.pack("<QQ", HUGE, 0), "ends too early"),
        (HEAD + struct.pack("<QQ", 0, HUGE), "ends too early"),
        (HEAD + struct.pack("<QQQ", 0, 1, HUGE), "ends too early"),
        (HEAD + struct.pack("<QQ", 0, 1) + small_gguf.text("a") + struct.pack("<I", 77), "type 77"),
        (
            HEAD
            + struct.pack("<QQ", 0, 1)
            + small_gguf.text("a")
            + struct.pack("<IIQ", 9, 8, 1 << 30),
            "longer",
        ),
        (
            HEAD + struct.pack("<QQ", 0, 1) + small_gguf.text("a") + struct.pack("<IIQ", 9, 9, 1),
            "type 9",
        ),
        (HEAD + struct.pack("<QQ", 0, 2) + small_gguf.field("a", 1) * 2, "twice"),
        (
            HEAD + struct.pack("<QQ", 0, 1) + small_gguf.field("general.alignment", 0),
            "alignment",
        ),
        (HEAD + struct.pack("<QQ", 1, 0) + small_gguf.tensor("a", (1 << 39, 9), 0, 0), "shape"),
        (HEAD + struct.pack("<QQ", 1, 0) + small_gguf.tensor("a", (0,), 0, 0), "shape"),
        (HEAD + struct.pack("<QQ", 1, 0) + small_gguf.tensor("a", (1,) * 5, 0, 0), "5 dimensions"),
    ],
)
def test_a_head_that_lies_is_refused(place, data, reason):
    place.write_bytes(data)
    with pytest.raises(ValueError, match=reason):
        gguf_file.read(place)


def test_a_type_that_is_not_known_is_named(place):
    data = small_gguf.tiny_llama()
    name = small_gguf.text("token_embd.weight")
    at = data.index(name) + len(name) + 4 + 16
    place.write_bytes(data[:at] + struct.pack("<I", 16) + data[at + 4 :])
    with pytest.raises(UnsupportedModelError, match=r"token_embd\.weight is stored in a way .*16"):
        checkpoints.load(place)


def test_numbers_that_are_none_are_found_when_they_are_read(place):
    data = bytearray(small_gguf.tiny_llama())
    data[-4:] = struct.pack("<f", float("nan"))
    place.write_bytes(data)
    tensors = checkpoints.load(place).tensors
    last = list(tensors)[-1]
    with pytest.raises(CheckpointError, match="holds NaN"):
        tensors[last]


def test_a_file_that_shrinks_under_way_is_refused(place):
    data = small_gguf.tiny_llama()
    place.write_bytes(data)
    tensors = checkpoints.load(place).tensors
    place.write_bytes(data[:-8])
    with pytest.raises(CheckpointError):
        tensors[list(tensors)[-1]]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_bytes_are_changed_the_answer_is_a_model_or_a_sentence(tmp_path_factory, data):
    """Heads above all: the weights themselves may be any numbers."""
    place = tmp_path_factory.mktemp("fuzzed") / "tiny.gguf"
    whole = bytearray(small_gguf.tiny_llama())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 1400))
        whole[at : at + 1] = data.draw(st.binary(min_size=0, max_size=9))
    place.write_bytes(whole)
    said = ""
    try:
        tensors = checkpoints.load(place).tensors
        for name in tensors:
            tensors.rows(name, slice(0, 1))
    except FimbleError as error:
        said = error.message
    assert said.isprintable()
    assert len(said) < 400

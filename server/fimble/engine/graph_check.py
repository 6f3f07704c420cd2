"""Is a graph of a kind that the exporter makes? Asked before ONNX Runtime reads it.

The runtime trusts what a graph states: one integer in a `Split` lets it count for minutes, a loop
for ever, both while the model loads, where nothing can stop it. A package's graph needs neither
loops nor large numbers, so whatever has them is refused. The file is read as protocol buffers
are written (https://protobuf.dev/programming-guides/encoding), by the numbers of `onnx.proto`; of
a field that comes twice both are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fimble.errors import ModelCorruptError

LARGEST = 1 << 24
"""Of an integer attribute, and what it counts; sizes of vocabularies are far below."""

_MOST_BYTES = 1 << 28
_DOMAINS = frozenset((b"", b"ai.onnx", b"com.microsoft", b"fimble"))
_GRAPH, _FUNCTIONS = 7, 25  # of ModelProto
_NODE = 1  # of GraphProto
_OUTPUT, _ATTRIBUTE, _DOMAIN = 2, 5, 7  # of NodeProto
_NAME, _INTEGER, _SUBGRAPH, _INTEGERS, _SUBGRAPHS = 1, 3, 6, 8, 11  # of AttributeProto

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


class _Odd(ValueError):
    """Half a sentence: what the exporter does not write."""


def check(path: Path) -> None:
    """Refuses a graph with loops, branches, functions, foreign operators or absurd attributes.

    Raises:
        ModelCorruptError: It has one, is no ONNX file or cannot be read.
    """
    hint = "Reinstall the model with `fimble model install --force`."
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise _Odd("it is too large, for its weights stand in a file of their own")
        for number, field in _fields(memoryview(data)):
            if number == _FUNCTIONS:
                raise _Odd("it defines functions")
            if number == _GRAPH:
                _check_graph(_message(field))
    except OSError as error:
        raise ModelCorruptError(f"{path} cannot be read: {error}.", hint) from error
    except _Odd as error:
        raise ModelCorruptError(f"{path} is not a graph of Fimble's: {error}.", hint) from error


def _check_graph(graph: memoryview) -> None:
    for number, field in _fields(graph):
        if number == _NODE:
            _check_node(_message(field))


def _check_node(node: memoryview) -> None:
    outputs = sum(number == _OUTPUT for number, _ in _fields(node))
    for number, field in _fields(node):
        if number == _DOMAIN and bytes(_message(field)) not in _DOMAINS:
            raise _Odd("it uses operators of others")
        if number == _ATTRIBUTE:
            _check_attribute(_message(field), outputs)


def _check_attribute(attribute: memoryview, outputs: int) -> None:
    """The runtime writes as many outputs as `num_outputs` says, whether they are there or not."""
    counts = (_NAME, memoryview(b"num_outputs")) in _fields(attribute)
    for number, field in _fields(attribute):
        if counts and number == _INTEGER and field != outputs:
            raise _Odd("a node counts its outputs wrongly")
        if number in (_SUBGRAPH, _SUBGRAPHS):
            raise _Odd("it has loops or branches")
        if number in (_INTEGER, _INTEGERS):
            for integer in (field,) if isinstance(field, int) else _varints(field):
                if not -LARGEST <= (integer ^ 1 << 63) - (1 << 63) <= LARGEST:
                    raise _Odd("an attribute is too large")


def _message(field: int | memoryview) -> memoryview:
    if isinstance(field, int):
        raise _Odd("a field has another type")
    return field


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field; an integer for a varint, the bytes of all others."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in (_FIXED_64, _FIXED_32):
            size = 8 if kind == _FIXED_64 else 4
        else:
            raise _Odd("it is no ONNX file")
        if size > len(data) - at:
            raise _Odd("it is cut off")
        yield key >> 3, data[at : at + size]
        at += size


def _varints(data: memoryview) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """An unsigned integer of 64 bits, and where the next field begins."""
    value = 0
    for place, byte in enumerate(data[at : at + 10]):
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value % (1 << 64), at + place + 1
    raise _Odd("it is cut off")

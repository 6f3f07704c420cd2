"""Damaged and hostile JSON, made at random from good JSON: the same for the same number."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

DEEP = 100_000
EXTREME: tuple[str, ...] = (
    *("null", "true", "[]", "{}", '""', "0", "-1", "1", "-0.0", "0.5", "1e999", "-1e308"),
    *(str(2**31), str(2**63), str(2**64), "1" + "0" * 5000, "NaN", "Infinity", "1.0", '"1"'),
    *('"../../etc/passwd"', '"/etc/passwd"', '"C:\\\\x"', '"a/../../b"', '"nul"', '"."', '"x\\n"'),
    *('"{layer.__class__}"', '"{layer:9999999999}"', '"{0}"', '"{"', '"\\u0000"', '"\\ud800"'),
    *('"\\u001b[31m"', '["x"]', '{"x": {"y": [1]}}', "[" * DEEP + "]" * DEEP),
    *('{"a":' * DEEP + "1" + "}" * DEEP, "[" * DEEP, '"' + "x" * 300_000 + '"'),
)
"""Values as they are spelled in JSON, some of them wrongly."""
_MARK = '"@@mark@@"'


def count(normally: int) -> int:
    """How many to try: `FIMBLE_MUTATIONS`, else `normally`."""
    return int(os.environ.get("FIMBLE_MUTATIONS", normally))


def require_sentence(message: str) -> None:
    """A message for a screen: one line, not a page."""
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 1000


def mutations(good: str, number: int) -> Iterator[bytes]:
    """`number` variants of a JSON text, most of them broken in one place, some in several."""
    for seed in range(number):
        rng = random.Random(seed)
        text = good
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            text = _in_a_value(text, rng)
        data = text.encode("utf-8", "surrogatepass")
        yield _in_bytes(data, rng) if seed % 4 == 3 else data


def _in_a_value(text: str, rng: random.Random) -> str:
    """Another value, another key, one key less, or one twice."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return text
    holders = list(_holders(whole))
    holder, key = rng.choice(holders)
    kind = rng.choice(("value", "value", "value", "key", "missing", "twice"))
    if kind == "missing":
        del holder[key]
    elif kind == "key" and isinstance(holder, dict):
        holder[rng.choice(("", "x" * 5000, "\0", "../x", "files", f"{key} "))] = holder.pop(key)
    elif kind == "twice" and isinstance(holder, dict):
        second = f"{_MARK[:-1]}, {json.dumps(key)}: {rng.choice(EXTREME)}"
        holder[key] = _MARK.strip('"')
        return json.dumps(whole).replace(_MARK, f"1{second[len(_MARK) - 1 :]}", 1)
    else:
        holder[key] = _MARK.strip('"')
        return json.dumps(whole).replace(_MARK, rng.choice(EXTREME), 1)
    return json.dumps(whole)


def _holders(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it: the list or object, and the index or key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(pairs):
        yield value, key
        if isinstance(item, dict | list):
            yield from _holders(item)


def _in_bytes(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return rng.choice(
        (
            data[:place],
            data[:place] + bytes(rng.randrange(256) for _ in range(3)) + data[place + 3 :],
            data[:place] + b"\xff\xfe" + data[place:],
            data[:place] + b"\0" + data[place:],
            data + data,
            b"\xef\xbb\xbf" + data,
            data.decode("utf-8", "replace").encode("utf-16"),
            b"",
        )
    )

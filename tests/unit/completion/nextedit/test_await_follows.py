"""The calls of a function that became asynchronous wait for it, where the result is meant."""

import pytest
from fimble.completion.nextedit.rules.await_follows import await_follows

from tests.unit.completion.nextedit.typing import after, situation


def follows(before: str, now: str, language: str = "python") -> str:
    asked = situation(before, now, language=language)
    return next(iter(after(await_follows, asked).values()), now)


def made_async(text: str, head: str = "def load") -> str:
    return text.replace(head, f"async {head}", 1)


FOLLOWS = {
    "in an asynchronous function": (
        "def load(x):\n    return x\n\n\nasync def use():\n    a = load(1)\n    return load(a).name\n",
        "    a = await load(1)\n    return (await load(a)).name\n",
    ),
    "the function around becomes asynchronous": (
        "def load(x):\n    return x\n\n\ndef use():\n    return load(1) + load(2)\n",
        "async def use():\n    return await load(1) + await load(2)\n",
    ),
    "a method": (
        "class A:\n    def load(self):\n        return 1\n\n    def use(self):\n        x = self.load()\n"
        "        return x\n",
        "    async def use(self):\n        x = await self.load()\n        return x\n",
    ),
}


@pytest.mark.parametrize("case", FOLLOWS)
def test_calls_wait(case: str) -> None:
    before, end = FOLLOWS[case]
    assert follows(before, made_async(before)).endswith(end)


def test_a_script_waits_where_it_can() -> None:
    text = (
        "function load(x) { return x; }\n\n"
        "async function use() {\n\tconst a = load(1);\n\tload(2).then(print);\n\treturn load(a);\n}\n\n"
        "function other() {\n\tconst b = load(1);\n}\n"
    )
    now = made_async(text, "function load")
    assert follows(text, now, "javascript") == now.replace("a = load", "a = await load")


QUIET = {
    "a task": "async def use():\n    return asyncio.create_task(load(1))\n",
    "handed on": "def use():\n    return load(1)\n",
    "at the top": "x = load(1)\n",
    "another's method": "async def use(a):\n    x = a.load(1)\n    return x\n",
    "a lambda": "f = lambda: [load(1)]\n",
    "a constructor": "class A:\n    def __init__(self):\n        self.x = load(1)\n",
    "two of the name": "class A:\n    def load(self):\n        pass\n\n\nasync def use():\n    x = load(1)\n",
    "awaited": "async def use():\n    x = await load(1)\n",
}


@pytest.mark.parametrize("case", QUIET)
def test_where_the_promise_may_be_meant_nothing_is_proposed(case: str) -> None:
    text = f"def load(x):\n    return x\n\n\n{QUIET[case]}"
    assert follows(text, made_async(text)) == made_async(text)


def test_a_function_that_was_asynchronous_before_is_no_news() -> None:
    text = "async def load(x):\n    return x\n\n\nasync def use():\n    x = load(1)\n"
    renamed = text.replace("return x", "return x  # async")
    assert follows(text, renamed) == renamed

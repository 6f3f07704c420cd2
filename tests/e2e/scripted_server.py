"""The real server over stdio with a scripted generator."""

from __future__ import annotations

import itertools
import os
import sys
import time

from fimble.completion.statistics.database import default_path
from fimble.errors import ModelNotInstalledError
from fimble.generation.request import TextGenerator
from fimble.generation.room import Load
from fimble.generation.testing import ScriptedGenerator
from fimble.lsp.server import create_server
from fimble.system.private_files import ENVIRONMENT

SCRIPT = {
    "area =": " width * height",
    "blank =": "   ",
    "🙂 =": " 'é'",
    "total": "(items)",
    "once =": " first()",
}
NUMBERS = itertools.count()


def answer(prompt: str) -> str:
    if "first = call()" in prompt and "\n\narea = " in prompt:
        return "prompt_with_other_cells"
    if "return database.fetch(name)" in prompt and prompt.endswith("database."):
        return "fetch(as_in_the_other_file)"
    if "a function of a package" in prompt:
        return "import nowhere\n\n\ndef far():\n    return nowhere.far()\n```"
    if "a function of the first primes" in prompt:
        return "def primes():\n    return [2, 3, 5]\n```"
    if prompt.endswith("vary ="):
        return f" choice({next(NUMBERS)})"
    return next((SCRIPT[end] for end in SCRIPT if prompt.endswith(end)), "nothing_known")


def load() -> TextGenerator:
    if "missing" in sys.argv:
        raise ModelNotInstalledError("The model is not installed.", "Run `fimble model install`.")
    if "loading" in sys.argv:
        time.sleep(120)
    generator = ScriptedGenerator(answer)
    generator.hold = "hold" in sys.argv
    return generator


def find_large(wanted: str, typed: TextGenerator) -> Load | None:
    if "large" in sys.argv:
        said = "def by_the_large_one():\n    return 1\n```"
        return lambda between: ScriptedGenerator(lambda prompt: said)
    if "broken" in sys.argv:
        raise ModelNotInstalledError(f"{wanted} is damaged.", "Install it again.")
    return None


statistics = default_path() if ENVIRONMENT in os.environ else None
create_server(load, statistics, find_large=find_large).start_io()

"""The assist behind `Explain this code`: Markdown, and no edit."""

from __future__ import annotations

from fimble.assist.base import Outcome, Task
from fimble.assist.rewrite import place
from fimble.core.text.prompt import chat_prompt
from fimble.generation.request import GenerationRequest

_MAX_TOKENS = 250
_SYSTEM = "You explain code to programmers: what it is for, then how it works. You are brief."


def explain(task: Task) -> Outcome:
    """Explains the selected lines, or the function at the cursor."""
    snapshot, (start, end) = task.snapshot, place(task)
    task.progress("reading")
    code = f"```{snapshot.language_id}\n{snapshot.text[start:end].rstrip()}\n```"
    messages = (("system", _SYSTEM), ("user", f"Explain this code in a few sentences.\n\n{code}"))
    request = GenerationRequest(f"explain {snapshot.uri}", chat_prompt(messages), _MAX_TOKENS)
    result = task.generator.generate(request, task.cancel)
    said = result.text.strip()
    if result.finish_reason == "length":
        said = said[: said.rfind(".") + 1]
    if not said:
        return Outcome(message="The model said nothing about it.")
    line = snapshot.text.count("\n", 0, start) + 1
    title = f"# {snapshot.path or 'Code'}, line {line}\n\n{code}\n\n"
    caution = "\n\n*Written by a small model: it may be wrong.*\n"
    return Outcome(markdown=title + said + caution)

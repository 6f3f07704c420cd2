"""TypeScript's own checker finds nothing new after any refactoring that is offered in typed programs."""

from collections import Counter
from pathlib import Path

import pytest
from fimble.core.refactor.by_language import named
from fimble.core.text.snapshot import apply_edits

from tests.editors import tools
from tests.unit.core.refactor.test_script_behaviour import NEW, PROGRAMS, WHAT, drafts, loaded

OPTIONS = (
    '{"compilerOptions": {"strict": true, "target": "es2023", "module": "preserve", "types": []}}'
)
TYPED = [path for path in PROGRAMS if path.suffix == ".ts"]


def findings(folder: Path) -> Counter[str]:
    """How much the checker finds in each file."""
    tsc = tools.extension() / "node_modules" / ".bin" / "tsc"
    shell = ["sh", "-c", '"$0" --noEmit --pretty false -p "$1" || true', tsc, folder]
    lines = tools.command(shell, env=tools.node_environment()).splitlines()
    assert lines, "what is wrong on purpose was not found"
    return Counter(Path(line.split("(")[0]).name for line in lines if not line.startswith(" "))


@pytest.mark.parametrize("path", TYPED, ids=lambda path: path.name)
def test_types_stay_right(path: Path, tmp_path: Path) -> None:
    tools.or_skip(tools.extension)
    parsed, refactoring = loaded(path)
    texts = {parsed.text}
    for what in WHAT:
        tried = drafts(what, parsed, refactoring)
        offered = [draft for draft in tried if not isinstance(draft, str)]
        texts |= {apply_edits(parsed.text, named(draft, NEW)) for draft in offered}
    for number, text in enumerate(sorted(texts)):
        (tmp_path / f"{number}.ts").write_text(f"{text}export {{}};\n", encoding="utf-8")
    (tmp_path / "log.d.ts").write_text("declare function log(...values: unknown[]): any;\n")
    (tmp_path / "tsconfig.json").write_text(OPTIONS)
    (tmp_path / "wrong.ts").write_text("export const wrong: number = '';\n")
    found = findings(tmp_path)
    assert found == {"wrong.ts": 1}, [
        sorted(texts)[int(Path(n).stem)] for n in found if n != "wrong.ts"
    ]

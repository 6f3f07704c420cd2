"""Written documentation, judged by the linters that its users run; one that is absent is skipped."""

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fimble import assist
from fimble.assist import Task
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.generation.testing import ScriptedGenerator

BENCHMARKS = Path(__file__).parents[4] / "benchmarks" / "docstrings"
MODULES = BENCHMARKS / "node_modules"

PYTHON = """\
class Shop:
    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def title(self) -> str:
        return self.name.title()

    async def sell(self, item: str, *more: str, price: float = 1.0, **rest: int) -> list[str]:
        if price < 0:
            raise ValueError("price")
        return [item, *more, *rest]

    def walk(self, depth: int) -> Iterator[int]:
        yield from range(depth)
"""

JAVA = """\
public class Shop<T extends Comparable<T>> {
    private T best;

    public Shop(T best) {
        this.best = best;
    }

    public <K> T sell(T item, K key, int... rest) throws java.io.IOException {
        if (key == null) {
            throw new IllegalArgumentException("a < b & c");
        }
        return item;
    }

    public void close() {}
}
"""

GO = """\
package shop

import "errors"

type Point struct {
\tX, Y int
}

func ParsePoint(text string, sep rune) (Point, error) {
\tif text == "" {
\t\treturn Point{}, errors.New("empty")
\t}
\treturn Point{}, nil
}

func (p *Point) Move(by int) {
\tif by < 0 {
\t\tpanic("negative")
\t}
\tp.X += by
}

func Map[T any](items []T, f func(T) T) []T { return items }
"""

JAVASCRIPT = """\
export function sell(item, {price = 1, tags: [first], deep: {a}}, ...rest) {
  if (!item) {
    throw new RangeError("item");
  }
  return [item, price, first, a, rest];
}

export class Shop {
  async open(at = "noon") {
    return at;
  }

  *walk() {
    yield 1;
  }

  get title() {
    return "";
  }
}
"""

TYPESCRIPT = """\
export function sell<T extends object>(item: T, {price}: {price: number}, ...rest: T[]): T[] {
  if (price < 0) {
    throw new RangeError("price");
  }
  return [item, ...rest];
}

export interface Shop {
  open(at?: string): Promise<void>;
}
"""


def documented(language: str, text: str, style: str = "auto") -> str:
    """The text with everything public documented, in words that need escapes."""
    named = map("".join, itertools.product("abcdefgh", repeat=2))
    generator = ScriptedGenerator(
        lambda prompt: f" Takes part {next(named)} of <all> & {{more}} here.\n"
    )
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    arguments = {"style": style}
    outcome = assist.run("docstring.all", Task(generator, snapshot, arguments))
    assert outcome.edits, outcome.message
    assert all(request.temperature == 0 for request in generator.requests), "words were refused"
    return apply_edits(text, outcome.edits)


def needs(program: str) -> str:
    """The program's path; without it the test is skipped."""
    beside = Path(sys.executable).parent / program
    path = str(beside) if beside.exists() else shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}" if done.returncode or done.stdout else ""


@pytest.mark.parametrize("style", ["google", "numpy", "sphinx"])
def test_pydoclint_and_pydocstyle(style: str, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(documented("python", PYTHON, style), encoding="utf-8")
    options = ["--quiet", "--check-return-types=False", "--check-yield-types=False"]
    hints = f"--arg-type-hints-in-docstring={style == 'numpy'}"
    separate = "--allow-init-docstring=True"
    said = run(
        needs("pydoclint"), f"--style={style}", hints, separate, *options, ".", folder=tmp_path
    )
    assert said == ""
    convention = "pep257" if style == "sphinx" else style
    ignored = "--add-ignore=D100,D107"
    pydocstyle = needs("pydocstyle")
    assert run(pydocstyle, f"--convention={convention}", ignored, ".", folder=tmp_path) == ""


def test_doclint_of_javac(tmp_path: Path) -> None:
    javac = needs("javac")
    (tmp_path / "Shop.java").write_text(documented("java", JAVA), encoding="utf-8")
    options = ("-Xdoclint:all,-missing/private", "-Xdoclint/package:-", "-Werror", "-d", "out")
    assert run(javac, *options, "Shop.java", folder=tmp_path) == ""


def test_checkstyle(tmp_path: Path) -> None:
    checkstyle = needs("checkstyle")
    (tmp_path / "Shop.java").write_text(documented("java", JAVA), encoding="utf-8")
    rules = str(BENCHMARKS / "checkstyle.xml")
    assert "Shop.java:" not in run(checkstyle, "-c", rules, "Shop.java", folder=tmp_path)


def test_gofmt_lays_the_comments_out_no_other_way(tmp_path: Path) -> None:
    gofmt = needs("gofmt")
    (tmp_path / "shop.go").write_text(documented("go", GO), encoding="utf-8")
    assert run(gofmt, "-d", "shop.go", folder=tmp_path) == ""


@pytest.mark.slow
def test_staticcheck_of_go(tmp_path: Path) -> None:
    needs("go")
    name = "staticcheck" if shutil.which("staticcheck") else "go-staticcheck"
    staticcheck = needs(name)
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.19\n", encoding="utf-8")
    (tmp_path / "shop.go").write_text(documented("go", GO), encoding="utf-8")
    forms = "ST1020,ST1021,ST1022"
    assert run(staticcheck, "-checks", forms, "./...", folder=tmp_path) == ""


@pytest.mark.parametrize(
    ("language", "style", "text", "suffix"),
    [
        ("javascript", "jsdoc", JAVASCRIPT, "js"),
        ("typescript", "tsdoc", TYPESCRIPT, "ts"),
    ],
)
def test_eslint(language: str, style: str, text: str, suffix: str, tmp_path: Path) -> None:
    node, binary = needs("node"), MODULES / "eslint" / "bin" / "eslint.js"
    if not binary.exists():
        pytest.skip("eslint is not installed: npm install --prefix benchmarks/docstrings")
    shutil.copy(BENCHMARKS / "eslint.config.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / style).mkdir()
    file = Path(style, f"{language}_shop.{suffix}")
    (tmp_path / file).write_text(documented(language, text), encoding="utf-8")
    assert run(node, str(binary), str(file), folder=tmp_path) == ""

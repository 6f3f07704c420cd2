"""The plugin in Neovim 0.12 (its own ghost text) and in 0.10 (ours)."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pynvim
import pytest
from fimble.completion.statistics.database import read

from tests.editors import tools
from tests.editors.conftest import SERVER

PLUGIN = tools.ROOT / "editor-client" / "neovim"
GHOSTS = """
local found = {}
for name, id in pairs(vim.api.nvim_get_namespaces()) do
  if name == 'fimble' or name:match('inline_completion') then
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
      for _, chunk in ipairs(mark[4].virt_text or {}) do found[#found + 1] = chunk[1] end
    end
  end
end
return table.concat(found)
"""
ANGLES = "def degrees(radians):\n    return radians * 180 / math.pi\n"
FINDING = {
    "range": {"start": {"line": 1, "character": 27}, "end": {"line": 1, "character": 31}},
    "message": "Undefined name `math`",
    "code": "F821",
    "source": "Ruff",
    "severity": 2,
}
FIX = """
vim.api.nvim_win_set_cursor(0, { 2, 28 })
vim.lsp.buf.code_action {
  context = { diagnostics = { ... }, only = { 'quickfix' } },
  filter = function(action) return action.title:match '^Fix: Undefined name' end,
  apply = true,
}
"""


class Editor:
    """A Neovim with the plugin; `wait` gives it time."""

    def __init__(self, command: list[str], folder: Path) -> None:
        arguments = [*command, "--embed", "--headless", "--clean", "-i", "NONE", "-n"]
        self.nvim: Any = pynvim.attach("child", argv=arguments)
        self.nvim.ui_attach(300, 50)
        self.nvim.command(f"cd {folder}")
        self.nvim.command(f"set runtimepath^={PLUGIN} noswapfile cmdheight=9")
        self.folder = folder

    def setup(self, **options: Any) -> None:
        options = {"cmd": SERVER, **options}
        self.nvim.exec_lua("require('fimble').setup(...)", options)

    def edit(self, text: str, name: str = "shapes.py") -> None:
        (self.folder / name).write_text(text, encoding="utf-8", newline="")
        self.nvim.command(f"edit! {name}")
        self.nvim.command("set filetype=python")
        self.wait(lambda: self.status() == "idle")

    def status(self) -> str:
        return str(self.nvim.exec_lua("return (require('fimble').status())"))

    def ghost(self) -> str:
        return str(self.nvim.exec_lua(GHOSTS))

    def lines(self) -> list[str]:
        return list(self.nvim.current.buffer[:])

    def messages(self) -> str:
        return str(self.nvim.command_output("messages"))

    def servers(self) -> list[psutil.Process]:
        process = psutil.Process(self.nvim.funcs.getpid())
        return [
            child for child in process.children() if "scripted_server" in " ".join(child.cmdline())
        ]

    def wait(self, condition: Callable[[], object], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (
                self.status(),
                self.lines(),
                self.ghost(),
                self.messages(),
            )
            time.sleep(0.02)


@pytest.fixture(params=["forky", "trixie"])
def editor(request: pytest.FixtureRequest, tmp_path: Path, data: Path) -> Iterator[Editor]:
    try:
        command = tools.unpacked(request.param, "neovim", "bin/nvim")
    except tools.Unavailable as error:
        pytest.skip(str(error))
    runtime = Path(command[-1]).parents[1] / "share" / "nvim" / "runtime"
    os.environ["VIMRUNTIME"] = str(runtime)
    try:
        editor = Editor(command, tmp_path)
    finally:
        del os.environ["VIMRUNTIME"]
    newest = request.param == "forky"
    assert editor.nvim.funcs.has("nvim-0.12") == int(newest)
    editor.setup()
    yield editor
    try:
        editor.nvim.command("qall!", async_=True)
        editor.nvim.close()
    except OSError:
        pass


@pytest.mark.shows("Neovim", "suggestion")
@pytest.mark.shows("Neovim", "statistics")
def test_ghost_text_is_drawn_taken_and_counted(editor: Editor, data: Path) -> None:
    editor.edit("import math\n\n")
    editor.nvim.input("Goarea = ")
    editor.wait(lambda: editor.ghost() == "width * height")
    editor.nvim.input("<Tab>")
    editor.wait(lambda: "area = width * height" in editor.lines())
    editor.wait(lambda: editor.ghost() != "width * height")
    assert editor.nvim.current.window.cursor[1] >= len("area = width * heigh")
    editor.nvim.input("<Esc>")
    editor.nvim.command("Fimble showStatistics")
    editor.wait(lambda: "1 accepted" in editor.messages())
    assert [o.accepted_chars for o in read(data / "statistics.sqlite3") if o.accepted_chars] == [14]


@pytest.mark.shows("Neovim", "positions")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 🙂🙂\n🙂 =", "🙂 = 'é'"),
        ("e\u0301 = 1\r\n\tarea =", "\tarea = width * height"),
        ('"👩‍👩‍👧"; area =', '"👩‍👩‍👧"; area = width * height'),
    ],
)
def test_positions(editor: Editor, text: str, expected: str) -> None:
    editor.edit(text)
    editor.nvim.input("GA ")
    editor.wait(editor.ghost)
    editor.nvim.input("<Tab>")
    editor.wait(lambda: editor.lines()[-1].rstrip("\r") == expected)
    assert editor.nvim.current.buffer.options["fileformat"] == ("dos" if "\r" in text else "unix")


@pytest.mark.shows("Neovim", "quick fix")
def test_a_quick_fix_is_applied_and_undone_in_one_step(editor: Editor) -> None:
    editor.edit(ANGLES)
    editor.nvim.exec_lua(FIX, FINDING)
    editor.wait(lambda: "import math" in editor.lines())
    editor.nvim.command("undo")
    assert editor.lines() == ANGLES.splitlines()


@pytest.mark.shows("Neovim", "command")
def test_commands(editor: Editor) -> None:
    editor.edit("import math\n")
    editor.nvim.command("Fimble whyNoSuggestion")
    editor.wait(lambda: "No suggestion has been requested yet." in editor.messages())
    assert "whyNoSuggestion" in editor.nvim.funcs.getcompletion("Fimble ", "cmdline")
    editor.nvim.command("Fimble toggle")
    editor.wait(lambda: editor.status() == "paused")
    editor.nvim.input("Goarea = ")
    time.sleep(0.5)
    assert editor.ghost() == ""


RENAMED = """\
def area(side):
    {} = side * side
    print({})

    print({})

    return {}
"""
NEXT_EDITS = """
local found = {}
for _, name in ipairs { 'fimble.next_edit', 'fimble.next_edit_hint' } do
  local id = vim.api.nvim_get_namespaces()[name]
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, 0, -1, { details = true })) do
    for _, chunk in ipairs(mark[4].virt_text or {}) do found[#found + 1] = chunk[1]:gsub('^ +', '') end
  end
end
return found
"""


def renamed(taken: int, new: str = "squared") -> list[str]:
    """The text with so many of its names typed or taken."""
    names = [new] * taken + ["doubled"] * (4 - taken)
    return RENAMED.format(*names).splitlines()


def drawn(editor: Editor) -> list[str]:
    """What next edits draw in the buffer, the hint last."""
    return list(editor.nvim.exec_lua(NEXT_EDITS))


def type_over(editor: Editor, new: str) -> None:
    editor.edit(RENAMED.format(*["doubled"] * 4))
    editor.nvim.current.window.cursor = (2, 4)
    editor.nvim.input(f"cw{new}")
    editor.wait(lambda: drawn(editor) == [new] * 3 + ["<Tab>: go to the edit in line 3"])


@pytest.mark.shows("Neovim", "next edit")
@pytest.mark.parametrize("mode", ["", "<Esc>"], ids=["insert", "normal"])
def test_a_rename_by_typing_is_gone_through_by_tab(editor: Editor, mode: str) -> None:
    type_over(editor, "squared")
    editor.nvim.input(mode)
    for taken, line in ((2, 3), (3, 5), (4, 7)):
        editor.wait(
            lambda line=line: drawn(editor)[-1:] == [f"<Tab>: go to the edit in line {line}"]
        )
        editor.nvim.input("<Tab>")
        editor.wait(lambda: drawn(editor)[-1:] == ["<Tab>: take the edit"])
        assert editor.lines() == renamed(taken - 1)
        editor.nvim.input("<Tab>")
        editor.wait(lambda taken=taken: editor.lines() == renamed(taken))
    editor.wait(lambda: drawn(editor) == [])
    editor.nvim.input("<Esc>" if not mode else "")
    for left in (3, 2, 1):
        editor.nvim.command("undo")
        assert editor.lines() == renamed(left)


def test_a_changed_signature_is_followed_into_another_file(editor: Editor) -> None:
    calls = editor.folder / "calls.py"
    calls.write_text("from sizes import area\n\nprint(area(2))\n")
    editor.edit("def area(side):\n    return side * side\n", "sizes.py")
    editor.nvim.current.window.cursor = (1, 13)
    editor.nvim.input("i, scale<Esc>")
    editor.wait(lambda: drawn(editor) == ["<Tab>: go to the edit in calls.py, line 3"])
    editor.nvim.input("<Tab>")
    editor.wait(lambda: drawn(editor) == [", scale", "<Tab>: take the edit"])
    assert editor.lines()[2] == "print(area(2))"
    editor.nvim.input("<Tab>")
    editor.wait(lambda: editor.lines()[2] == "print(area(2, scale))")
    editor.nvim.command("undo")
    assert editor.lines()[2] == "print(area(2))"
    assert calls.read_text() == "from sizes import area\n\nprint(area(2))\n"


def test_all_edits_of_a_rename_are_taken_at_once(editor: Editor) -> None:
    type_over(editor, "squared")
    editor.nvim.command("Fimble takeAllNextEdits")
    editor.wait(lambda: editor.lines() == renamed(4))
    editor.nvim.input("<Esc>")
    editor.nvim.command("undo")
    assert editor.lines() == renamed(1)


def test_tab_pressed_in_a_row_takes_next_edits_and_indents_nothing(editor: Editor) -> None:
    type_over(editor, "product")
    editor.nvim.input("<Tab>" * 6)
    editor.wait(lambda: editor.lines() == renamed(4, "product"))


def test_escape_ends_next_edits_and_tab_indents_where_lines_begin(editor: Editor) -> None:
    type_over(editor, "squared")
    editor.nvim.input("<Esc>3G0i")
    editor.wait(lambda: drawn(editor)[-1:] == [":Fimble nextEdit: take the edit"])
    editor.nvim.input("<Tab>")
    editor.wait(lambda: editor.lines()[2] == "        print(doubled)")
    editor.nvim.input("<Esc>u0i")
    editor.wait(lambda: drawn(editor)[:3] == ["squared"] * 3)
    editor.nvim.command("Fimble nextEdit")
    editor.wait(lambda: editor.lines() == renamed(2))
    editor.wait(lambda: drawn(editor)[:2] == ["squared"] * 2)
    editor.nvim.input("<Esc><Esc>")
    editor.wait(lambda: drawn(editor) == [])
    editor.nvim.input("Go#")
    time.sleep(1)
    assert drawn(editor) == []
    assert editor.nvim.funcs.mode() == "i"


WATCH = """
local set = vim.api.nvim_buf_set_lines
_G.drafts = {}
vim.api.nvim_buf_set_lines = function(buffer, first, last, strict, lines)
  if vim.bo[buffer].buftype == 'nofile' then table.insert(_G.drafts, table.concat(lines, '\\n')) end
  return set(buffer, first, last, strict, lines)
end
"""


@pytest.mark.shows("Neovim", "command")
def test_what_is_written_is_shown_as_a_draft_then_inserted(editor: Editor) -> None:
    editor.edit("import math\n\n")
    editor.nvim.exec_lua(WATCH)
    editor.nvim.command("normal G")
    editor.nvim.command("Fimble generate a function of the first primes")
    editor.wait(lambda: "    return [2, 3, 5]" in editor.lines())
    code = "def primes():\n    return [2, 3, 5]\n"
    assert code in editor.nvim.exec_lua("return _G.drafts")
    editor.wait(lambda: len(editor.nvim.windows) == 1)


@pytest.mark.shows("Neovim", "restart")
def test_a_killed_server_is_started_again_by_a_command(editor: Editor) -> None:
    editor.edit("import math\n")
    (server,) = editor.servers()
    server.kill()
    editor.wait(lambda: editor.status() == "stopped")
    editor.nvim.command("Fimble restart")
    editor.wait(lambda: editor.status() == "idle")
    editor.nvim.input("Goarea = ")
    editor.wait(lambda: editor.ghost() == "width * height")


def test_a_killed_editor_leaves_no_server_behind(editor: Editor) -> None:
    editor.edit("import math\n")
    (server,) = editor.servers()
    os.kill(editor.nvim.funcs.getpid(), signal.SIGKILL)
    assert psutil.wait_procs([server], timeout=10)[0] == [server]


def test_the_workspace_puts_no_modules_in_the_way_of_the_server(
    editor: Editor, tmp_path: Path
) -> None:
    """Whatever command is configured: `python -m` takes its modules from where it runs."""
    canary = tmp_path / "canary"
    (tmp_path / "types.py").write_text(f"open({str(canary)!r}, 'w').close()\n")
    editor.setup(cmd=[sys.executable, "-m", "fimble", "serve", "--stdio"])
    (tmp_path / "a.py").write_text("import math\n")
    editor.nvim.command("edit! a.py")
    editor.nvim.command("set filetype=python")
    editor.wait(lambda: editor.status() != "stopped")
    assert not canary.exists()

"""Code of an answer that runs at once, to show how what it declares is used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fimble.core.insertion.declared import inner, text_of
from fimble.core.insertion.pieces import Piece
from fimble.core.insertion.remains import plain
from fimble.core.text.syntax import Node

_ASKED = re.compile(
    r"\b(?:calls?|prints?|logs?|runs?|main|scripts?|programs?|examples?|usages?|uses?|demo\w*|"
    r"tests?|execut\w*|"
    r"shows?|outputs?|starts?|invoke\w*|entry|listen\w*|fetch\w*|display\w*|command line|cli)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^(?:an? |the )?(?:examples?|usage|sample|demo|test(?:ing)?|try)\b|\busage\b"
)
_SHOWN = re.compile(
    r"^(?:await )?(?:print|pprint|console\.\w+|echo|puts|pp?|printf|print_r|var_dump|assert\w*|"
    r"(?:std::)?cout|System\.out\.\w+|Console\.Write\w*|println!|fmt\.Print\w*|alert)\b"
)
_GUARD = re.compile(r"^if \(?__name__ ?== ?|^if __FILE__ ?== ?\$|^if \(?require\.main ?===")
_SET = re.compile(
    r"^(?:(?:const|let|var|auto) )?\$?([\w$]+)(?:: ?[^=]+)? ?=(?!=|>) ?(.*)", re.DOTALL
)
_CALL = re.compile(
    r"^(?:await |new |return )?\$?([A-Za-z_$][\w$]*)(?:[.!]?(?:new)?\s*[(<]|\s+[\"'\w]|$|\.|->|::)"
)
_RUNS = frozenset({"function_definition", "function_declaration", "function_item"})
_BLOCKS = re.compile(r"^(?:for|while|if|with|try|try:|foreach)\b")
_BEGINS = re.compile(
    r"^(?:await )?(?:main|(?:init|setup|start|run|register|mount|render|bootstrap)\w*)\(\)$"
)
"""How a script of its own begins."""
_STATIC = frozenset({"go", "rust", "c", "cpp"})


def without(
    language_id: str, pieces: Sequence[Piece], instruction: str, *, is_main: bool
) -> list[Piece]:
    """The pieces without example usage, if there is something that they would show.

    Args:
        language_id: Of the code.
        pieces: The top of the answer.
        instruction: What is asked for: one that asks for calls or output gets them.
        is_main: Whether the file can do with a main function.
    """
    names = {name.partition("(")[0] for p in pieces for k, name in p.keys if k in _callable(p)}
    code = [p for p in pieces if not p.is_comment]
    shown = [p for p in code if p.keys and not _is_main(p)]
    if not names or _ASKED.search(instruction) or not shown:
        return list(pieces)
    if language_id in _STATIC:
        return [p for p in pieces if is_main or not _is_main(p)]
    return _trimmed(pieces, names, is_main=is_main)


def _callable(piece: Piece) -> tuple[str, ...]:
    """Kinds of a piece's names that can be called; a variable only if it is a function."""
    made = re.search(r"=>|= ?(?:async )?function\b|= ?lambda\b", piece.same)
    return ("function", "type", "value") if made else ("function", "type")


def _is_main(piece: Piece) -> bool:
    main = any(k == "function" and n.partition("(")[0] == "main" for k, n in piece.keys)
    return main and inner(piece.node).type in _RUNS


def _trimmed(pieces: Sequence[Piece], names: set[str], *, is_main: bool) -> list[Piece]:
    """Without what only shows; what something else uses stays, and what nothing uses."""
    shown: dict[str, Piece] = {}
    kept: list[Piece] = []
    cut: list[Piece] = []
    sure: set[str] = set()
    example = False
    for piece in pieces:
        match = _SET.match(piece.same)
        if piece.is_comment:
            example = bool(_EXAMPLE.search(plain(piece.same)))
            (cut if example else kept).append(piece)
        elif not (is_main and _BEGINS.match(piece.same)) and _shows(
            piece, names, set(shown), example or _led(piece)
        ):
            cut.append(piece)
            shown |= {match[1]: piece} if match else {}
            sure |= {match[1]} if match and (example or _led(piece)) else set()
        else:
            kept.append(piece)
            example = example and not piece.keys
    for name, piece in shown.items():
        if _uses(kept, name):
            return list(pieces)
        if name not in sure and not _uses([p for p in cut if p is not piece], name):
            cut.remove(piece)
    return [piece for piece in pieces if not any(piece is c for c in cut)]


def _uses(pieces: Sequence[Piece], name: str) -> bool:
    text = " ".join(p.same for p in pieces if not p.is_comment)
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None


def _led(piece: Piece) -> bool:
    text = piece.parsed.text[piece.start : piece.parsed.offset(piece.node.start_byte)]
    return bool(_EXAMPLE.search(plain(text.strip().split("\n")[0])))


def _shows(piece: Piece, names: set[str], shown: set[str], example: bool) -> bool:
    """Whether a statement only shows something that the answer declares."""
    text = piece.same
    if _GUARD.match(text):
        return True
    kinds = {kind for kind, _ in piece.keys}
    if kinds & {"function", "type", "export", "assigned", "module", "impl"}:
        return False
    if _SHOWN.match(text):
        return True
    setting = _SET.match(text)
    value = setting[2] if setting else text
    used = set(re.findall(r"[A-Za-z_$][\w$]*", value.replace("$", " ")))
    if example:
        return bool(used & (names | shown)) or setting is not None
    if _BLOCKS.match(text):
        return bool(used & (names | shown)) and _prints(piece)
    called = _CALL.match(value)
    declares = names - ({setting[1]} if setting else set())
    if called is None or called[1] not in declares | shown:
        return False
    return setting is None or called[1] in shown or bool(re.match(r"[^=]*\(", value))


def _prints(piece: Piece) -> bool:
    return any(_SHOWN.match(text_of(n)) for n in _all(piece))


def _all(piece: Piece) -> list[Node]:
    found, stack = list[Node](), [piece.node]
    while stack:
        node = stack.pop()
        found.append(node)
        stack += node.named_children
    return found

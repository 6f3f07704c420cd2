"""What happens in code, strings and comments at each place that a mode's pattern finds.

A step takes the reader, the match and the number of its kind, and gives the place to go on at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.completion.opened import lexicons, modes, tags
from fimble.core.completion.opened.kinds import Open
from fimble.core.completion.opened.reader import Reader

_CLOSER = {"(": ")", "[": "]", "{": "}"}
_VALUE_BEFORE = re.compile(
    r"(?:^|[=(,:\[!&|?{};+~^%*\n-]|=>|(?<!\w)(?:return|case|typeof|in|of|and|or"
    r"|do|else|yield|await|default|when|if|unless|while|not|then))\s*\Z"
)


def skip(reader: Reader, match: re.Match[str], _: int) -> int:
    """Passes over what means nothing."""
    return match.end()


def until(reader: Reader, match: re.Match[str], _: int) -> int:
    """A region ends, whatever is open inside of it."""
    reader.pop(reader.frame.region, match.start(), match.end())
    return match.end()


def line(reader: Reader, match: re.Match[str], _: int) -> int:
    """A comment up to the line's end."""
    reader.push(Open("comment", match[0].strip(), "", reader.place(match), reader.inside))
    return match.end()


def block(reader: Reader, match: re.Match[str], number: int) -> int:
    """A comment with an end of its own."""
    begin, end = lexicons.of(reader.inside).block_comments[number]
    alone = modes.alone(begin).match(reader.text, match.start())
    end = alone.expand(end.replace("\n", "\\n")) if alone and "\\" in end else end
    reader.push(Open("comment", match[0], end, reader.place(match), reader.inside))
    return match.end()


def nested(reader: Reader, match: re.Match[str], _: int) -> int:
    """A comment inside of one."""
    reader.push(replace(reader.stack[reader.top()], offset=reader.place(match)))
    return match.end()


def soft(reader: Reader, match: re.Match[str], _: int) -> int:
    """A bracket in a string, a comment or the text of a page."""
    reader.push(Open("soft", match[0], _CLOSER[match[0]], reader.place(match), reader.inside))
    return match.end()


def soft_end(reader: Reader, match: re.Match[str], _: int) -> int:
    """Its closer; where nothing fits it means nothing."""
    for place in reader.down(len(reader.stack) - 1, reader.top()):
        if reader.stack[place].end == match[0]:
            reader.pop(place, match.start(), match.end())
            break
    return match.end()


def soft_quote(reader: Reader, match: re.Match[str], _: int) -> int:
    """A quote in a comment: it begins something or ends it; an apostrophe ends only."""
    for place in reader.down(len(reader.stack) - 1, reader.top()):
        if reader.stack[place].end == match[0]:
            reader.pop(place, match.start(), match.end())
            return match.end()
    if match[0] != "'" or not reader.text[match.start() - 1 : match.start()].isalnum():
        reader.push(Open("soft", match[0], match[0], reader.place(match), reader.inside))
    return match.end()


def quote(reader: Reader, match: re.Match[str], number: int) -> int:
    """A string; a heredoc begins below its line."""
    kind = lexicons.of(reader.inside).quotes[number]
    alone = modes.alone(kind.begin).match(reader.text, match.start())
    end = alone.expand(kind.end.replace("\n", "\\n")) if alone and "\\" in kind.end else kind.end
    opened = Open("string", match[0], end, reader.place(match), reader.inside, kind)
    if not kind.heredoc:
        reader.push(opened)
        return match.end()
    line_end = reader.text.find("\n", match.end())
    if line_end < 0:
        return match.end()
    whole, reader.text = reader.text, reader.text[:line_end]
    reader.run(match.end())
    reader.text = whole
    reader.push(opened)
    return line_end


def regex(reader: Reader, match: re.Match[str], _: int) -> int:
    """A pattern where a value is expected, a division elsewhere."""
    if _VALUE_BEFORE.search(reader.text, max(0, match.start() - 40), match.start()):
        return match.end()
    return match.start() + 1


def hole(reader: Reader, match: re.Match[str], number: int) -> int:
    """Code inside of a string, a tag or the text of a page."""
    top = reader.stack[reader.top()] if reader.top() >= 0 else None
    if top is not None and top.kind == "string" and top.quoted is not None:
        holes = top.quoted.holes
    else:
        holes = lexicons.of(reader.inside).holes
    language = tags.hole_language(reader.inside)
    reader.push(Open("hole", match[0], holes[number][1], reader.place(match), language))
    return match.end()


def open(reader: Reader, match: re.Match[str], _: int) -> int:
    """A bracket."""
    reader.push(Open("bracket", match[0], _CLOSER[match[0]], reader.place(match), reader.inside))
    return match.end()


def close(reader: Reader, match: re.Match[str], _: int) -> int:
    """A closing bracket: it closes the innermost that it fits."""
    for place in reader.down():
        one = reader.stack[place]
        if one.kind not in ("bracket", "hole"):
            break
        if reader.text.startswith(one.end, match.start()):
            reader.pop(place, match.start(), match.start() + len(one.end))
            return match.start() + len(one.end)
    if match[0] not in lexicons.of(reader.inside).closers:
        reader.strays.append(match.start())
    return match.end()


def end(reader: Reader, match: re.Match[str], _: int) -> int:
    """The end of a string or comment, or of a bracket inside of one that nests."""
    quoted, inner = reader.stack[reader.top()].quoted, reader.stack[-1]
    if quoted and quoted.nests and inner.kind == "soft" and inner.end == match[0]:
        return soft_end(reader, match, 0)
    reader.pop(reader.top(), match.start(), match.end())
    return match.end()


def newline(reader: Reader, match: re.Match[str], _: int) -> int:
    """The line's end, where something cannot go on over it."""
    if reader.stack[reader.top()].kind == "comment":
        reader.pop(reader.top(), match.start(), match.end())
        return match.end()
    limit = reader.frame.limit
    place = reader.top() if limit < 0 else limit
    if reader.stack[place].kind == "string":
        reader.strays.append(match.start())
    reader.cut(place)
    return match.start()

"""Scripts and styles inside pages: for the page's grammar they are plain text.

In one of them its own language is what is parsed. Offsets stay those of the document.
"""

from __future__ import annotations

from fimble.core.text import languages, syntax
from fimble.core.text.syntax import SyntaxTree

_HOSTS = frozenset({"html", "svelte", "vue"})
_ELEMENTS = ("script_element", "style_element")


def at(language_id: str, text: str, offset: int) -> SyntaxTree | None:
    """The tree of what a place stands in: a script, a style, or the whole document.

    None as for `syntax.parse`, and in a script of a language that is not known.
    """
    host = syntax.parse(language_id, text)
    if host is None or language_id not in _HOSTS:
        return host
    for element in host.of_types(_ELEMENTS):
        tags = [child for child in element.children if child.type in ("start_tag", "end_tag")]
        if len(tags) == 2:
            start, end = host.offset(tags[0].end_byte), host.offset(tags[1].start_byte)
            if start <= offset <= end:
                return syntax.parse(languages.of_element(host.source(tags[0])), text, (start, end))
    return host

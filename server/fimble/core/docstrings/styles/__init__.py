"""Styles of documentation, one per file, and which language has which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fimble.core.docstrings.skeleton import Style
from fimble.core.docstrings.styles.doxygen import DOXYGEN
from fimble.core.docstrings.styles.godoc import GODOC
from fimble.core.docstrings.styles.google import GOOGLE
from fimble.core.docstrings.styles.javadoc import JAVADOC
from fimble.core.docstrings.styles.jsdoc import JSDOC, TSDOC
from fimble.core.docstrings.styles.numpy import NUMPY
from fimble.core.docstrings.styles.phpdoc import PHPDOC
from fimble.core.docstrings.styles.plain import PLAIN
from fimble.core.docstrings.styles.rustdoc import RUSTDOC
from fimble.core.docstrings.styles.sphinx import SPHINX
from fimble.core.docstrings.styles.xmldoc import XMLDOC
from fimble.core.docstrings.styles.yard import YARD

__all__ = ["AUTO", "NAMES", "STYLES"]

AUTO = "auto"

STYLES: Mapping[str, tuple[Style, ...]] = MappingProxyType(
    {
        "python": (GOOGLE, NUMPY, SPHINX, PLAIN),
        "javascript": (JSDOC, TSDOC),
        "javascriptreact": (JSDOC, TSDOC),
        "typescript": (TSDOC, JSDOC),
        "typescriptreact": (TSDOC, JSDOC),
        "java": (JAVADOC,),
        "go": (GODOC,),
        "rust": (RUSTDOC,),
        "csharp": (XMLDOC,),
        "c": (DOXYGEN,),
        "cpp": (DOXYGEN,),
        "php": (PHPDOC,),
        "ruby": (YARD,),
    }
)
"""By language identifier; the first is taken where nothing shows another."""

NAMES = tuple(dict.fromkeys(style.name for group in STYLES.values() for style in group))

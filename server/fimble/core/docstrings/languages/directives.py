"""Comments that tell tools something and readers nothing: they document no code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_MARK = re.compile(r"\s*(?:/\*[*!]?|//[/!]?|#+!?|\*)[ \t]*")
_EVERYWHERE = (
    r"eslint(?:-|\s)|@ts-|@(?:no)?flow|tslint:|jshint\b|jslint\b|globals?\s|exported\s"
    r"|prettier-ignore|biome-ignore|deno-|dprint-ignore|oxlint-|stylelint-|rome-ignore"
    r"|(?:istanbul|c8|v8|node:coverage)\s|@__PURE__|@vite-|webpack[A-Z]|sourceMappingURL"
    r"|@?noinspection\b|nosonar\b|@formatter:|(?:SUPPRESS )?CHECKSTYLE\b|\$NON-NLS|@checkstyle"
    r"|NOLINT|clang-(?:format|tidy)\b|cppcheck-|coverity\[|IWYU pragma|(?:LCOV|GCOVR|GCOV)_EXCL"
    r"|codeql\[|(?:no)?semgrep\b|lgtm\[|snyk:|spell-?checker:|cspell:|ReSharper\s|dotcover\s"
    r"|@?phpcs:|@?phpstan-ignore|@psalm-suppress|@codeCoverageIgnore|@codingStandards"
    r"|@infection-ignore|#?(?:end)?region\b|<reference\s"
)
_OWN: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "go": re.compile(
            r"//(?:line |extern |export |[a-z0-9]+:[a-z0-9]|nolint\b|#nosec)"
            r"|//\s*(?:\+build\b|nolint\b|#nosec|lint:|revive:)"
        ),
        "ruby": re.compile(
            r"#+\s*(?::?(?:rubocop|reek|standard|steep|typed|frozen[_-]string[_-]literal"
            r"|encoding|coding|warn_indent|warn_past_scope|shareable_constant_value|simplecov"
            r"|brakeman)\s*:|steep:ignore|:nocov:|:nodoc:|:stopdoc:|:startdoc:|-\*-|sorbet:|@dynamic\b|!)"
        ),
        "rust": re.compile(r"///?/?\s*(?:rustfmt|clippy)[:-]"),
        "python": re.compile(
            r"#\s*(?:type:|noqa\b|pylint:|pragma:|fmt:|mypy:|ruff:|pyright:|isort:|yapf:)"
        ),
    }
)
_ANYWHERE = re.compile(_EVERYWHERE, re.IGNORECASE)


def is_directive(language_id: str, comment: str) -> bool:
    """Whether a comment, given with its mark, is written for a tool."""
    own = _OWN.get(language_id)
    if own is not None and own.match(comment.lstrip()):
        return True
    mark = _MARK.match(comment)
    said = comment[mark.end() :].lstrip(" \t\r\n*") if mark is not None else comment
    return _ANYWHERE.match(said) is not None

"""Code that is plainly dangerous is not offered for one keystroke's acceptance."""

from __future__ import annotations

import re

from fimble.core.completion.filters.base import Candidate, Withheld

_SQL = r"(?:SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\b.+\bSET|DELETE\s+FROM)\b"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"shell\s*=\s*True",
        r"\bos\.system\([^)]*(?:\+|\bf[\"']|%|format)",
        rf"f[\"'][^\"']*{_SQL}[^\"']*\{{",
        rf"[\"'][^\"']*{_SQL}[^\"']*[\"']\s*(?:\+|%\s*[\w(])",
        rf"`[^`]*{_SQL}[^`]*\$\{{",
        r"verify\s*=\s*False|check_hostname\s*=\s*False|_create_unverified_context|CERT_NONE",
        r"rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|InsecureSkipVerify\s*:\s*true",
        r"CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0|false)|\bcurl\b.*\s(?:-k|--insecure)\b",
        r"\b(?:eval|exec)\(\s*(?:request|input|req)\b|\bpickle\.loads?\(\s*(?:request|req)\b",
        r"\brm\s+-rf?\s+[/~](?:\s|$)|\bchmod\s+(?:-R\s+)?777\b",
        r"\byaml\.load\((?!.*(?:Safe|CSafe)Loader)",
    )
)
_SAFE_SHELL = re.compile(r"shell\s*=\s*True", re.IGNORECASE)
_JOINED = re.compile(r"\bf[\"']|[\"']\s*\+|\+\s*[\"'\w]|\.format\(|%\s*[\w(]")


def dangerous(candidate: Candidate) -> Candidate | Withheld:
    """Withholds joined shell commands and SQL, switched-off TLS checks and the like.

    Only what the suggestion itself completes counts, not what stood there before.
    """
    for line in (candidate.context.line_prefix + candidate.text).split("\n"):
        for pattern in _PATTERNS:
            match = pattern.search(line)
            if match is None or pattern.search(candidate.context.line_prefix):
                continue
            if _SAFE_SHELL.search(match[0]) and not _JOINED.search(line):
                continue
            return Withheld("dangerous")
    return candidate

"""Keys that their makers made to be recognised: a mark, and what stands around it.

The formats are those that the scanners gitleaks and detect-secrets know. A pattern is only tried
where its mark is in the text, and every repetition has an end: the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMATS: tuple[tuple[str, str], ...] = (
    ("AKIA", r"\bAKIA[0-9A-Z]{16}\b"),
    ("ASIA", r"\bASIA[0-9A-Z]{16}\b"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"),
    ("PuTTY-User-Key-File", r"PuTTY-User-Key-File-\d"),
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{20,80}"),
    ("gh", r"\bgh[oprsu]_[A-Za-z0-9]{30,255}"),
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}"),
    ("gl", r"\bgl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)-[A-Za-z0-9_-]{20,255}"),
    ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,255}"),
    ("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,100}"),
    ("_live_", r"\b[prs]k_live_[A-Za-z0-9]{10,255}"),
    ("_test_", r"\b[rs]k_test_[A-Za-z0-9]{10,255}"),
    ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{24,255}"),
    ("AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("GOCSPX-", r"\bGOCSPX-[A-Za-z0-9_-]{20,40}"),
    ("ya29.", r"\bya29\.[A-Za-z0-9_-]{20,255}"),
    ("sk-", r"\bsk-(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{20,255}"),
    ("gsk_", r"\bgsk_[A-Za-z0-9]{30,255}"),
    ("xai-", r"\bxai-[A-Za-z0-9]{30,255}"),
    ("pplx-", r"\bpplx-[A-Za-z0-9]{30,255}"),
    ("hf_", r"\bhf_[A-Za-z0-9]{30,255}"),
    ("r8_", r"\br8_[A-Za-z0-9]{30,255}"),
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("pypi-", r"\bpypi-AgE[A-Za-z0-9_-]{20,255}"),
    ("rubygems_", r"\brubygems_[a-f0-9]{40,64}"),
    ("dckr_", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,255}"),
    ("eyJ", r"\beyJ[A-Za-z0-9_-]{15,2000}\.[A-Za-z0-9_-]{10,255}"),
    ("SG.", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
    ("key-", r"\bkey-[0-9a-f]{32}\b"),
    ("-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    ("SK", r"\bSK[0-9a-f]{32}\b"),
    ("_v1_", r"\bdo[opr]_v1_[a-f0-9]{40,64}"),
    ("shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("sq0", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,50}"),
    ("lin_api_", r"\blin_api_[A-Za-z0-9]{30,50}"),
    ("ntn_", r"\bntn_[A-Za-z0-9]{40,60}"),
    ("PMAK-", r"\bPMAK-[a-f0-9-]{30,70}"),
    ("NRAK-", r"\bNRAK-[A-Z0-9]{20,40}"),
    ("dapi", r"\bdapi[0-9a-f]{32}"),
    ("ATATT3", r"\bATATT3[A-Za-z0-9_=-]{50,255}"),
    ("hv", r"\bhv[bsr]\.[A-Za-z0-9_-]{20,255}"),
    (".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,80}"),
    ("sntry", r"\bsntry[su]_[A-Za-z0-9_=+/-]{30,255}"),
    ("gl", r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{30,255}"),
    ("figd_", r"\bfigd_[A-Za-z0-9_-]{30,60}"),
    ("sbp_", r"\bsbp_[a-f0-9]{40}"),
    ("pscale_", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,70}"),
    ("pul-", r"\bpul-[a-f0-9]{40}"),
    ("tskey-", r"\btskey-[a-z]{3,10}-[A-Za-z0-9-]{15,80}"),
    ("lsv2_", r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    ("dp.", r"\bdp\.(?:pt|st|ct|scim|audit)\.[A-Za-z0-9.]{30,60}"),
    (":AA", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    (".", r"\b[MNO][A-Za-z\d]{23,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,38}\b"),
    ("sig=", r"[?&]sig=[A-Za-z0-9%+/]{40,100}"),
    ("Key=", r"\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,100}={0,2}"),
    ("://", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"<>{}$%]{0,64}:(?P<word>[^\s/:@'\"<>{}$*]{3,128})@"),
    ("earer ", r"\b[Bb]earer (?=[^\s'\"]{0,40}\d)[A-Za-z0-9+/_.~-]{20,255}"),
    ("Basic ", r"\bBasic (?=[^\s'\"]{0,40}\d)[A-Za-z0-9+/]{16,255}={0,2}"),
)  # fmt: skip
_COMPILED = tuple((mark, re.compile(pattern)) for mark, pattern in _FORMATS)


def keys(text: str) -> Iterator[tuple[str, str]]:
    """Keys in a text, each with the word in it that has to be no placeholder, "" for the whole."""
    for mark, pattern in _COMPILED:
        if mark in text:
            for match in pattern.finditer(text):
                yield match[0], (match.groupdict().get("word") or "")

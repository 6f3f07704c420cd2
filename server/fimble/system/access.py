"""Who may connect: programs of this machine, and of those the ones that have the token."""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets

from fimble.errors import UsageError

LONGEST = 1024
_SHORTEST = 16


def loopback(host: str, hint: str) -> str:
    """`host` as a loopback address, spelled as the system spells it.

    Raises:
        UsageError: Other machines reach it; `hint` says what to do.
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        if address.is_loopback and "%" not in host:
            return str(address)
    except ValueError:
        pass
    raise UsageError(f"{host} is not an address of this machine alone.", hint)


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def chosen_token(variable: str) -> str | None:
    """The token in an environment variable, None if there is none.

    Raises:
        UsageError: It is too weak.
    """
    text = os.environ.get(variable)
    return strong(text, f"${variable}", "Choose a longer one.") if text else None


def strong(text: str, place: str, hint: str) -> str:
    """`text`, which is a token that stands in `place`.

    Raises:
        UsageError: It is none, or one that can be guessed; `hint` says what to do.
    """
    if _SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isprintable():
        return text
    wanted = f"{_SHORTEST} to {LONGEST} printable characters"
    raise UsageError(f"What {place} holds is no token: it takes {wanted}.", hint)


def admits(token: str, given: str) -> bool:
    """Whether what a client sends is the token; takes as long whatever it is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())

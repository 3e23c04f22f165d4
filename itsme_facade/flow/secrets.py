"""What a login is known by: an id for logs, and two secrets of 256 bits that are kept as digests."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_LOGIN_ID = re.compile(rf"[0-7][{_ALPHABET}]{{25}}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SECRET_BYTES = 32
_CODE_LENGTH = 8
_MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0", "u": "v", "-": None, " ": None})


def new_login_id(milliseconds: int | None = None) -> str:
    """A new id: the time in milliseconds and 80 random bits, 26 characters that sort by time. No secret.

    >>> new_login_id(0)[:10], len(new_login_id())
    ('0000000000', 26)
    """
    now = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    number = (now & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_login_id(text: object) -> bool:
    """Whether this has the form of a login's id."""
    return isinstance(text, str) and _LOGIN_ID.fullmatch(text) is not None


def new_secret() -> str:
    """A new secret of 256 bits, as 43 characters of base64url."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_state(login_id: str) -> str:
    """A new state: the login's id, a dot and a secret. It travels through CM and comes back by the browser."""
    return f"{login_id}.{new_secret()}"


def login_id_of(state: str) -> str | None:
    """Which login a state claims to belong to; None if it has not the form of one."""
    login_id, dot, secret = state.partition(".")
    return login_id if dot and is_login_id(login_id) and _SECRET.fullmatch(secret) else None


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_right(given: str, kept: bytes) -> bool:
    """Whether this is the secret that a digest was made of; takes the same time whichever byte differs."""
    return bool(kept) and hmac.compare_digest(digest(given), kept)


def new_code() -> str:
    """A new code for a person to type: 8 characters, 40 bits, none of which looks like another."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)).upper()


def code_digest(login_id: str, code: str) -> bytes:
    """What is kept of a code. Capitals, spaces and dashes do not matter, nor letters that look like others.

    >>> code_digest("x", "ab0l-1234") == code_digest("x", " ABO1 1234")
    True
    """
    return digest(f"{login_id}\n{code.lower().translate(_MISREAD)}")

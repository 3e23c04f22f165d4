"""Whether CM's login address shows the state that only the returning browser should bring: looked for at every start.

Everybody who sees authenticationUrl (a mail, a chat, a browser's history) would know one of the two halves then.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DEEPEST = 3
_MOST_TEXTS = 200
_MOST_INFLATED = 20_000
# A shorter text cannot hold the secret's 256 bits. Most addresses have none so long, and cost next to nothing.
_BASE64 = re.compile(r"[A-Za-z0-9_+/-]{43,}", re.ASCII)
_MOST_SLASHES = 8
_HEX = re.compile(r"[0-9A-Fa-f]{64,}", re.ASCII)
_BASE32 = re.compile(r"[A-Za-z2-7]{52,}", re.ASCII)


def shows_state(address: str, state: str) -> bool:
    """Whether the state, or its secret part alone, is in an address in any usual encoding.

    Looked for as it is, backwards, in any case, percent-encoded however often, in hexadecimal, base32 and base64 at
    any place in a longer text, compressed, and in layers of these.

    >>> shows_state("https://login.example/?to=https%3A%2F%2Fshop.example%3Fstate%3Dx.abc", "x.abc")
    True
    """
    secret = state.rpartition(".")[2].lower()
    needles = [secret, secret[::-1]]
    raw = _raw(secret_text=state.rpartition(".")[2])
    seen: set[str] = set()
    layer = [address]
    for _ in range(_DEEPEST + 1):
        following: list[str] = []
        for text in layer:
            if text in seen or len(seen) > _MOST_TEXTS:
                continue
            seen.add(text)
            lowered = text.lower()
            if any(needle in lowered for needle in needles) or (raw and raw in text):
                return True
            following += _unfolded(text)
        layer = following
    return False


def _unfolded(text: str) -> Iterator[str]:
    """What a text may be the encoding of, byte for byte as characters."""
    plain = text
    for _ in range(_DEEPEST):
        unquoted = unquote(plain, "latin-1")
        if unquoted == plain:
            break
        plain = unquoted
        yield plain
    for found in _HEX.findall(text):
        for start in (0, 1):
            piece = found[start:]
            yield bytes.fromhex(piece[: len(piece) // 2 * 2]).decode("latin-1")
    for found in _BASE32.findall(text):
        yield from _decoded(base64.b32decode, found.upper(), 8)
    for found in [part for piece in _BASE64.findall(text) for part in _parts(piece)]:
        for way in (found, found[::-1]):
            yield from _decoded(base64.urlsafe_b64decode, way, 4)  # knows both alphabets


def _parts(piece: str) -> Iterator[str]:
    """A slash may be a letter of base64, or one of the path around it."""
    yield piece
    slashes = [place for place, letter in enumerate(piece) if letter == "/"][:_MOST_SLASHES]
    for place in slashes:
        yield piece[place + 1 :]
    if slashes:
        yield piece[: slashes[0]]
        yield piece[: piece.rindex("/")]


def _decoded(decode: Callable[[str], bytes], text: str, unit: int) -> Iterator[str]:
    for start in range(unit):
        piece = text[start:]
        whole = piece[: len(piece) // unit * unit]
        rest = piece + "=" * (-len(piece) % unit)
        for candidate in (rest, whole):
            try:
                content = decode(candidate)
            except (ValueError, binascii.Error):
                continue
            yield content.decode("latin-1")
            if inflated := _inflated(content):
                yield inflated.decode("latin-1")
            break


def _inflated(content: bytes) -> bytes:
    for window in (-15, 47):  # raw, as SAML has it; zlib and gzip
        try:
            return zlib.decompressobj(window).decompress(content, _MOST_INFLATED)
        except zlib.error:
            continue
    return b""


def _raw(secret_text: str) -> str:
    try:
        return base64.urlsafe_b64decode(secret_text + "=" * (-len(secret_text) % 4)).decode("latin-1")
    except (ValueError, binascii.Error):
        return ""

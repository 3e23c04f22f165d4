"""Looks for what nobody may find: the secrets of logins and the data of people, in every spelling, in any file."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_ZEROS = re.compile(rb"\0{64,}")


def spellings(text: str) -> Iterator[bytes]:
    """How a text may stand in a file.

    >>> b"4c75636173" in spellings("Lucas")
    True
    """
    plain = text.encode()
    yield from (plain, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("latin-1", "replace"))
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield quote(text, safe="").encode()
    yield quote_plus(text).encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("unicode_escape")
    yield from _in_base64(plain)
    yield from _in_base64(json.dumps(text)[1:-1].encode())


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """What stays of it in base64, wherever in the encoded text it begins."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        # The first and the last characters also hold bits of what is around it.
        inner = encoded[(0, 2, 3)[before] :].rstrip(b"=")
        inner = inner if (before + len(plain)) % 3 == 0 else inner[:-1]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def find(texts: Iterable[str], files: Iterable[Path]) -> list[tuple[str, str]]:
    """Which of the texts stand in which of the files, in whatever spelling."""
    wanted = [(text, spelling) for text in dict.fromkeys(texts) for spelling in dict.fromkeys(spellings(text))]
    assert all(len(spelling) >= 6 for _, spelling in wanted), "so short that chance would find it"
    found: list[tuple[str, str]] = []
    for file in files:
        content = _ZEROS.sub(b"\0", file.read_bytes())  # databases make their files longer than they need
        found += [(text, f"{file} as {spelling!r}") for text, spelling in wanted if spelling in content]
    return found


def files_in(*folders: Path, since: float = 0.0) -> list[Path]:
    """Every file in some folders that has been written to since a time, in seconds since 1970."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    return [path for path in paths if path.is_file() and path.stat().st_mtime >= since]

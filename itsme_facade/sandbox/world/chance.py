"""Random letters for tokens, from a source that can be seeded, and lasting ones for userIds."""

from __future__ import annotations

import hashlib
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# 62 letters and digits for 256 bytes: some come up 5 times in 256, others 4. A token of 64 still holds over
# 370 bits, and one table look-up is many times faster than 64 draws.
_LETTERS = (string.ascii_letters + string.digits).encode()
_TABLE = bytes(_LETTERS[byte % len(_LETTERS)] for byte in range(256))


def letters(random: Random, length: int) -> str:
    """Draw `length` random letters and digits (A-Z, a-z, 0-9)."""
    return random.randbytes(length).translate(_TABLE).decode()


def lasting_letters(length: int, *parts: str) -> str:
    """Derive up to 64 letters and digits from `parts`: the same ones for the same parts, in every process."""
    digest = hashlib.blake2b(digest_size=length)
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    return digest.digest().translate(_TABLE).decode()


# Without 0, O, 1 and I, which people take for one another.
_READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def readable(random: Random, length: int) -> str:
    """Draw capitals and digits for a person to copy from a screen."""
    return "".join(random.choices(_READABLE, k=length))


def digits(random: Random, length: int) -> str:
    """Draw `length` random digits, the first one maybe 0."""
    return "".join(random.choices(string.digits, k=length))


def lasting_digits(length: int, *parts: str) -> str:
    """Derive up to 16 digits from `parts`: the same ones for the same parts, in every process."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, "big")).rjust(16, "0")[-length:]

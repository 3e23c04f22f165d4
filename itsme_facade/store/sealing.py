"""Seals what is kept: text that only the keys of this application open, and only in its own place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem, SealBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

_MISSING = "Sealing needs more packages: pip install 'itsme-facade[store]'"


class Seal:
    """Seals and opens bytes with the first of some keys, and opens with every one of them.

    To rotate: put a new key in front, and take the oldest away once everything that it sealed has expired.

    Args:
        keys: Fernet keys, newest first: one or several, as a list, or as text separated by commas or spaces
            (ITSME_KEYS). `itsme keys new` makes one. Secrets.

    Raises:
        InvalidArguments: no key, or one that is no Fernet key.
        MissingExtra: `cryptography` is not installed.
    """

    def __init__(self, keys: str | Iterable[str]) -> None:
        try:
            from cryptography.fernet import Fernet, MultiFernet
        except ModuleNotFoundError:
            raise MissingExtra(_MISSING) from None
        listed = keys.replace(",", " ").split() if isinstance(keys, str) else list(keys)
        if not listed:
            raise InvalidArguments((Problem("keys", "there is none; `itsme keys new` makes one"),))
        fernets: list[Fernet] = []
        problems: list[Problem] = []
        for place, key in enumerate(listed, start=1):
            try:
                fernets.append(Fernet(key))
            except (ValueError, TypeError):
                problems.append(Problem("keys", f"key {place} of {len(listed)} is no Fernet key (32 bytes, base64url)"))
        if problems:
            raise InvalidArguments(tuple(problems))
        self._fernet: Any = MultiFernet(fernets)

    def seal(self, content: bytes, *, login_id: str, purpose: str) -> bytes:
        """Seals content for one place: this login's, and this purpose's."""
        sealed: bytes = self._fernet.encrypt(_label(login_id, purpose) + content)
        return sealed

    def open(self, sealed: bytes, *, login_id: str, purpose: str) -> bytes:
        """Opens what was sealed for this place.

        Raises:
            SealBroken: none of the keys opens it, it was changed, or it belongs to another place.
        """
        from cryptography.fernet import InvalidToken

        try:
            content: bytes = self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealBroken(f"What is kept of login {login_id} ({purpose}) opens with none of the keys.") from None
        label = _label(login_id, purpose)
        if not content.startswith(label):
            raise SealBroken(f"What is kept of login {login_id} ({purpose}) was sealed for another place.")
        return content[len(label) :]

    def __repr__(self) -> str:
        return "Seal()"


def new_key() -> str:
    """A new key to seal with: 32 random bytes in base64url.

    Raises:
        MissingExtra: `cryptography` is not installed.
    """
    try:
        from cryptography.fernet import Fernet
    except ModuleNotFoundError:
        raise MissingExtra(_MISSING) from None
    return Fernet.generate_key().decode("ascii")


def _label(login_id: str, purpose: str) -> bytes:
    return f"{login_id}\n{purpose}\n".encode()

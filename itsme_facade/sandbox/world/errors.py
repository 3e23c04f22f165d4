"""What the sandbox answers when it is asked for something that cannot be. Nothing here is part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from .messages import MessageId


class SandboxError(Exception):
    """The sandbox was asked for something that cannot be; the message says what to do instead."""


class BadCatalogue(SandboxError):
    """A file of people cannot be used; the message names every fault in it."""


class UnknownPerson(SandboxError):
    """No person has this id or phone number."""


class UnknownPhone(SandboxError):
    """No phone has this id."""


class UnknownTransaction(SandboxError):
    """No transaction has this id: it never did, or its retention is over."""


class UnknownSession(SandboxError):
    """No enrolment or visit to a bank has this id: it never did, or its retention is over."""


class UnknownBank(SandboxError):
    """There is no such bank, or no such bank card."""


class NotAsked(SandboxError):
    """There is no open transaction that this phone could answer."""


class AlreadyOver(SandboxError):
    """The transaction has ended; it cannot end again."""


class OtherBrowser(SandboxError):
    """The login page belongs to the first browser that opened it, and this is another one.

    `locale` is the language to tell it in, if the request named one.
    """

    def __init__(self, locale: str | None) -> None:
        super().__init__("the login page belongs to the browser that opened it first")
        self.locale = locale


class Refused(SandboxError):
    """Somebody in the world tried what does not work there; the message tells that person what to do.

    Args:
        message_id: Which message, a key of `messages.MESSAGES`.
        values: What stands in its places.

    Attributes:
        message_id: The same.
        values: The same: never a secret.
    """

    def __init__(self, message_id: MessageId, **values: object) -> None:
        super().__init__(MESSAGES[message_id].format(**values))
        self.message_id: Final = message_id
        self.values: Final = values

    def __reduce__(self) -> tuple[Callable[..., Refused], tuple[object, ...]]:
        return _refused, (self.message_id, self.values)

    def text(self, gettext: Callable[[str], str]) -> str:
        """The message in another language: `error.text(translations("fr").gettext)`."""
        return gettext(MESSAGES[self.message_id]).format(**self.values)


def _refused(message_id: MessageId, values: dict[str, object]) -> Refused:
    return Refused(message_id, **values)


class CannotStart(SandboxError):
    """The sandbox could not start to listen; the message says why."""

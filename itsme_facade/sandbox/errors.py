"""What the sandbox answers when it is asked for something that cannot be. Nothing here is part of the API."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox was asked for something that cannot be; the message says what to do instead."""


class BadCatalogue(SandboxError):
    """A file of people cannot be used; the message names every fault in it."""


class UnknownPerson(SandboxError):
    """No person has this id or phone number."""


class UnknownTransaction(SandboxError):
    """No transaction has this id: it never did, or its retention is over."""


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


class CannotStart(SandboxError):
    """The sandbox could not start to listen; the message says why."""

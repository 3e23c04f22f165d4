"""What `Itsme` and `AsyncItsme` share: everything but the waiting."""

from __future__ import annotations

import math
import time
from random import Random
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, NoReturn

from itsme_facade import arguments
from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.memory import Memory
from itsme_facade.settings import Settings, Timeouts, timeouts
from itsme_facade.started import Started
from itsme_facade.waiting import Schedule

if TYPE_CHECKING:  # httpx and the generated client are imported when the first client is made
    from collections.abc import Iterable

    from cm_itsme_client import Client
    from cm_itsme_client.models.locale import Locale
    from cm_itsme_client.models.scope import Scope
    from cm_itsme_client.models.service import Service

    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import Result
    from itsme_facade.steps import Machinery, Steps


class Calls:
    """A client's settings and memory, and the steps of its calls: arguments checked, nothing sent yet."""

    _settings: Settings
    _machinery: Machinery

    def _set_up(self, settings: Settings) -> None:
        from itsme_facade.steps import Machinery

        self._settings = settings
        jitter = Random()  # noqa: S311 - spreads requests over time; no secret is made of it
        self._machinery = Machinery(Memory(), Schedule(), time.monotonic, jitter)
        self._low_level: Client | None = None

    def _creating(
        self,
        service: Service | str,
        redirect_url: str,
        scopes: Iterable[Scope | str],
        locale: Locale | str | None,
        phone_number: str | None,
        timeout: float | Timeouts | None,
    ) -> Steps[Started]:
        from itsme_facade import steps

        problems: list[Problem] = []
        limits = timeouts(timeout, problems, self._settings.timeouts)
        request = arguments.transaction_request(
            token=self._settings.token,
            service=service,
            redirect_url=redirect_url,
            scopes=scopes,
            locale=locale,
            phone_number=phone_number,
            problems=problems,
        )
        return steps.create(self._machinery, request, limits)

    def _reading(
        self,
        transaction: Started | str,
        scopes: Iterable[Scope | str] | None,
        timeout: float | Timeouts | None,
    ) -> Steps[Result]:
        from itsme_facade import steps

        problems: list[Problem] = []
        limits = timeouts(timeout, problems, self._settings.timeouts)
        token, wanted = _token_and_scopes(transaction, scopes, problems)
        return steps.status(self._machinery, token, wanted, limits)

    def _reading_raw(self, transaction: Started | str, timeout: float | Timeouts | None) -> Steps[RawAnswer]:
        from itsme_facade import steps

        problems: list[Problem] = []
        limits = timeouts(timeout, problems, self._settings.timeouts)
        token, _ = _token_and_scopes(transaction, None, problems)
        return steps.read_raw(self._machinery, token, limits)

    def interpret(
        self,
        raw: RawAnswer,
        transaction: Started | str,
        *,
        scopes: Iterable[Scope | str] | None = None,
    ) -> Result:
        """Says what the bytes of a status answer mean. Asks nobody, and gives the same again and again.

        Args:
            raw: what `read_raw` returned.
            transaction: what it was asked about.
            scopes: for a bare token: what the transaction asked for, if that is known.

        Raises:
            InvalidArguments: `transaction` or `scopes` is wrong.
            RequestRefused: HTTP 4xx.
            ServerFailed: HTTP 5xx.
            UnreadableAnswer: an answer that cannot be read; its bytes are on `raw`.

        Source: API (GET /status/{transactionToken}).
        """
        from itsme_facade import answers

        token, wanted = _token_and_scopes(transaction, scopes, [])
        memory = self._machinery.memory
        return answers.read_status(
            raw,
            scopes=wanted,
            was_given=memory.was_given(token),
            was_interrupted=memory.was_interrupted(token),
            partial=memory.partial(token),
            secrets=[token],
        )

    def _waiting(
        self, transaction: Started | str, scopes: Iterable[Scope | str] | None, timeout: float
    ) -> Steps[Result]:
        from itsme_facade import steps

        problems: list[Problem] = []
        # What is no number, NaN among them, is not at least 0; an integer may be too large for a float.
        if not isinstance(timeout, int | float) or isinstance(timeout, bool) or not 0 <= timeout <= math.inf:
            problems.append(Problem("timeout", "not a number of seconds"))
        token, wanted = _token_and_scopes(transaction, scopes, problems)
        return steps.wait(self._machinery, token, wanted, self._settings.timeouts, min(timeout, TIMEOUT_MAX))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds the API token and is not pickled: make one in each process")


def _token_and_scopes(
    transaction: Started | str, scopes: Iterable[Scope | str] | None, problems: list[Problem]
) -> tuple[str, tuple[Scope, ...] | None]:
    if isinstance(transaction, Started):
        token, wanted = transaction.transaction_token, transaction.scopes if scopes is None else None
    else:
        token, wanted = transaction, None
        if reason := arguments.wrong_transaction_token(token):
            problems.append(Problem("transaction", reason))
    if scopes is not None:
        wanted = arguments.known_scopes(scopes, problems)
    if problems:
        raise InvalidArguments(tuple(problems))
    return token, wanted

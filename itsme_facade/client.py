"""The client: `Itsme`, and `AsyncItsme`, which is the same with `await`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from itsme_facade.calls import Calls
from itsme_facade.settings import Settings, Timeouts, from_environment, resolve

if TYPE_CHECKING:  # httpx and the generated client are imported when the first client is made
    from collections.abc import Iterable, Mapping

    import httpx
    from cm_itsme_client import Client
    from cm_itsme_client.models.locale import Locale
    from cm_itsme_client.models.scope import Scope

    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import Result
    from itsme_facade.started import Started
    from itsme_facade.steps import Steps

_T = TypeVar("_T")


class Itsme(Calls):
    """Creates transactions, and reads how they ended, through CM's itsme API.

    One object a process is enough: it is safe for threads, owns its connections, and goes on working after a fork.

    Args:
        token: the API token, a GUID. A secret.
        environment: "production" (unless given) or "sandbox", which is CM's sandbox.
        base_url: an address instead of an environment: https, or http on a loopback host (the local sandbox).
        timeout: seconds that one call may take in all, or `Timeouts`; 30 s unless given.
        http_client: an httpx.Client of your own to send through. It is not closed here, and its own settings for
            TLS, proxies and connections hold. Redirects are not followed.
        transport: an httpx transport of your own to send through. It is not closed here.
            Through either of the two, an answer's headers that come byte by byte can outlast `timeout`.

    Raises:
        InvalidArguments: names every wrong argument.

    Source: API (base URLs, token).

    >>> with Itsme("00000000-0000-0000-0000-000000000000", environment="sandbox") as itsme:
    ...     itsme
    Itsme(base_url='https://api.sandbox.cmdisp.com/itsme/v1')
    """

    def __init__(
        self,
        token: str,
        environment: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        http_client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._start(
            resolve(token=token, environment=environment, base_url=base_url, timeout=timeout),
            http_client,
            transport,
        )

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        http_client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> Self:
        """A client from ITSME_TOKEN, ITSME_ENVIRONMENT or ITSME_BASE_URL, and ITSME_TIMEOUT (seconds).

        Raises:
            InvalidArguments: names the variables.
        """
        client = cls.__new__(cls)
        client._start(from_environment(environ), http_client, transport)  # noqa: SLF001 - another way to construct it
        return client

    def _start(
        self, settings: Settings, http_client: httpx.Client | None, transport: httpx.BaseTransport | None
    ) -> None:
        import httpx

        from itsme_facade.wire.pool import Pool
        from itsme_facade.wire.through import Through

        self._set_up(settings)
        base, bearer = httpx.URL(settings.base_url), http_client or transport
        self._wire = Pool(base) if bearer is None else Through(base, bearer)

    def login(
        self,
        redirect_url: str,
        *,
        scopes: Iterable[Scope | str] = (),
        locale: Locale | str | None = None,
        phone_number: str | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Started:
        """Creates a transaction to log a person in.

        Args:
            redirect_url: where the person is sent afterwards: absolute and https, or http on a loopback host.
            scopes: the user information to ask for: profile, email, phone, address. None unless given.
            locale: the language of the itsme screens: en, nl, fr or de.
            phone_number: E.164, prefilled on the login page. Spaces, dots, dashes, brackets and a leading 00 are
                repaired. Give it only for a person who is signed in already.
            timeout: seconds for this call in all, or `Timeouts`.

        Returns:
            Where to send the person, and the secret to ask the status with.

        Raises:
            InvalidArguments: names every wrong argument; nothing was sent.
            NotConnected: the API was not reached, or hung up.
            TimedOut: the time limit ended first.
            RequestRefused: HTTP 4xx; `message` says why.
            ServerFailed: HTTP 5xx.
            UnreadableAnswer: an answer without a usable URL and token.

        Source: API (POST /transactions).
        """
        return self._run(self._creating("login", redirect_url, scopes, locale, phone_number, timeout))

    def register(
        self,
        redirect_url: str,
        *,
        scopes: Iterable[Scope | str] = (),
        locale: Locale | str | None = None,
        phone_number: str | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Started:
        """Creates a transaction to register a person. Arguments, result and errors are those of `login`."""
        return self._run(self._creating("register", redirect_url, scopes, locale, phone_number, timeout))

    def status(
        self,
        transaction: Started | str,
        *,
        scopes: Iterable[Scope | str] | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Result:
        """Reads the status. This takes the person's data, which is given out once: keep what comes.

        A read whose answer did not arrive is repeated within the time limit; if the data went out on it, the result
        says so (`Outcome.LOST`).

        Args:
            transaction: what `login` or `register` returned, or a bare transaction token.
            scopes: for a bare token: what the transaction asked for, if that is known.
            timeout: seconds for this call in all, or `Timeouts`. Short ones can cost an identity.

        Raises:
            InvalidArguments: nothing was sent.
            NotConnected: the API was not reached.
            TimedOut: it was not reached within the time limit.
            ReadInterrupted: it was asked and no whole answer came; what came is on `raw`.
            RequestRefused: HTTP 4xx.
            ServerFailed: HTTP 5xx.
            UnreadableAnswer: an answer that cannot be read; its bytes are on `raw`.

        Source: API (GET /status/{transactionToken}).
        """
        return self._run(self._reading(transaction, scopes, timeout))

    def read_raw(
        self,
        transaction: Started | str,
        *,
        timeout: float | Timeouts | None = None,
    ) -> RawAnswer:
        """Reads the status and interprets nothing, so that the bytes can be kept before anything else happens.

        This takes the person's data, like `status`. What the bytes mean, `interpret` says.

        Args:
            transaction: what `login` or `register` returned, or a bare transaction token.
            timeout: seconds for this call in all, or `Timeouts`.

        Returns:
            The answer as it came, whatever its HTTP status and content.

        Raises:
            InvalidArguments: nothing was sent.
            NotConnected: the API was not reached.
            TimedOut: it was not reached within the time limit.
            ReadInterrupted: it was asked and no whole answer came; what came is on `raw`.

        Source: API (GET /status/{transactionToken}; user information is provided once).
        """
        return self._run(self._reading_raw(transaction, timeout))

    def wait(
        self,
        transaction: Started | str,
        *,
        scopes: Iterable[Scope | str] | None = None,
        timeout: float = 180.0,
    ) -> Result:
        """Reads the status until the transaction is over, and returns how it ended.

        Troubles that pass (no connection, HTTP 429 or 5xx) are waited out, and Retry-After is respected. An answer
        that carries an identity ends it too, whatever its status.

        Args:
            transaction: what `login` or `register` returned, or a bare transaction token.
            scopes: for a bare token: what the transaction asked for, if that is known.
            timeout: seconds to wait. A read that is under way by then is finished.

        Raises:
            InvalidArguments: nothing was sent.
            WaitTimeout: it is not over by then.
            RequestRefused: HTTP 4xx that will not pass, at once.
            UnreadableAnswer: at once; its bytes are on `raw`.
        """
        return self._run(self._waiting(transaction, scopes, timeout))

    @property
    def low_level(self) -> Client:
        """The generated client, over the same connections, with the same limits and the same silence in logs.

        For calls that the facade does not know. A status read through it takes the person's data too.
        """
        if self._low_level is None:
            from itsme_facade.low_level import low_level_client

            self._low_level = low_level_client(self._settings, wire=self._wire)
        return self._low_level

    def close(self) -> None:
        """Closes the connections it made itself."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, steps: Steps[_T]) -> _T:
        from itsme_facade.running import run

        return run(steps, self._wire)


class AsyncItsme(Calls):
    """`Itsme` with `await`, on asyncio and trio. Safe for tasks and across event loops; see `Itsme` for all else.

    `http_client` is an httpx.AsyncClient, `transport` an httpx.AsyncBaseTransport.
    """

    def __init__(
        self,
        token: str,
        environment: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | Timeouts | None = None,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._start(
            resolve(token=token, environment=environment, base_url=base_url, timeout=timeout),
            http_client,
            transport,
        )

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> Self:
        """As `Itsme.from_env`."""
        client = cls.__new__(cls)
        client._start(from_environment(environ), http_client, transport)  # noqa: SLF001 - another way to construct it
        return client

    def _start(
        self,
        settings: Settings,
        http_client: httpx.AsyncClient | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        import httpx

        from itsme_facade.wire.async_pool import AsyncPool
        from itsme_facade.wire.through import AsyncThrough

        self._set_up(settings)
        base, bearer = httpx.URL(settings.base_url), http_client or transport
        self._wire = AsyncPool(base) if bearer is None else AsyncThrough(base, bearer)

    async def login(
        self,
        redirect_url: str,
        *,
        scopes: Iterable[Scope | str] = (),
        locale: Locale | str | None = None,
        phone_number: str | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Started:
        """As `Itsme.login`."""
        return await self._run(self._creating("login", redirect_url, scopes, locale, phone_number, timeout))

    async def register(
        self,
        redirect_url: str,
        *,
        scopes: Iterable[Scope | str] = (),
        locale: Locale | str | None = None,
        phone_number: str | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Started:
        """As `Itsme.register`."""
        return await self._run(self._creating("register", redirect_url, scopes, locale, phone_number, timeout))

    async def status(
        self,
        transaction: Started | str,
        *,
        scopes: Iterable[Scope | str] | None = None,
        timeout: float | Timeouts | None = None,
    ) -> Result:
        """As `Itsme.status`. A cancelled call's answer, if it had arrived, is what the next call returns."""
        return await self._run(self._reading(transaction, scopes, timeout))

    async def read_raw(
        self,
        transaction: Started | str,
        *,
        timeout: float | Timeouts | None = None,
    ) -> RawAnswer:
        """As `Itsme.read_raw`."""
        return await self._run(self._reading_raw(transaction, timeout))

    async def wait(
        self,
        transaction: Started | str,
        *,
        scopes: Iterable[Scope | str] | None = None,
        timeout: float = 180.0,
    ) -> Result:
        """As `Itsme.wait`."""
        return await self._run(self._waiting(transaction, scopes, timeout))

    @property
    def low_level(self) -> Client:
        """As `Itsme.low_level`, for the generated client's `asyncio` functions."""
        if self._low_level is None:
            from itsme_facade.low_level import low_level_client

            self._low_level = low_level_client(self._settings, async_wire=self._wire)
        return self._low_level

    async def aclose(self) -> None:
        """Closes the connections it made itself in this event loop."""
        await self._wire.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _run(self, steps: Steps[_T]) -> _T:
        from itsme_facade.running import run_async

        return await run_async(steps, self._wire)

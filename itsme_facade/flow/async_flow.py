"""`AsyncFlow`: `Flow` with `await`, on asyncio and trio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from anyio.lowlevel import checkpoint

from itsme_facade.carrying import carry_out_async
from itsme_facade.client import AsyncItsme
from itsme_facade.flow import returning, starting
from itsme_facade.flow.construction import from_environment, parts
from itsme_facade.flow.doing import awaiting
from itsme_facade.flow.limits import StartLimits
from itsme_facade.flow.returning import Visit
from itsme_facade.flow.shielding import whole
from itsme_facade.flow.starting import Departure, Wish
from itsme_facade.flow.sweeping import MOST_SECONDS, Sweeping
from itsme_facade.flow.tracing import span

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from itsme_facade.flow.construction import Binding
    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.effects import Effect, Steps
    from itsme_facade.flow.events import Event
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.flow.requests import Query
    from itsme_facade.flow.sweeping import SweepReport
    from itsme_facade.identity import Identity
    from itsme_facade.store.base import AsyncStore

_T = TypeVar("_T")
_NO_HEADERS: Mapping[str, str] = {}


class AsyncFlow:
    """`Flow` with `await`: for AsyncItsme and an async store. See `Flow` for all else.

    `on_identity` and `on_link` may be async or plain. A plain one runs in a worker thread, so that it does not hold
    up the event loop. What has begun is taken to its end even when the request is cancelled meanwhile.
    """

    def __init__(
        self,
        itsme: AsyncItsme,
        store: AsyncStore,
        keys: str | Iterable[str],
        redirect_url: str,
        on_identity: Callable[[Identity, str], str | Awaitable[str]],
        *,
        on_link: Callable[[Identity, str, str], str | Awaitable[str]] | None = None,
        scopes: Iterable[str] = ("profile",),
        binding: Binding = "both",
        code_for_other_browser: bool = False,
        next_origins: Iterable[str] = (),
        spool_dir: str | os.PathLike[str] | None = None,
        limits: StartLimits | None = StartLimits(),  # noqa: B008 - frozen
        on_event: Callable[[Event], object] | None = None,
    ) -> None:
        self._parts = parts(
            itsme,
            store,
            keys,
            redirect_url,
            on_identity,
            on_link=on_link,
            scopes=scopes,
            binding=binding,
            code_for_other_browser=code_for_other_browser,
            next_origins=next_origins,
            spool_dir=spool_dir,
            limits=limits,
            on_event=on_event,
        )
        self._room = self._parts.room
        self._itsme, self._store = itsme, store
        self._owns_client = False
        self._doing = awaiting(itsme, store, self._parts, on_identity, on_link)

    @classmethod
    def from_env(
        cls,
        on_identity: Callable[[Identity, str], str | Awaitable[str]],
        *,
        environ: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Self:
        """As `Flow.from_env`."""
        from itsme_facade.store.opening import open_async_store

        found = from_environment(environ)
        itsme = AsyncItsme.from_env(environ)
        store = open_async_store(found.pop("store_url"))
        flow = cls(itsme, store, on_identity=on_identity, **{**found, **options})
        flow._owns_client = True
        return flow

    async def open(self) -> None:
        """As `Flow.open`."""
        await self._store.open()

    async def aclose(self) -> None:
        """As `Flow.close`."""
        await self._store.aclose()
        if self._owns_client:
            await self._itsme.aclose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def start(
        self,
        *,
        service: str = "login",
        next: str | None = "/",  # noqa: A002 - what everybody calls it
        locale: str | None = None,
        phone_number: str | None = None,
        account: str | None = None,
        cookies: Mapping[str, str] = _NO_HEADERS,
        address: str | None = None,
    ) -> Departure:
        """As `Flow.start`."""
        wish = Wish(
            service=service,
            next=next,
            locale=locale,
            phone_number=phone_number,
            account=account,
            cookies=cookies,
            address=address,
        )
        with span("start", service=service) as seen:
            departure = await carry_out_async(starting.start(self._room, wish), self._do)
            seen.set(login_id=departure.login_id, outcome="started")
        return departure

    async def finish(
        self,
        method: str,
        query: Query,
        cookies: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        account: str | None = None,
    ) -> FlowOutcome:
        """As `Flow.finish`."""
        visit = Visit(method=method, query=query, cookies=cookies, headers=headers, account=account)
        return await self._outcome("finish", returning.finish(self._room, visit))

    async def resume(
        self,
        method: str,
        login_id: str,
        cookies: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        account: str | None = None,
    ) -> FlowOutcome:
        """As `Flow.resume`."""
        visit = Visit(method=method, cookies=cookies, headers=headers, account=account)
        return await self._outcome("resume", returning.resume(self._room, login_id, visit))

    async def confirm(
        self, login_id: str, code: str, cookies: Mapping[str, str], *, account: str | None = None
    ) -> FlowOutcome:
        """As `Flow.confirm`."""
        visit = Visit(method="POST", cookies=cookies, headers=_NO_HEADERS, account=account)
        return await self._outcome("confirm", returning.confirm(self._room, login_id, code, visit))

    async def signed_out(self, login_id: str) -> tuple[SetCookie, ...]:
        """As `Flow.signed_out`."""
        await self._run(returning.sign_out(login_id))
        return returning.forgotten(self._room, login_id)

    async def sweep(self, limit: int = 100, *, seconds: float = MOST_SECONDS) -> SweepReport:
        """As `Flow.sweep`. Cancelled, it ends with the login that it is at."""
        end = self._room.clock() + seconds
        sweeping = Sweeping.of(self._room)
        with span("sweep") as seen:
            for login_id in await self._run(sweeping.begin(limit)):
                if self._room.clock() > end:
                    break
                await checkpoint()
                await self._run(sweeping.look_after(login_id))
            seen.set(outcome="swept")
        return sweeping.report

    async def _outcome(self, what: str, steps: Steps[FlowOutcome]) -> FlowOutcome:
        with span(what) as seen:
            outcome = await self._run(steps)
            seen.set(login_id=outcome.login_id, outcome=outcome.kind)
        return outcome

    async def _run(self, steps: Steps[_T]) -> _T:
        return await whole(lambda: carry_out_async(steps, self._do))

    async def _do(self, step: Effect) -> object:
        return await self._doing[type(step)](step)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redirect_url={self._room.redirect_url!r}, store={self._store!r})"

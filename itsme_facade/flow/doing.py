"""Does what a flow's steps ask for: a table from each kind of step to what carries it out, for either side."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

from itsme_facade.flow.construction import NO_LINKS, READ_TIMEOUTS
from itsme_facade.flow.effects import (
    OPERATIONS,
    AskStatus,
    CountStart,
    Create,
    DropAside,
    Effect,
    Hand,
    LookAside,
    Pause,
    PutAside,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from itsme_facade.client import AsyncItsme, Itsme
    from itsme_facade.flow.construction import Parts
    from itsme_facade.raw import RawAnswer
    from itsme_facade.started import Started
    from itsme_facade.store.base import AsyncStore, Store

Doing = dict[type[Effect], "Callable[[Any], object]"]
AsyncDoing = dict[type[Effect], "Callable[[Any], Awaitable[object]]"]

_ASIDE = (PutAside, LookAside, DropAside)


def blocking(
    itsme: Itsme,
    store: Store,
    parts: Parts,
    on_identity: Callable[..., object],
    on_link: Callable[..., object] | None,
) -> Doing:
    """Carries steps out by blocking."""
    scopes, limiter = parts.room.scopes, parts.limiter

    def create(step: Create) -> Started:
        begin = itsme.register if step.service == "register" else itsme.login
        return begin(step.redirect_url, scopes=scopes, locale=step.locale, phone_number=step.phone_number)

    def ask_status(step: AskStatus) -> RawAnswer:
        return itsme.read_raw(step.started, timeout=READ_TIMEOUTS)

    def hand(step: Hand) -> object:
        if step.account is None:
            return on_identity(step.identity, step.login_id)
        return _linking(on_link)(step.identity, step.login_id, step.account)

    def count(step: CountStart) -> float | None:
        return limiter.hit(browser=step.browser, address=step.address, number=step.number)

    def pause(step: Pause) -> None:
        time.sleep(step.seconds)

    return {
        **dict.fromkeys(OPERATIONS, store.do),
        Create: create,
        AskStatus: ask_status,
        Hand: hand,
        CountStart: count,
        Pause: pause,
        **dict.fromkeys(_ASIDE, parts.aside),
    }


def awaiting(
    itsme: AsyncItsme,
    store: AsyncStore,
    parts: Parts,
    on_identity: Callable[..., object],
    on_link: Callable[..., object] | None,
) -> AsyncDoing:
    """Carries steps out by awaiting; what can only block, the spool and plain handlers, has a worker thread."""
    from anyio import sleep, to_thread

    scopes, limiter = parts.room.scopes, parts.limiter

    async def create(step: Create) -> Started:
        begin = itsme.register if step.service == "register" else itsme.login
        return await begin(step.redirect_url, scopes=scopes, locale=step.locale, phone_number=step.phone_number)

    async def ask_status(step: AskStatus) -> RawAnswer:
        return await itsme.read_raw(step.started, timeout=READ_TIMEOUTS)

    async def hand(step: Hand) -> object:
        if step.account is None:
            return await call(on_identity, step.identity, step.login_id)
        return await call(_linking(on_link), step.identity, step.login_id, step.account)

    async def call(handler: Callable[..., object], *arguments: object) -> object:
        if inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__):
            given = handler(*arguments)
        else:
            given = await to_thread.run_sync(handler, *arguments)
        return await given if inspect.isawaitable(given) else given

    async def count(step: CountStart) -> float | None:
        return await limiter.hit_async(browser=step.browser, address=step.address, number=step.number)

    async def pause(step: Pause) -> None:
        await sleep(step.seconds)

    async def aside(step: PutAside | LookAside | DropAside) -> object:
        return await to_thread.run_sync(parts.aside, step)

    return {
        **dict.fromkeys(OPERATIONS, store.do),
        Create: create,
        AskStatus: ask_status,
        Hand: hand,
        CountStart: count,
        Pause: pause,
        **dict.fromkeys(_ASIDE, aside),
    }


def _linking(on_link: Callable[..., object] | None) -> Callable[..., object]:
    if on_link is None:
        raise TypeError(NO_LINKS)
    return on_link

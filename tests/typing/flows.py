"""Flows as users write them: handlers of every kind, stores by class and by address, every outcome told apart."""

from collections.abc import Mapping
from typing import Any, assert_never, assert_type

from itsme_facade import AsyncItsme, Identity, Itsme, ItsmeError, TooManyStarts
from itsme_facade.flow import (
    AsyncFlow,
    Busy,
    Declined,
    Departure,
    Event,
    EventName,
    Flow,
    FlowOutcome,
    Forged,
    Lost,
    Message,
    OtherBrowser,
    Prefetch,
    Refused,
    SetCookie,
    SignedIn,
    SignedInAgain,
    StartLimits,
    StillOpen,
    SweepReport,
    Unknown,
)
from itsme_facade.store import (
    AsyncMemoryStore,
    AsyncRedisStore,
    AsyncSqlStore,
    AsyncStore,
    Lives,
    MemoryStore,
    RedisStore,
    SqlStore,
    Store,
    StoreStats,
    new_key,
    open_async_store,
    open_store,
)

BACK = "https://shop.example/itsme/back"


def on_identity(identity: Identity, login_id: str) -> str:
    if identity.birthdate is None or not identity.birthdate.is_at_least(18):
        raise Declined("too_young")
    return identity.user_id or login_id


async def on_identity_later(identity: Identity, login_id: str) -> str:
    return on_identity(identity, login_id)


def on_link(identity: Identity, login_id: str, account: str) -> str:
    return f"{account} {identity.user_id} {login_id}"


async def on_link_later(identity: Identity, login_id: str, account: str) -> str:
    return on_link(identity, login_id, account)


def stores() -> list[Store]:
    assert_type(open_store("postgresql://db.example/shop"), Store)
    lives = Lives(undelivered=86_400.0)
    assert_type(new_key(), str)
    return [MemoryStore(), SqlStore("sqlite:////var/lib/shop.db", lives=lives), RedisStore("redis://cache.example")]


def async_stores() -> list[AsyncStore]:
    assert_type(open_async_store("redis://cache.example"), AsyncStore)
    return [AsyncMemoryStore(), AsyncSqlStore("postgresql://db.example/shop"), AsyncRedisStore("redis://cache.example")]


def a_blocking_flow(itsme: Itsme, store: Store) -> None:
    Flow(itsme, store, new_key(), BACK, on_identity)
    with Flow(
        itsme,
        store,
        ["new", "old"],
        redirect_url=BACK,
        on_identity=on_identity,
        on_link=on_link,
        scopes={"profile", "email"},
        binding="cookie",
        code_for_other_browser=True,
        next_origins=("https://www.shop.example",),
        spool_dir="/var/spool/shop",
        limits=StartLimits(),
        on_event=seen,
    ) as flow:
        assert_type(flow, Flow)
        assert_type(flow.sweep(10), SweepReport)
    assert_type(store.stats(), StoreStats)


def from_the_environment() -> None:
    assert_type(Flow.from_env(on_identity, on_link=on_link, limits=None), Flow)
    assert_type(AsyncFlow.from_env(on_identity_later), AsyncFlow)


def start(flow: Flow, cookies: Mapping[str, str]) -> str:
    try:
        departure = flow.start(service="register", next="/basket", locale="nl", cookies=cookies, address="192.0.2.1")
    except TooManyStarts as error:
        assert_type(error.retry_after, float)
        return "/later"
    except ItsmeError as error:
        return f"/sorry?safe={error.retry_safe}"
    assert_type(departure, Departure)
    assert_type(departure.set_cookies, tuple[SetCookie, ...])
    assert_type([cookie.header() for cookie in departure.set_cookies], list[str])
    return departure.location


async def an_async_flow(itsme: AsyncItsme, store: AsyncStore, headers: Mapping[str, str]) -> str:
    # A handler that blocks will do too: it runs in a thread.
    AsyncFlow(itsme, store, new_key(), BACK, on_identity, on_link=on_link)
    async with AsyncFlow(itsme, store, new_key(), BACK, on_identity_later, on_link=on_link_later) as flow:
        assert_type(flow, AsyncFlow)
        departure = await flow.start(account="alice")
        assert_type(departure.login_id, str)
        assert_type(await flow.finish("GET", "state=abc", {}, headers, account="alice"), FlowOutcome)
        assert_type(await flow.resume("GET", departure.login_id, {}, headers), FlowOutcome)
        assert_type(await flow.confirm(departure.login_id, "123456", {}), FlowOutcome)
        assert_type(await flow.signed_out(departure.login_id), tuple[SetCookie, ...])
        assert_type(await flow.sweep(), SweepReport)
    return departure.location


def page(outcome: FlowOutcome) -> str:
    match outcome:
        case SignedIn(reference=reference, service=service, linked=linked):
            assert_type(reference, str)
            assert_type(linked, bool)
            return f"{reference} by {service}"
        case SignedInAgain(signs_in=signs_in):
            assert_type(signs_in, bool)
            return outcome.reference
        case Refused(reason="too_young"):
            return "Come back later"
        case Refused(reason=reason):
            return reason
        case OtherBrowser(code=str() as code):
            return f"Type {code} in the other browser"
        case OtherBrowser():
            return "Go on in the other browser"
        case StillOpen() | Busy() | Prefetch():
            assert_type(outcome.retry_after, float)
            return f"Wait for {outcome.retry_after} s"
        case Forged() | Unknown() | Lost():
            return "Start again"
        case _:
            assert_never(outcome)


def what_every_outcome_has(flow: Flow, request: Any) -> str:
    outcome = flow.finish(request.method, {"state": "abc"}, request.cookies, request.headers)
    assert_type(outcome, FlowOutcome)
    assert_type(outcome.login_id, str | None)
    assert_type(outcome.set_cookies, tuple[SetCookie, ...])
    assert_type(outcome.locale, str | None)
    assert_type(outcome.message("nl"), Message)
    assert_type(outcome.message().title, str)
    return outcome.next


def seen(event: Event) -> None:
    assert_type(event.name, EventName)
    assert_type(event.login_id, str | None)
    if event.name is EventName.LOST:
        raise RuntimeError(event.reason)

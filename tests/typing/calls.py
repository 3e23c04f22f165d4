"""Calls as users write them: words or members, lists or tuples, with await and without."""

from collections.abc import Mapping
from datetime import date
from typing import Any, assert_type

import httpx

from itsme_facade import (
    Address,
    AsyncItsme,
    Gender,
    Identity,
    InvalidArguments,
    Itsme,
    ItsmeError,
    Locale,
    Name,
    PartialDate,
    Problem,
    RawAnswer,
    Result,
    Scope,
    Started,
    Timeouts,
    WaitTimeout,
)

TOKEN = "00000000-0000-0000-0000-000000000000"
BACK = "https://shop.example/itsme/back"


def words_and_members(itsme: Itsme, wanted: frozenset[Scope]) -> None:
    itsme.login(BACK)
    itsme.login(BACK, scopes=["profile", "email"], locale="nl", phone_number="+32471234567")
    itsme.login(BACK, scopes=(Scope.PROFILE, "email"), locale=Locale.NL, timeout=5)
    itsme.register(redirect_url=BACK, scopes=wanted, timeout=Timeouts(total=5, connect=1))
    itsme.register(BACK, scopes=(scope for scope in Scope), locale=None, phone_number=None, timeout=None)


def from_button_to_identity() -> Identity | None:
    with Itsme(TOKEN, "sandbox", timeout=10.0) as itsme:
        assert_type(itsme, Itsme)
        started = itsme.login(BACK, scopes=["profile"])
        assert_type(started, Started)
        kept: dict[str, Any] = started.to_dict()
        assert_type(itsme.status(started), Result)
        result = itsme.wait(Started.from_dict(kept), timeout=60)
        assert_type(itsme.status("a bare token", scopes=[Scope.EMAIL]), Result)
        return result.identity


async def the_same_with_await() -> Identity | None:
    async with AsyncItsme(TOKEN, base_url="http://127.0.0.1:8000") as itsme:
        assert_type(itsme, AsyncItsme)
        started = await itsme.register(BACK, scopes=["profile"], locale=Locale.FR)
        assert_type(started, Started)
        assert_type(await itsme.status(started), Result)
        result = await itsme.wait(started)
        return result.identity


def ones_own_connections(sync: httpx.Client, transport: httpx.AsyncBaseTransport, environ: Mapping[str, str]) -> None:
    Itsme(TOKEN, http_client=sync).close()
    AsyncItsme(TOKEN, transport=transport)
    assert_type(Itsme.from_env(), Itsme)
    assert_type(AsyncItsme.from_env(environ, transport=transport), AsyncItsme)


def a_subclass_stays_one() -> None:
    class Ours(Itsme):
        """With something of our own."""

    assert_type(Ours.from_env(), Ours)


def the_data(identity: Identity) -> None:
    assert_type(identity.user_id, str | None)
    assert_type(identity.name, Name | None)
    assert_type(identity.gender, Gender | str | None)
    assert_type(identity.birthdate, PartialDate | None)
    assert_type(identity.locale, Locale | str | None)
    assert_type(identity.phone_number, str | None)
    assert_type(identity.email_address, str | None)
    assert_type(identity.address, Address | None)
    assert_type(identity.extra, Mapping[str, Any])
    assert_type(identity.to_dict(), dict[str, Any])
    if identity.birthdate:
        assert_type(identity.birthdate.is_at_least(18), bool | None)
        assert_type(identity.birthdate.is_at_least(18, on=date(2026, 1, 1)), bool | None)
        assert_type(identity.birthdate.exact, date | None)
    if identity.address:
        assert_type(identity.address.street, tuple[str, ...])


def errors(itsme: Itsme) -> str:
    try:
        itsme.login(BACK)
    except InvalidArguments as error:
        assert_type(error.problems, tuple[Problem, ...])
        assert_type(error.suggestions, dict[str, str])
    except WaitTimeout:
        return "not yet"
    except ItsmeError as error:
        assert_type(error.status_code, int | None)
        assert_type(error.message, str | None)
        assert_type(error.request_id, str | None)
        assert_type(error.raw, RawAnswer | None)
        assert_type(error.retry_safe, bool)
        return error.advice
    return ""

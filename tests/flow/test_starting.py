"""What a start checks, counts and stores."""

import logging
import time
from typing import Any

import pytest

from itsme_facade import InvalidArguments, Itsme, MissingExtra, NotConnected, TooManyStarts
from itsme_facade.flow import AsyncFlow, Flow, SignedIn, StartLimits, StillOpen, Unknown
from itsme_facade.flow.secrets import new_login_id, new_state
from itsme_facade.flow.starting import with_state
from itsme_facade.store import AsyncMemoryStore, MemoryStore, Phase, Seal, new_key
from tests.flow.conftest import MakeSite
from tests.flow.site import BACK, Browser, Site, approve

ON_MEMORY = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)
SYNC = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def take(_identity: object, _login_id: object) -> str:
    return "x"


def problems(error: InvalidArguments) -> set[str]:
    return {problem.argument for problem in error.problems}


def test_the_state_is_added_to_the_address_and_its_query_stays(make_site: MakeSite) -> None:
    site = make_site(redirect_url=f"{BACK}?estate=7&lang=nl")
    departure = Browser(site).start()
    address = site.request_of(departure).redirect_url
    assert address == f"{BACK}?estate=7&lang=nl&state={site.state_of(departure)}"
    assert site.state_of(departure).startswith(f"{departure.login_id}.")


def test_what_is_asked_for_goes_to_cm(make_site: MakeSite) -> None:
    site = make_site(scopes=["email", "phone"])
    departure = Browser(site).start(service="register", locale="de", phone_number="0032 470 12 34 56")
    asked = site.request_of(departure)
    assert (asked.service, asked.locale, asked.phone_number) == ("register", "de", "+32470123456")
    assert set(asked.scopes) == {"email", "phone"}


def test_every_wrong_argument_is_named_at_once_and_nothing_is_sent(make_site: MakeSite) -> None:
    site = make_site(on_link=None)
    with pytest.raises(InvalidArguments) as caught:
        Browser(site).start(service="pay", next="//evil.test", account="me")
    assert problems(caught.value) == {"service", "next", "account"}
    assert site.sandbox.transactions == ()


@pytest.mark.parametrize("between", ["?", "", "?a=b&"])
def test_the_state_is_added_wherever_the_address_ends(between: str) -> None:
    assert with_state(BACK + between.removesuffix("&"), "x.y") == f"{BACK}{between or '?'}state=x.y"


@pytest.mark.parametrize("account", ["", "x" * 1_001, 7])
def test_an_account_is_text(site: Site, account: Any) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Browser(site).start(account=account)
    assert problems(caught.value) == {"account"}


@pytest.mark.parametrize("account", ["a", "x" * 1_000])
def test_an_account_may_have_one_to_a_thousand_characters(site: Site, account: str) -> None:
    assert Browser(site).start(account=account).login_id


@pytest.mark.parametrize("wrong", [{"locale": "xx"}, {"phone_number": "7"}])
def test_what_the_client_refuses_is_not_sent_either(site: Site, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidArguments):
        Browser(site).start(**wrong)
    assert site.sandbox.transactions == ()


def test_cm_down_at_the_start_leaves_nothing_behind(site: Site) -> None:
    browser = Browser(site)
    site.sandbox.faults.refuse_connections()
    with pytest.raises(NotConnected):
        browser.start()
    site.sandbox.faults.accept_connections()
    assert browser.cookies == {}
    assert site.events == []


def test_starts_are_limited_per_browser_address_and_number(make_site: MakeSite) -> None:
    limits = StartLimits(browser="2 per hour", address="4 per hour", number="1 per hour")
    site = make_site(limits=limits)
    browser = Browser(site)
    browser.start()  # this one gives the browser the cookie that it is known by
    browser.start()
    browser.start()
    with pytest.raises(TooManyStarts) as caught:
        browser.start()
    assert caught.value.retry_after == pytest.approx(3_600 - time.time() % 3_600, abs=3)
    for _ in range(4):
        Browser(site).start(address="192.0.2.7")
    with pytest.raises(TooManyStarts):
        Browser(site).start(address="192.0.2.7")
    Browser(site).start(phone_number="+32470123456")
    before = len(site.sandbox.transactions)
    with pytest.raises(TooManyStarts):
        Browser(site).start(phone_number="0032 470 12 34 56")
    assert len(site.sandbox.transactions) == before


def test_a_flow_names_all_that_is_wrong_when_it_is_made() -> None:
    itsme = Itsme("00000000-0000-0000-0000-000000000000")
    wrong: dict[str, Any] = {"binding": "none", "scopes": ["shoe-size"], "on_link": 7}
    with itsme, pytest.raises(InvalidArguments) as caught:
        Flow(itsme, MemoryStore(), new_key(), "http://shop.example/back", 7, **wrong)  # type: ignore[arg-type]
    assert problems(caught.value) == {"binding", "scopes", "on_link", "on_identity", "redirect_url"}


@pytest.mark.parametrize(
    "url",
    [
        f"{BACK}#here",
        f"{BACK}?state=x",
        "shop.example/back",
        "/back",
        "https://",
        "https://[::1",
        f"{BACK}?{'a' * 2_000}",
        7,
    ],
)
def test_a_wrong_redirect_url_is_named(url: Any) -> None:
    with Itsme("00000000-0000-0000-0000-000000000000") as itsme, pytest.raises(InvalidArguments) as caught:
        Flow(itsme, MemoryStore(), new_key(), url, take)
    assert "redirect_url" in problems(caught.value)


def test_a_redirect_url_may_be_as_long_as_leaves_room_for_the_state() -> None:
    room = 2_048 - len("&state=") - len(new_state(new_login_id()))
    with Itsme("00000000-0000-0000-0000-000000000000") as itsme:
        Flow(itsme, MemoryStore(), new_key(), f"{BACK}?".ljust(room, "a"), take)
        with pytest.raises(InvalidArguments, match="longer than"):
            Flow(itsme, MemoryStore(), new_key(), f"{BACK}?".ljust(room + 1, "a"), take)


def test_keys_may_be_a_list_of_several() -> None:
    older, newer = new_key(), new_key()
    with Itsme("00000000-0000-0000-0000-000000000000") as itsme:
        flow = Flow(itsme, MemoryStore(), [newer, older], BACK, take)
        one = Flow(itsme, MemoryStore(), newer, BACK, take)
    place = {"login_id": new_login_id(), "purpose": "answer"}
    assert flow._parts.limiter._key == one._parts.limiter._key
    assert flow._room.seal.open(Seal(older).seal(b"x", **place), **place) == b"x"


@pytest.mark.parametrize("keys", ["", [], "short", ["short", new_key()]])
def test_wrong_keys_are_named_without_showing_them(keys: Any) -> None:
    with (
        Itsme("00000000-0000-0000-0000-000000000000") as itsme,
        pytest.raises(InvalidArguments, match="keys") as caught,
    ):
        Flow(itsme, MemoryStore(), keys, BACK, take)
    assert "short" not in str(caught.value)


def test_a_blocking_flow_takes_no_async_handler() -> None:
    async def take_async(*_: object) -> str:
        return "x"

    with (
        Itsme("00000000-0000-0000-0000-000000000000") as itsme,
        pytest.raises(InvalidArguments, match="AsyncFlow") as caught,
    ):
        Flow(itsme, MemoryStore(), new_key(), BACK, take_async, on_link=take_async)  # type: ignore[arg-type]
    assert problems(caught.value) == {"on_identity", "on_link"}


ENVIRONMENT = {
    "ITSME_TOKEN": "00000000-0000-0000-0000-000000000000",
    "ITSME_KEYS": f"{new_key()},{new_key()}",
    "ITSME_STORE_URL": "memory:",
    "ITSME_REDIRECT_URL": BACK,
}


def test_a_flow_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ITSME_SPOOL_DIR", f"{tmp_path}/spool")
    with Flow.from_env(take, scopes=["email"]) as flow:
        assert BACK in repr(flow)
        assert flow.sweep().asked == ()
    assert (tmp_path / "spool").is_dir()
    assert isinstance(AsyncFlow.from_env(take)._store, AsyncMemoryStore)


def test_variables_that_are_not_set_are_named() -> None:
    with pytest.raises(InvalidArguments) as caught:
        Flow.from_env(take, environ={"ITSME_KEYS": " "})
    assert problems(caught.value) == {"ITSME_KEYS", "ITSME_STORE_URL", "ITSME_REDIRECT_URL"}


@ON_MEMORY
def test_the_weaker_mode_needs_no_state_and_says_that_it_is_weaker(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        site = make_site(binding="cookie")
    assert "cookie alone" in caplog.text
    browser = Browser(site)
    older = browser.start()
    departure = browser.start(next="/basket")
    assert site.request_of(departure).redirect_url == BACK
    assert {(event.name, event.reason) for event in site.events} == {("started", "cookie_only")}
    assert isinstance(browser.open(""), StillOpen)
    approve(site, departure)
    assert isinstance(browser.open("trxid=1"), SignedIn)
    approve(site, older)
    assert isinstance(browser.open(""), SignedIn)
    assert isinstance(Browser(site).open(""), Unknown)
    assert isinstance(browser.wait(departure), type(browser.open("")))


@SYNC
def test_a_login_is_stored_with_digests_and_sealed_text_only(make_site: MakeSite) -> None:
    site = make_site()
    browser = Browser(site)
    departure = browser.start(account="account-7", next="/basket")
    record = site.record(departure)
    assert record is not None
    assert record.phase is Phase.STARTED
    kept = record.state_digest + record.browser_digest + record.departure
    hidden = [site.state_of(departure), browser.secret_of(departure) or "?", "account-7", "/basket"]
    hidden.append(site.transaction_of(departure).token)
    assert not any(each.encode() in kept for each in hidden)


def test_what_misses_the_extra_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography.fernet", None)
    with Itsme("00000000-0000-0000-0000-000000000000") as itsme, pytest.raises(MissingExtra, match="store"):
        Flow(itsme, MemoryStore(), "x", BACK, take)

"""A request that names no login, says something wrong or too much, or only looks ahead consumes nothing."""

import pytest

from itsme_facade.flow import (
    Forged,
    OtherBrowser,
    Prefetch,
    SignedIn,
    StillOpen,
    Unknown,
)
from itsme_facade.flow.secrets import new_secret
from itsme_facade.store import Phase
from tests.flow.site import Browser, Site, approve


@pytest.mark.parametrize(
    "state",
    [
        "",
        ".",
        "x",
        "a" * 100_000,
        "../../etc/passwd",
        "{id}",
        "{id}.",
        "{id}.short",
        "{id}.{secret}x",
        "{id}.{secret}\n",
        "\x00",
        "\uff05",
        "{id}{secret}",
        "{unknown}.{secret}",
        "' OR 1=1 --",
    ],
)
def test_a_state_of_another_form_is_unknown(site: Site, browser: Browser, state: str) -> None:
    departure = browser.start()
    state = state.replace("{id}", departure.login_id).replace("{secret}", new_secret())
    state = state.replace("{unknown}", "0" * 26)
    assert isinstance(browser.open({"state": state}), Unknown)
    assert isinstance(browser.open({"state": [state]}), Unknown)
    assert site.phase(departure) is Phase.STARTED


def test_a_state_given_twice_is_none_at_all(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    query = site.query_of(departure)
    assert isinstance(browser.open(f"{query}&{query}"), Unknown)
    assert isinstance(browser.open({"state": [site.state_of(departure)] * 2}), Unknown)
    assert site.reads(departure) == 0


def test_what_else_is_in_the_query_changes_nothing(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket")
    approve(site, departure)
    query = site.query_of(departure)
    outcome = browser.open(f"?trxid=7&ec=1&next=//evil.test&locale=fr&{query}&account=somebody".encode())
    assert isinstance(outcome, SignedIn)
    assert (outcome.next, outcome.locale) == ("/basket", None)


def test_the_state_alone_or_the_cookie_alone_finishes_nothing(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(Browser(site).come_back(departure), OtherBrowser)
    other = browser.start()
    approve(site, other)
    assert isinstance(browser.wait(other), StillOpen)
    assert isinstance(browser.open(""), Unknown)
    assert site.taken == []
    assert site.reads(other) == 0


@pytest.mark.parametrize("method", ["HEAD", "head", "OPTIONS", "PUT", "DELETE", "TRACE", ""])
def test_another_method_than_get_and_post_consumes_nothing(site: Site, browser: Browser, method: str) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(browser.come_back(departure, method=method), Prefetch)
    assert isinstance(browser.wait(departure, method=method), Prefetch)
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, method="post"), SignedIn)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"Sec-Purpose": "prerender"},
        {"Purpose": "prefetch"},
        {"PURPOSE": "Preview"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "", "X-Moz": " PREFETCH "},
    ],
)
def test_a_browser_that_looks_ahead_consumes_nothing(site: Site, browser: Browser, headers: dict[str, str]) -> None:
    departure = browser.start()
    approve(site, departure)
    outcome = browser.come_back(departure, headers=headers)
    assert isinstance(outcome, Prefetch)
    assert outcome.retry_after > 0
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure, headers={"Sec-Fetch-Mode": "navigate"}), SignedIn)


@pytest.mark.parametrize("login_id", ["", "x", "../..", "0" * 26, "a" * 10_000, "0" * 25 + "\n"])
def test_an_id_that_is_none_is_unknown_everywhere(site: Site, browser: Browser, login_id: str) -> None:
    assert isinstance(browser.wait(login_id), Unknown)
    flow = site.flow
    assert isinstance(site.call(flow.confirm, login_id, "12345678", browser.cookies), Unknown)
    cookies = site.call(flow.signed_out, login_id)
    assert [cookie.max_age for cookie in cookies] == ([0] if login_id == "0" * 26 else [])


def test_a_wrong_cookie_at_the_waiting_page_is_forged_and_named(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    assert isinstance(browser.wait(departure), Forged)
    assert (site.events[-1].name, site.events[-1].reason) == ("forged", "cookie")

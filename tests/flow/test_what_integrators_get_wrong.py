"""What integrators of this kind of API get wrong, each seen in public: one test for each, in the order of the table.

The comment above a test says where it was seen.
"""

from typing import Any

import pytest

from itsme_facade import Identity, ServerFailed
from itsme_facade.flow import (
    OtherBrowser,
    Prefetch,
    Refused,
    SignedIn,
    SignedInAgain,
    StillOpen,
)
from itsme_facade.flow.messages import LOCALES
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, at_once


def answering(site: Site, change: dict[str, Any]) -> None:
    """Lets CM's answers carry what a real one may: fields replaced, or left out where the value is None."""
    import json

    from itsme_facade import RawAnswer
    from itsme_facade.flow.effects import AskStatus

    ask: Any = site.flow._doing[AskStatus]

    def changed(raw: RawAnswer) -> RawAnswer:
        document = {**json.loads(raw.body), **change}
        body = json.dumps({name: value for name, value in document.items() if value is not None}).encode()
        return RawAnswer(body, raw.status_code, raw.headers)

    async def ask_async(step: AskStatus) -> RawAnswer:
        return changed(await ask(step))

    def ask_plainly(step: AskStatus) -> RawAnswer:
        return changed(ask(step))

    site.flow._doing[AskStatus] = ask_plainly if site.portal is None else ask_async  # type: ignore[assignment]


def the_identity(site: Site) -> Identity:
    (taken,) = site.taken
    return taken.identity


# erp-mafia/accounted#2471
def test_page_mount_poll_and_completion_together_read_the_one_time_data_once(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(browser.come_back(departure), SignedIn)
    assert isinstance(browser.wait(departure), SignedInAgain)
    assert isinstance(browser.come_back(departure), SignedInAgain)
    assert site.reads(departure) == 1
    assert site.names_taken(departure) == ["Lucas Maes"]


# a public Python client of a sibling API
def test_the_one_time_body_is_durable_before_anything_in_it_is_interpreted(site: Site, browser: Browser) -> None:
    seen: list[tuple[Phase, bool]] = []

    def look(login_id: str) -> None:
        record = site.record(login_id)
        assert record is not None
        seen.append((record.phase, record.answer != b""))
        raise KeyError("givenName")

    departure = browser.start()
    approve(site, departure)
    answering(site, {"name": 7, "birthdate": ["?"], "address": "Brussel", "gender": {"a": 1}})
    site.in_handler = look
    with pytest.raises(KeyError):
        browser.come_back(departure)
    assert seen == [(Phase.DELIVERING, True)]
    site.in_handler = lambda _: None
    assert isinstance(browser.come_back(departure), SignedIn)
    assert the_identity(site).extra["name"] == 7


# nextcloud/user_oidc#1515
def test_several_callbacks_for_one_login_in_the_same_second_are_one_login(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    with site.patience(20.0):
        outcomes = at_once(6, lambda: browser.come_back(departure))
    assert {type(outcome) for outcome in outcomes} == {SignedIn, SignedInAgain}
    assert all(outcome.signs_in for outcome in outcomes if isinstance(outcome, SignedInAgain))
    assert site.names_taken(departure) == ["Lucas Maes"]


# streamlit/streamlit#15589
@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_browser_that_prefetches_the_callback_does_not_consume_it(site: Site, browser: Browser, header: str) -> None:
    departure = browser.start()
    approve(site, departure)
    assert isinstance(browser.come_back(departure, headers={header: "prefetch"}), Prefetch)
    assert isinstance(browser.come_back(departure, method="HEAD"), Prefetch)
    assert site.reads(departure) == 0
    assert isinstance(browser.come_back(departure), SignedIn)


# KickEngineering/KickDevDocs#411
def test_success_is_not_hidden_by_what_the_second_callback_gets(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket")
    approve(site, departure)
    first = browser.come_back(departure)
    site.sandbox.faults.next(call="status", status=500)
    second = browser.come_back(departure)
    assert isinstance(first, SignedIn)
    assert isinstance(second, SignedInAgain)
    assert (second.reference, second.next, second.signs_in) == (first.reference, "/basket", True)


# ActiveLogin/ActiveLogin.Authentication#86, #339; erp-mafia/accounted#1625
def test_a_return_in_another_tab_another_browser_or_an_in_app_browser_strands_nobody(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    another_tab = browser.start()
    approve(site, another_tab)
    assert isinstance(Browser(site, dict(browser.cookies)).come_back(another_tab), SignedIn)
    departure = browser.start()
    approve(site, departure)
    in_app = Browser(site).come_back(departure)
    assert isinstance(in_app, OtherBrowser)
    assert in_app.code is not None
    assert isinstance(browser.type_code(departure, in_app.code), SignedIn)


# ActiveLogin/ActiveLogin.Authentication#511
def test_looking_again_after_the_end_does_not_turn_success_into_an_error(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    for _ in range(5):
        assert isinstance(browser.wait(departure), SignedInAgain)
    assert site.reads(departure) == 1


# a public PHP plugin of a sibling API
def test_whatever_happens_the_person_is_told_something_and_one_thing_to_do(site: Site, browser: Browser) -> None:
    departure = browser.start()
    outcomes = [browser.come_back(departure), browser.open(""), browser.come_back(departure, method="HEAD")]
    outcomes += [Browser(site).come_back(departure), browser.open({"state": f"{departure.login_id}.{'A' * 43}"})]
    site.sandbox.person("lucas").phone.refuse(departure.location)
    outcomes.append(browser.come_back(departure))
    assert isinstance(outcomes[0], StillOpen)
    assert isinstance(outcomes[-1], Refused)
    for outcome in outcomes:
        for locale in LOCALES:
            message = outcome.message(locale)
            assert all([message.title, message.text, message.action])
    other = browser.start()
    site.sandbox.faults.next(call="status", status=503)
    with pytest.raises(ServerFailed) as raised:
        browser.come_back(other)
    assert raised.value.advice
    assert isinstance(browser.come_back(other), StillOpen)


# SetBased/php-rijksregisternummer#2, reducktion/socrates#82
@pytest.mark.parametrize("birthdate", ["1974-00-00", "1974-05-00", "1974", "19740131", "0000-00-00", None])
def test_month_00_in_a_birth_date_rejects_nobody(site: Site, browser: Browser, birthdate: str | None) -> None:
    departure = browser.start()
    approve(site, departure)
    answering(site, {"birthdate": birthdate})
    assert isinstance(browser.come_back(departure), SignedIn)
    born = the_identity(site).birthdate
    assert born is None or born.year == 1974
    if birthdate == "1974-00-00":
        assert born is not None
        assert (born.month, born.day) == (None, None)  # no 1 January is invented


# denoland/meet-me#64
@pytest.mark.parametrize("name", [None, {}, {"familyName": "Maes"}, {"givenName": None, "fullName": "Maes"}])
def test_a_missing_part_of_a_name_is_no_error(site: Site, browser: Browser, name: object) -> None:
    departure = browser.start()
    approve(site, departure)
    answering(site, {"name": name})
    assert isinstance(browser.come_back(departure), SignedIn)


# apify/apify-client-python#931
def test_a_value_that_is_new_breaks_nothing(site: Site, browser: Browser) -> None:
    departure = browser.start()
    answering(site, {"status": "verifying"})
    assert isinstance(browser.come_back(departure), StillOpen)
    approve(site, departure)
    answering(site, {"status": "success", "gender": "x", "locale": "LB", "loyalty": 7})
    assert isinstance(browser.wait(departure), SignedIn)
    assert the_identity(site).extra["loyalty"] == 7


# itsme's own documentation: email_verified is always false
def test_nobody_is_matched_by_an_email_address(sandbox: Sandbox, make_site: MakeSite) -> None:
    site = make_site(scopes=["profile", "email"])
    browser = Browser(site)
    logins: list[str] = []
    for user_id in ("a" * 40, "b" * 40):
        departure = browser.start()
        approve(site, departure)
        answering(site, {"userId": user_id, "emailAddress": "same@shop.example"})
        browser.come_back(departure)
        logins.append(departure.login_id)
    assert [(each.login_id, each.identity.user_id) for each in site.taken] == [
        (logins[0], "a" * 40),
        (logins[1], "b" * 40),
    ]
    # What was delivered says nothing to the flow itself: it looks at no field of an identity.
    record = site.record(logins[0])
    assert record is not None
    assert b"shop.example" not in record.reference
    assert sandbox.transactions

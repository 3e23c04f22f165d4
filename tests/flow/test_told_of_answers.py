"""What is told of a login from CM's answer to its end, word for word: which event, service, reason and outcome."""

from typing import Any

import pytest

from itsme_facade import RawAnswer
from itsme_facade.errors import ReadInterrupted
from itsme_facade.flow import (
    Lost,
    Refused,
    SignedInAgain,
    StillOpen,
)
from itsme_facade.flow.effects import AskStatus
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, approved
from tests.flow.telling import WISHES, known, told

pytestmark = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


def test_a_login_that_is_delivered(site: Site, browser: Browser) -> None:
    departure = approved(browser, **WISHES)
    assert known(browser.come_back(departure)) == (departure.login_id, "/basket", "nl")
    again = browser.come_back(departure)
    assert isinstance(again, SignedInAgain)
    assert (*known(again), again.service, again.linked) == (departure.login_id, "/basket", "nl", "register", False)
    assert told(site, 0) == [
        ("started", "register", ""),
        ("returned", "register", ""),
        ("claimed", "register", ""),
        ("captured", "register", ""),
        ("delivering", "register", ""),
        ("delivered", "register", ""),
        ("returned", None, "again"),
    ]
    assert {event.login_id for event in site.events} == {departure.login_id}


def test_a_login_that_the_person_refuses(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES)
    site.sandbox.person("lucas").phone.refuse(departure.location)
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Refused)
    assert (*known(outcome), outcome.reason) == (departure.login_id, "/basket", "nl", "cancelled")
    assert told(site)[1:] == [("claimed", "register", ""), ("refused", "register", "cancelled")]
    assert {event.login_id for event in site.events} == {departure.login_id}


def test_an_answer_that_is_no_json_is_kept_as_it_came(site: Site, browser: Browser) -> None:
    departure = approved(browser, **WISHES)
    site.sandbox.faults.next(call="status", body="malformed")
    outcome = browser.come_back(departure)
    assert isinstance(outcome, StillOpen)
    assert known(outcome) == (departure.login_id, "/basket", "nl")
    assert told(site)[1:] == [("claimed", "register", ""), ("unreadable", "register", "http_200")]
    record = site.record(departure)
    assert record is not None
    assert record.phase is Phase.STARTED
    assert site.room.open_answer(record.answer, departure.login_id)["status_code"] == 200


@pytest.mark.parametrize("raw", [None, RawAnswer(b"", 0)])
def test_an_answer_of_which_nothing_came(site: Site, browser: Browser, raw: RawAnswer | None) -> None:
    def broke(_: AskStatus) -> None:
        raise ReadInterrupted("The answer did not arrive.", raw=raw)

    async def broke_async(step: AskStatus) -> None:
        broke(step)

    departure = browser.start(**WISHES)
    doing: Any = site.flow._doing
    doing[AskStatus] = broke if site.portal is None else broke_async
    outcome = browser.come_back(departure)
    assert isinstance(outcome, StillOpen)
    assert known(outcome) == (departure.login_id, "/basket", "nl")
    assert told(site)[1:] == [("claimed", "register", ""), ("unreadable", "register", "http_0")]
    assert {event.login_id for event in site.events} == {departure.login_id}
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.due_at, record.answer) == (Phase.STARTED, None, b"")


def test_half_an_answer_is_kept_when_no_more_comes(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES)
    site.sandbox.faults.next(call="status", drop="within-answer", times=100)
    assert isinstance(browser.come_back(departure), StillOpen)
    assert told(site)[1:] == [("claimed", "register", ""), ("unreadable", "register", "http_200")]
    record = site.record(departure)
    assert record is not None
    assert site.room.open_answer(record.answer, departure.login_id)["body"]


def test_data_that_broke_on_the_wire_is_lost_and_its_half_is_kept(site: Site, browser: Browser) -> None:
    departure = approved(browser, **WISHES)
    site.sandbox.faults.next(call="status", drop="within-answer")
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Lost)
    assert known(outcome) == (departure.login_id, "/basket", "nl")
    assert told(site)[-1] == ("lost", "register", "no_data")
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.reason) == (Phase.LOST, "no_data")
    assert site.room.open_answer(record.answer, departure.login_id)["body"]


def test_what_nobody_came_back_for_is_named_when_its_life_is_over(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    left, odd, taken = (Browser(site).start() for _ in range(3))
    approve(site, taken)
    Browser(site).come_back(taken)
    approve(site, odd)
    site.sandbox.faults.next(call="status", body="malformed")
    Browser(site).come_back(odd)
    site.clock.advance(4_000)
    report = site.sweep()
    assert set(report.expired) == {left.login_id, odd.login_id, taken.login_id}
    assert report.expired_with_identity == (taken.login_id,)
    expired = {event.login_id: event.reason for event in site.events if event.name == "expired"}
    assert expired == {left.login_id: "started", odd.login_id: "unreadable_answer", taken.login_id: "captured"}


def test_a_logout_is_noted_and_its_cookie_deleted(site: Site, browser: Browser) -> None:
    departure = approved(browser)
    browser.come_back(departure)
    (cookie,) = site.call(site.flow.signed_out, departure.login_id)
    assert (cookie.name, cookie.max_age) == (site.room.jar.name(departure.login_id), 0)
    outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedInAgain)
    assert not outcome.signs_in

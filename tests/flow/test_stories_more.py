"""What is told of a login in each story, word for word: which event, which service, which reason, which outcome."""

from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from itsme_facade import RawAnswer
from itsme_facade.errors import ReadInterrupted
from itsme_facade.flow import (
    FlowOutcome,
    Forged,
    Lost,
    OtherBrowser,
    Prefetch,
    Refused,
    SignedInAgain,
    StillOpen,
    Unknown,
    tracing,
)
from itsme_facade.flow.effects import AskStatus
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve

pytestmark = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)

WISHES: dict[str, Any] = {"service": "register", "next": "/basket", "locale": "nl"}
Told = tuple[str, str | None, str]


def told(site: Site, first: int = 1) -> list[Told]:
    """Name, service and reason of what happened since the start."""
    return [(event.name.value, event.service, event.reason) for event in site.events[first:]]


def fail(login_id: str) -> None:
    raise RuntimeError(login_id)


def known(outcome: FlowOutcome) -> tuple[str | None, str, str | None]:
    return outcome.login_id, outcome.next, outcome.locale


def test_a_login_that_is_delivered(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES)
    approve(site, departure)
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
    departure = browser.start(**WISHES)
    approve(site, departure)
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
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.answer) == (Phase.STARTED, b"")


def test_half_an_answer_is_kept_when_no_more_comes(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES)
    site.sandbox.faults.next(call="status", drop="within-answer", times=100)
    assert isinstance(browser.come_back(departure), StillOpen)
    assert told(site)[1:] == [("claimed", "register", ""), ("unreadable", "register", "http_200")]
    record = site.record(departure)
    assert record is not None
    assert site.room.open_answer(record.answer, departure.login_id)["body"]


def test_data_that_broke_on_the_wire_is_lost_and_its_half_is_kept(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES)
    approve(site, departure)
    site.sandbox.faults.next(call="status", drop="within-answer")
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Lost)
    assert known(outcome) == (departure.login_id, "/basket", "nl")
    assert told(site)[-1] == ("lost", "register", "no_data")
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.reason) == (Phase.LOST, "no_data")
    assert site.room.open_answer(record.answer, departure.login_id)["body"]


def test_an_account_that_changed(site: Site, browser: Browser) -> None:
    departure = browser.start(**WISHES, account="alice")
    approve(site, departure)
    outcome = browser.come_back(departure, account="bob")
    assert isinstance(outcome, Refused)
    assert (*known(outcome), outcome.reason) == (departure.login_id, "/basket", "nl", "account_changed")
    assert told(site)[1:] == [("refused", "register", "account_changed")]
    assert {event.login_id for event in site.events} == {departure.login_id}
    assert site.reads(departure) == 0


def test_an_account_that_changed_when_the_identity_is_there_already(site: Site, browser: Browser) -> None:
    departure = browser.start(account="alice")
    approve(site, departure)
    Browser(site).come_back(departure)
    assert site.phase(departure) is Phase.CAPTURED
    outcome = browser.come_back(departure, account="bob")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "account_changed"
    record = site.record(departure)
    assert record is not None
    assert (record.phase, record.reason, record.answer) == (Phase.REFUSED, "account_changed", b"")
    assert told(site)[-1] == ("refused", "login", "account_changed")


def test_an_account_that_is_the_same_at_every_step(site: Site, browser: Browser) -> None:
    departure = browser.start(account="alice")
    assert isinstance(browser.come_back(departure, account="alice"), StillOpen)
    approve(site, departure)
    assert browser.wait(departure, account="alice").kind == "signed_in"
    again = browser.wait(departure, account="alice")
    assert isinstance(again, SignedInAgain)
    assert again.linked
    assert isinstance(browser.wait(departure, account="bob"), Refused)


def test_a_code_that_is_typed_for_an_account(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    departure = browser.start(**WISHES, account="alice")
    approve(site, departure)
    shown = Browser(site).come_back(departure)
    assert isinstance(shown, OtherBrowser)
    assert shown.code is not None
    confirm = site.flow.confirm
    wrong = site.call(confirm, departure.login_id, "x", browser.cookies, account="alice")
    assert isinstance(wrong, StillOpen)
    assert (*known(wrong), wrong.code_wanted, wrong.code_wrong) == (departure.login_id, "/basket", "nl", True, True)
    assert told(site)[-1] == ("forged", "register", "code")
    waiting = browser.wait(departure, account="alice")
    assert isinstance(waiting, StillOpen)
    assert (*known(waiting), waiting.code_wanted) == (departure.login_id, "/basket", "nl", True)
    right = site.call(confirm, departure.login_id, shown.code.upper(), browser.cookies, account="alice")
    assert right.kind == "signed_in"
    assert site.taken[0].account == "alice"


def test_a_code_that_is_typed_when_the_login_is_over_already(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    assert isinstance(browser.type_code(departure, "12345678"), SignedInAgain)
    other = browser.start()
    assert isinstance(browser.type_code(other, "12345678"), StillOpen)


def test_a_code_that_is_typed_when_the_browser_came_back_by_itself(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    site.in_handler = fail
    with pytest.raises(RuntimeError):
        browser.come_back(departure)
    site.in_handler = str
    assert browser.type_code(departure, "12345678").kind == "signed_in"


def test_a_page_that_was_left_open_in_another_browser_names_the_login(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    departure = Browser(site).start()
    approve(site, departure)
    other = Browser(site)
    first = other.come_back(departure)
    again = other.wait(departure)
    assert isinstance(first, OtherBrowser)
    assert isinstance(again, OtherBrowser)
    assert (again.login_id, again.code) == (departure.login_id, first.code)
    stranger = Browser(site).wait(departure)
    assert isinstance(stranger, OtherBrowser)
    assert (stranger.login_id, stranger.code) == (departure.login_id, None)


def test_the_cookie_that_keeps_a_code_is_as_safe_as_the_others(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    departure = Browser(site).start()
    approve(site, departure)
    (cookie,) = Browser(site).come_back(departure).set_cookies
    assert (cookie.secure, cookie.http_only, cookie.max_age) == (True, True, 120)


def test_a_login_that_there_is_not(site: Site, browser: Browser) -> None:
    state = "0" * 26 + "." + "A" * 43
    outcome = browser.open(f"state={state}")
    assert isinstance(outcome, Unknown)
    assert (outcome.login_id, outcome.set_cookies) == ("0" * 26, ())
    assert told(site, 0) == [("returned", None, "unknown")]
    assert site.events[0].login_id == "0" * 26
    browser.cookies[site.room.jar.name("0" * 26)] = "A" * 43
    useless = browser.open(f"state={state}")
    assert [cookie.max_age for cookie in useless.set_cookies] == [0]


def test_a_callback_without_a_state(site: Site, browser: Browser) -> None:
    assert known(browser.open("")) == (None, "/", None)
    assert told(site, 0) == [("returned", None, "no_state")]


def test_a_callback_that_somebody_forged_names_the_login_on_its_page(site: Site, browser: Browser) -> None:
    departure = browser.start()
    outcome = browser.open(f"state={departure.login_id}.{'A' * 43}")
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("forged", None, "state")]


def test_a_callback_with_the_cookie_of_somebody_else_names_the_login_too(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    outcome = browser.come_back(departure)
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("forged", None, "cookie")]
    assert site.events[-1].login_id == departure.login_id


@pytest.mark.parametrize(("login_id", "named"), [("0" * 26, "0" * 26), ("../..", None)])
def test_a_waiting_page_that_is_looked_at_ahead(site: Site, browser: Browser, login_id: str, named: str | None) -> None:
    outcome = browser.wait(login_id, method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id == named
    assert site.events == []


def test_a_callback_that_is_looked_at_ahead(site: Site, browser: Browser) -> None:
    departure = browser.start()
    outcome = browser.come_back(departure, method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id == departure.login_id
    assert told(site) == [("returned", None, "prefetch")]
    assert site.events[-1].login_id == departure.login_id


def test_a_callback_that_is_looked_at_ahead_where_a_state_says_nothing(make_site: MakeSite) -> None:
    site = make_site(binding="cookie")
    outcome = Browser(site).open(f"state={'0' * 26}.{'A' * 43}", method="HEAD")
    assert isinstance(outcome, Prefetch)
    assert outcome.login_id is None
    assert site.events[-1].login_id is None


def test_without_a_state_the_login_is_found_by_its_cookie(make_site: MakeSite) -> None:
    site = make_site(binding="cookie")
    assert isinstance(Browser(site).open(""), Unknown)
    assert told(site, 0) == [("returned", None, "no_cookie")]
    browser = Browser(site)
    departure = browser.start(account="alice")
    approve(site, departure)
    assert browser.open("", account="alice").kind == "signed_in"
    assert told(site)[:2] == [("started", "login", "cookie_only"), ("returned", "login", "cookie_only")]
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    assert isinstance(browser.open(""), Unknown)
    del browser.cookies[site.room.jar.name(departure.login_id)]
    browser.cookies[site.room.jar.name("0" * 26)] = "A" * 43
    assert isinstance(browser.open(""), Unknown)


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
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    (cookie,) = site.call(site.flow.signed_out, departure.login_id)
    assert (cookie.name, cookie.max_age) == (site.room.jar.name(departure.login_id), 0)
    outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedInAgain)
    assert not outcome.signs_in


def test_each_call_is_a_span_of_its_name(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("itsme_facade"))
    browser = Browser(make_site())
    departure = browser.start()
    browser.come_back(departure)
    browser.wait(departure)
    browser.type_code(departure, "12345678")
    spans = kept.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.start", "itsme.finish", "itsme.resume", "itsme.confirm"]
    assert all((span.attributes or {}).get("itsme.login_id") == departure.login_id for span in spans)
    assert (spans[0].attributes or {}).get("itsme.service") == "login"
    outcomes = [(span.attributes or {}).get("itsme.outcome") for span in spans]
    assert outcomes == ["started", "still_open", "still_open", "still_open"]
    provider.shutdown()


def test_a_sweep_looks_after_as_many_as_it_is_told_and_is_a_span(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    site = make_site()
    site.in_handler = fail
    for _ in range(2):
        browser = Browser(site)
        departure = browser.start()
        approve(site, departure)
        with pytest.raises(RuntimeError):
            browser.come_back(departure)
    site.in_handler = str
    site.clock.advance(31)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("itsme_facade"))
    assert site.sweep(seconds=-1.0).delivered == ()
    assert [len(site.sweep(limit=1).delivered) for _ in range(3)] == [1, 1, 0]
    spans = kept.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.sweep"] * 4
    assert [(span.attributes or {}).get("itsme.outcome") for span in spans] == ["swept"] * 4
    provider.shutdown()


def test_a_wrong_cookie_at_the_waiting_page_names_the_login(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    outcome = browser.wait(departure)
    assert isinstance(outcome, Forged)
    assert outcome.login_id == departure.login_id
    assert (site.events[-1].login_id, site.events[-1].reason) == (departure.login_id, "cookie")


def test_another_browser_comes_back_at_every_stage(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser, other = Browser(site), Browser(site)
    departure = browser.start(**WISHES)
    early = other.come_back(departure)
    assert isinstance(early, OtherBrowser)
    assert (early.login_id, early.locale, early.code) == (departure.login_id, "nl", None)
    assert told(site) == [("returned", "register", "other_browser"), ("claimed", "register", "")]
    approve(site, departure)
    shown = other.come_back(departure)
    assert isinstance(shown, OtherBrowser)
    assert (shown.login_id, shown.locale) == (departure.login_id, "nl")
    assert shown.code is not None
    assert told(site)[-1] == ("captured", "register", "unbound")
    site.in_handler = fail
    with pytest.raises(RuntimeError):
        browser.come_back(departure)
    bound = Browser(site).come_back(departure)
    assert isinstance(bound, OtherBrowser)
    assert (bound.code, bound.set_cookies) == (None, ())
    site.in_handler = str
    browser.come_back(departure)
    late = other.come_back(departure)
    assert isinstance(late, OtherBrowser)
    assert late.login_id == departure.login_id
    assert told(site)[-1] == ("returned", None, "other_browser")
    browser.log_out(departure)
    gone = Browser(site).come_back(departure)
    assert isinstance(gone, Unknown)
    assert gone.login_id == departure.login_id
    assert told(site)[-1] == ("returned", None, "signed_out")
    assert {event.login_id for event in site.events} == {departure.login_id}

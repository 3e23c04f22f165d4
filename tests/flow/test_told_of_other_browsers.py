"""What is told of a login that comes back in another browser, and of the code that is typed in the first."""

import pytest

from itsme_facade.flow import (
    OtherBrowser,
    SignedInAgain,
    StillOpen,
    Unknown,
)
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, approve, approved
from tests.flow.telling import WISHES, fail, known, told

pytestmark = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


def test_a_code_that_is_typed_for_an_account(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    departure = approved(browser, **WISHES, account="alice")
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
    departure = approved(browser)
    browser.come_back(departure)
    assert isinstance(browser.type_code(departure, "12345678"), SignedInAgain)
    other = browser.start()
    assert isinstance(browser.type_code(other, "12345678"), StillOpen)


def test_a_code_that_is_typed_when_the_browser_came_back_by_itself(make_site: MakeSite) -> None:
    site = make_site(code_for_other_browser=True)
    browser = Browser(site)
    departure = approved(browser)
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

"""The cookies a login sets: their names, what protects them, and how many there are."""

from typing import cast

import pytest

from itsme_facade.flow.cookies import Jar, SetCookie
from itsme_facade.flow.secrets import new_login_id
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def test_over_https_only_this_host_can_set_it_and_no_script_can_read_it(make_site: MakeSite) -> None:
    departure = Browser(make_site()).start()
    cookie = departure.set_cookies[0]
    assert cookie.name == f"__Host-itsme-{departure.login_id}"
    header = f"{cookie.name}={cookie.value}; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert cookie.header() == header


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/back", "http://shop.localhost/back"])
def test_over_plain_http_on_loopback_it_has_a_plain_name(make_site: MakeSite, url: str) -> None:
    departure = Browser(make_site(redirect_url=url)).start()
    cookie = departure.set_cookies[0]
    assert cookie.name == f"itsme-{departure.login_id}"
    assert "Secure" not in cookie.header()
    assert cookie.header().endswith("; HttpOnly; SameSite=Lax")


def test_a_browser_keeps_the_newest_five_logins(make_site: MakeSite) -> None:
    browser = Browser(make_site())
    logins = [browser.start().login_id for _ in range(7)]
    assert browser.site.room.jar.logins(browser.cookies) == sorted(logins, reverse=True)[:5]


def test_cookies_of_other_people_are_left_alone(make_site: MakeSite) -> None:
    site = make_site()
    foreign = {"itsme-x": "1", "__Host-itsme-": "2", "__Host-itsme-" + "z" * 26: "3", "session": "4"}
    foreign |= {f"itsme-{new_login_id()}": "of another port" for _ in range(9)}
    browser = Browser(site, dict(foreign))
    departure = browser.start()
    assert {cookie.max_age for cookie in departure.set_cookies} == {3_600}
    assert foreign.items() <= browser.cookies.items()


def test_a_cookie_hides_its_value(kind: str) -> None:
    assert kind
    assert "hidden" not in repr(SetCookie("n", "hidden", 1, secure=True))


def test_a_deleted_cookie_has_the_attributes_it_was_set_with(kind: str) -> None:
    assert kind
    header = Jar(secure=True).forget("x").header()
    assert header == "__Host-itsme-x=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"


def test_a_browser_is_known_by_a_cookie_when_its_starts_are_counted(make_site: MakeSite) -> None:
    browser = Browser(make_site())
    first, second = browser.start(), browser.start()
    assert "__Host-itsme-browser" in {cookie.name for cookie in first.set_cookies}
    assert "__Host-itsme-browser" not in {cookie.name for cookie in second.set_cookies}
    assert {cookie.secure for cookie in first.set_cookies} == {True}


@pytest.mark.parametrize("value", ["", 7, None, ["x"]])
def test_a_cookie_without_a_text_is_as_good_as_none(kind: str, value: object) -> None:
    assert kind
    cookies = cast("dict[str, str]", dict.fromkeys(["itsme-browser", "itsme-x", "itsme-code-x"], value))
    jar = Jar(secure=False)
    assert (jar.browser(cookies), jar.secret_of("x", cookies), jar.code_of("x", cookies)) == (None, None, None)

"""What can go wrong on the way, and what people are told: one thing to do next, in their language."""

import re

import httpx
import pytest
from playwright.sync_api import Response, expect

from itsme_facade.sandbox import Sandbox
from tests.e2e.acts import give_number
from tests.e2e.applications.acts import ITSME_PAGE, button, expect_page, login_of, start, state_of, way_back
from tests.e2e.applications.conftest import Visitors
from tests.e2e.applications.looking import barriers
from tests.e2e.applications.processes import Site
from tests.web.browsers import EveryNameIsHere

STARTS_OF_ONE_BROWSER = 10  # in ten minutes, unless an application says otherwise
AS_OURS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; prefetch-src 'self'; connect-src 'self'",
    "content-type": "text/html",
    "referrer-policy": "no-referrer",
}


@pytest.mark.parametrize(("site", "locale"), [("shop", "de"), ("library", "en"), ("bank", "fr")], indirect=["site"])
def test_who_refuses_is_told_so_and_may_begin_again(
    site: Site, locale: str, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale=locale).page
    login_page = start(page, site)
    sandbox.person("lucas").phone.refuse(login_page)
    page.wait_for_url(f"{site.url}/itsme/wait?login=*")
    expect_page(page, "cancelled", locale)
    assert page.locator(".itsme-reference code").inner_text() in site.written()
    page.get_by_role("link").last.click()
    page.wait_for_url(f"{site.url}/")
    expect(button(page)).to_be_visible()


def test_who_lets_the_time_run_out_is_told_so(library: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors(locale="fr").page
    start(page, library)
    give_number(page, sandbox.person("never-comes-back").phone.number)
    expect(page.locator(".icons")).to_be_visible()
    sandbox.clock.advance(minutes=4)
    page.wait_for_url(f"{library.url}/itsme/wait?login=*")
    expect_page(page, "expired", "fr")


@pytest.mark.parametrize(("site", "locale"), [("shop", "nl"), ("library", "de"), ("bank", "en")], indirect=["site"])
def test_when_itsme_cannot_be_reached_on_the_way_back_a_reload_finishes(
    site: Site, locale: str, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale=locale).page
    login_page = start(page, site)
    page.goto("about:blank")
    sandbox.person("approves").phone.approve(login_page)
    sandbox.faults.refuse_connections()
    answer = page.goto(way_back(sandbox, login_page))
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")
    assert int(answer.headers["retry-after"]) > 0
    expect_page(page, "cm_down", locale)
    sandbox.faults.accept_connections()
    page.get_by_role("link").last.click()
    page.wait_for_url(re.compile(rf"^{re.escape(site.url)}/(itsme/wait\?login=\w+)?$"))
    assert sandbox.transaction(login_page).reads == 1
    if site.application.card:
        # An itsme that belongs to no card: declined in the application's own words.
        expect(page.get_by_role("link", name="Go to the first page")).to_be_visible()
    else:
        expect(page.locator("main")).to_contain_text("You are signed in, Emma.")


def test_when_itsme_cannot_be_reached_at_the_start_the_page_has_a_button_to_try_again(
    shop: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale="de").page
    page.goto(f"{shop.url}/?next=/beer")
    sandbox.faults.refuse_connections()
    button(page).click()
    expect_page(page, "cm_down", "de")
    sandbox.faults.accept_connections()
    button(page).click()
    page.wait_for_url(ITSME_PAGE)
    sandbox.person("lucas").phone.approve(page.url)
    page.wait_for_url(f"{shop.url}/beer")


def test_data_that_a_broken_line_has_swallowed_is_said_to_be_lost(
    library: Site, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale="nl").page
    login_page = start(page, library)
    page.goto("about:blank")
    sandbox.person("lucas").phone.approve(login_page)
    sandbox.faults.next(call="status", drop="within-answer")
    page.goto(way_back(sandbox, login_page))
    expect_page(page, "lost", "nl")
    assert "lost" in library.written()
    page.get_by_role("link").last.click()
    expect(button(page)).to_be_visible()


def test_who_begins_again_and_again_is_asked_to_wait(bank: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    page = visitors(locale="fr").page
    answer: Response | None = None
    for _ in range(
        STARTS_OF_ONE_BROWSER + 3
    ):  # the first comes without the cookie that counts; about one more may pass
        page.goto(bank.url)
        with page.expect_response("**/itsme/start") as answered:
            button(page).click()
        answer = answered.value
        if answer.status != 303:
            break
        page.wait_for_url(ITSME_PAGE)
    assert answer is not None
    assert answer.status == 429
    assert int(answer.headers["retry-after"]) > 0
    expect_page(page, "too_many_starts", "fr")
    assert barriers(page) == []
    assert len(sandbox.transactions) > STARTS_OF_ONE_BROWSER


@pytest.mark.parametrize(("site", "locale"), [("shop", "en"), ("library", "fr"), ("bank", "de")], indirect=["site"])
def test_a_state_that_is_made_up_or_of_another_browser_signs_nobody_in(
    site: Site, locale: str, sandbox: Sandbox, visitors: Visitors
) -> None:
    page = visitors(locale=locale).page
    login_page = start(page, site)
    own = way_back(sandbox, login_page)
    wrong = own.replace(state_of(own), f"{login_of(own)}.{'A' * 43}")
    answer = page.goto(wrong)
    assert answer is not None
    assert answer.status == 403
    expect_page(page, "forged", locale)
    answer = page.goto(own.replace(state_of(own), f"{'0' * 26}.{'A' * 43}"))
    assert answer is not None
    assert answer.status == 404
    expect_page(page, "unknown", locale)
    assert sandbox.transaction(login_page).reads == 0


@pytest.mark.parametrize("site", ["shop", "library", "bank"], indirect=True)
def test_a_browser_that_looks_ahead_uses_nothing_up(site: Site, sandbox: Sandbox, visitors: Visitors) -> None:
    visitor = visitors()
    page = visitor.page
    login_page = start(page, site)
    address = way_back(sandbox, login_page)
    page.goto("about:blank")
    sandbox.person("approves").phone.approve(login_page)
    # A page of the same site, so that the browser looks ahead with its cookies.
    hint = f'<!doctype html><title>Ahead</title><link rel="prefetch" href="{address}">'
    page.route(f"{site.url}/ahead", lambda route: route.fulfill(headers=AS_OURS, body=hint))
    with visitor.context.expect_event("response", lambda response: response.url == address) as looked:
        page.goto(f"{site.url}/ahead")
    assert looked.value.request.headers["sec-purpose"] == "prefetch"
    assert looked.value.status == 503
    cookies = {cookie.get("name", ""): cookie.get("value", "") for cookie in visitor.context.cookies(site.url)}
    with httpx.Client(transport=EveryNameIsHere(), cookies=cookies) as same:
        for purpose in ("prefetch;prerender", "prefetch;anonymous-client-ip"):
            again = same.get(address, headers={"sec-purpose": purpose})
            assert (again.status_code, again.headers["cache-control"]) == (503, "no-store")
        assert same.head(address).status_code == 503
    assert sandbox.transaction(login_page).reads == 0
    visitor.complaints.clear()  # the browser says that it got a 503, as it is to
    page.goto(address)
    assert sandbox.transaction(login_page).reads == 1
    assert "state=" not in page.url

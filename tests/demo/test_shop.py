"""The demo's shop, a FastAPI application, over real sockets, as browsers meet it."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from itsme_facade.demo.declining import NOT_A_CUSTOMER, explain
from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.demo.browsers import STARTS, Browser, approve, come_in, way_back


def test_it_shows_what_it_asked_for_and_what_it_received(demo: Demo, shop: Browser) -> None:
    page = come_in(demo, shop).text
    for text in (
        "Hello, Lucas Maes",
        "<strong>register</strong>",
        "<li>address</li>",
        "Rue Neuve 1",
        "1974-01-31",
    ):
        assert text in page


def test_it_shows_whether_somebody_is_an_adult_as_far_as_that_can_be_known(demo: Demo, shop: Browser) -> None:
    for person, answer in {"lucas": "yes", "sixteen": "no", "no-birthdate": None}.items():
        said = re.findall("<dt>18 or older</dt><dd>(.*)</dd>", come_in(demo, shop, person=person).text)
        assert said == ([answer] if answer else [])
        shop.log_out()


def test_the_browser_is_sent_on_to_a_clean_address_by_a_redirect(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    answer = shop.get(way_back(demo, url))
    assert (answer.status_code, answer.headers["location"], answer.headers["cache-control"]) == (303, "/", "no-store")


def test_a_customer_who_logs_in_is_known_again_by_the_user_id(demo: Demo, shop: Browser, stranger: Browser) -> None:
    come_in(demo, shop)
    page = come_in(demo, stranger, "login").text
    assert "Hello, Lucas Maes" in page
    assert "Rue Neuve" not in page


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "de"])
def test_somebody_who_never_signed_up_is_asked_to_in_their_language(demo: Demo, shop: Browser, locale: str) -> None:
    url = shop.start("login", locale=locale)
    approve(demo, url, "approves")
    page = shop.follow(way_back(demo, url)).text
    told = explain(NOT_A_CUSTOMER, locale)
    assert told is not None
    assert f'<html lang="{locale}">' in page
    assert told.title in page.replace("&#39;", "'")
    assert "Sign up with itsme" in shop.get("/").text


@pytest.mark.parametrize(("end", "kind"), [("refuse", "cancelled"), ("fail", "failure"), ("expire", "expired")])
def test_an_end_without_an_identity_says_what_to_do(demo: Demo, shop: Browser, end: str, kind: str) -> None:
    url = shop.start()
    match end:
        case "refuse":
            demo.sandbox.person("lucas").phone.refuse(url)
        case "fail":
            demo.sandbox.fail(url)
        case _:
            demo.sandbox.expire(url)
    page = shop.follow(way_back(demo, url)).text
    told = message(kind, "en")
    assert told.text in page
    assert f'href="/">{told.action}</a>' in page
    assert "Sign up with itsme" in shop.get("/").text


def test_who_comes_back_before_the_end_waits_and_goes_on(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    waiting = shop.follow(way_back(demo, url))
    assert message("still_open", "en").title in waiting.text
    here = waiting.headers["refresh"].partition("url=")[2]
    approve(demo, url)
    assert "Hello, Lucas Maes" in shop.follow(here).text


def test_coming_back_several_times_at_once_reads_once_and_signs_in(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    back = way_back(demo, url)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(shop.get, [back] * 5))
    assert {answer.status_code for answer in answers} == {303}
    assert "/" in [answer.headers["location"] for answer in answers]
    assert demo.sandbox.transaction(url).reads == 1
    assert "Hello, Lucas Maes" in shop.get("/").text


def test_another_browser_that_has_the_address_gets_nothing(demo: Demo, shop: Browser, stranger: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    page = stranger.follow(way_back(demo, url))
    assert page.status_code == 409
    assert message("other_browser", "en").title in page.text
    assert "Hello" not in stranger.get("/").text
    assert "Hello, Lucas Maes" in shop.follow(way_back(demo, url)).text
    assert demo.sandbox.transaction(url).reads == 1


def test_two_logins_of_one_browser_do_not_get_in_each_others_way(demo: Demo, shop: Browser) -> None:
    first, second = shop.start(), shop.start()
    demo.sandbox.person("lucas").phone.refuse(second)
    approve(demo, first)
    assert message("cancelled", "en").text in shop.follow(way_back(demo, second)).text
    assert "Hello, Lucas Maes" in shop.follow(way_back(demo, first)).text


@pytest.mark.parametrize("header", ["sec-purpose", "purpose", "x-moz"])
def test_a_prefetch_of_the_way_back_consumes_nothing(demo: Demo, shop: Browser, header: str) -> None:
    url = shop.start()
    approve(demo, url)
    answer = shop.get(way_back(demo, url), headers={header: "prefetch"})
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert shop.head(way_back(demo, url)).status_code == 503
    assert demo.sandbox.transaction(url).reads == 0


@pytest.mark.parametrize("service", ["login", "register"])
def test_a_form_of_another_site_does_nothing(demo: Demo, shop: Browser, service: str) -> None:
    come_in(demo, shop)
    before = len(demo.sandbox.transactions)
    for token in ({}, {"csrf_token": "guessed"}):
        assert shop.post(STARTS[service], data={"service": service, **token}).status_code == 403
        assert shop.post("/itsme/register/logout", data=token).status_code == 403
    assert len(demo.sandbox.transactions) == before
    assert "Hello, Lucas Maes" in shop.get("/").text


@pytest.mark.parametrize("service", ["login", "register"])
def test_logging_out_forgets_and_coming_back_again_does_not_sign_in(demo: Demo, shop: Browser, service: str) -> None:
    come_in(demo, shop)
    shop.log_out()
    url = shop.start(service)
    approve(demo, url)
    assert "Hello" in shop.follow(way_back(demo, url)).text
    assert shop.log_out().status_code == 303
    assert "Hello" not in shop.get("/").text
    assert "Hello" not in shop.follow(way_back(demo, url)).text


def test_a_login_that_is_given_up_leaves_who_is_signed_in_signed_in(demo: Demo, shop: Browser) -> None:
    come_in(demo, shop)
    url = shop.start("login")
    demo.sandbox.person("lucas").phone.refuse(url)
    assert message("cancelled", "en").title in shop.follow(way_back(demo, url)).text
    assert "Hello, Lucas Maes" in shop.get("/").text


def test_the_cookies_are_for_this_site_and_no_script(demo: Demo, shop: Browser) -> None:
    cookies = shop.get("/").headers.get_list("set-cookie")
    answer = shop.post(STARTS["login"], data={**shop.form(), "service": "login"})
    cookies += answer.headers.get_list("set-cookie")
    assert {re.split("[=-]", cookie)[0] for cookie in cookies} == {"session", "itsme"}
    state = parse_qs(urlsplit(way_back(demo, answer.headers["location"])).query)["state"][0]
    for cookie in cookies:
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()
        assert "domain" not in cookie.lower()
        assert state not in cookie


def test_no_page_and_no_address_shows_a_secret_of_the_server(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    transaction = demo.sandbox.world.transaction(url.rpartition("/")[2])
    waiting = shop.follow(way_back(demo, url))
    approve(demo, url)
    back = shop.get(way_back(demo, url))
    seen = [url, waiting.text, str(waiting.headers), str(back.headers), shop.get("/").text]
    for secret in (demo.sandbox.token, transaction.token):
        assert not any(secret in text for text in seen)


def test_the_service_and_the_language_asked_for_reach_itsme(demo: Demo, shop: Browser) -> None:
    view = demo.sandbox.transaction(shop.start("login", locale="nl"))
    assert (view.service, view.scopes, view.locale) == ("login", ("profile",), "nl")


@pytest.mark.parametrize(("accepted", "chosen"), [("fr-BE,fr;q=0.9", "fr"), ("de", "de"), ("pt", "en"), ("", "en")])
def test_the_language_offered_first_is_the_browsers(shop: Browser, accepted: str, chosen: str) -> None:
    page = shop.get("/", headers={"accept-language": accepted}).text
    assert re.findall(r'value="(\w\w)"[^>]* selected', page) == [chosen]

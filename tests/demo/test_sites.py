"""The demo's shop and bank, over real sockets, as browsers meet them."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from itsme_facade.demo.demo import Demo
from itsme_facade.demo.shop import UNKNOWN
from itsme_facade.demo.site import CANCELLED, EXPIRED, FAILED

APPROVES = "+32470000023"


class Browser(httpx.Client):
    """A browser on one site, which it reaches by number and calls by name."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(
            base_url=f"http://127.0.0.1:{parts.port}", headers={"host": parts.netloc}, trust_env=False, timeout=10
        )

    def form(self) -> dict[str, str]:
        page = self.get("/").raise_for_status().text
        token = re.search('name="csrf" value="([^"]+)"', page)
        assert token is not None
        return {"csrf": token[1], "locale": "nl"}

    def start(self, service: str = "register") -> str:
        """Presses the button; where the browser is sent."""
        answer = self.post("/itsme/start", data={**self.form(), "service": service})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


@pytest.fixture(scope="module")
def running() -> Iterator[Demo]:
    with Demo() as demo:
        yield demo


@pytest.fixture
def demo(running: Demo) -> Demo:
    running.sandbox.reset()
    return running


@pytest.fixture
def shop(demo: Demo) -> Iterator[Browser]:
    with Browser(demo.shop_url) as browser:
        yield browser


@pytest.fixture
def stranger(demo: Demo) -> Iterator[Browser]:
    with Browser(demo.shop_url) as browser:
        yield browser


def way_back(demo: Demo, authentication_url: str) -> str:
    """Where itsme would send the browser, which only the sandbox knows."""
    transaction = demo.sandbox.world.transaction(authentication_url.rpartition("/")[2])
    parts = urlsplit(transaction.request.redirect_url)
    return f"{parts.path}?{parts.query}"


def approve(demo: Demo, authentication_url: str) -> None:
    demo.sandbox.person("lucas").phone.approve(authentication_url)


def sign_up(demo: Demo, shop: Browser) -> str:
    """From the button to the shop's page; the way back that was taken."""
    url = shop.start()
    approve(demo, url)
    back = way_back(demo, url)
    assert shop.get(back).headers["location"] == "/"
    return back


def test_the_shop_shows_what_it_asked_for_and_what_it_received(demo: Demo, shop: Browser) -> None:
    sign_up(demo, shop)
    page = shop.get("/").text
    for text in (
        "Hello, Lucas Maes",
        "<strong>register</strong>",
        "<strong>address</strong>",
        "Rue Neuve 1",
        "1974-01-31",
    ):
        assert text in page


def test_the_browser_is_sent_on_to_a_clean_address_by_a_redirect(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    answer = shop.get(way_back(demo, url))
    assert (answer.status_code, answer.headers["location"], answer.headers["cache-control"]) == (303, "/", "no-store")


def test_a_customer_who_logs_in_is_known_again_by_the_user_id(demo: Demo, shop: Browser, stranger: Browser) -> None:
    sign_up(demo, shop)
    url = stranger.start("login")
    approve(demo, url)
    stranger.get(way_back(demo, url))
    page = stranger.get("/").text
    assert "Hello, Lucas Maes" in page
    assert "Rue Neuve" not in page


def test_somebody_who_never_signed_up_is_asked_to(demo: Demo, shop: Browser) -> None:
    url = shop.start("login")
    demo.sandbox.person("approves").phone.approve(url)
    shop.get(way_back(demo, url))
    page = shop.get("/").text
    assert UNKNOWN in page
    assert "Sign up with itsme" in page


@pytest.mark.parametrize(("end", "text"), [("refuse", CANCELLED), ("fail", FAILED), ("expire", EXPIRED)])
def test_an_end_without_an_identity_says_what_to_do(demo: Demo, shop: Browser, end: str, text: str) -> None:
    url = shop.start()
    match end:
        case "refuse":
            demo.sandbox.person("lucas").phone.refuse(url)
        case "fail":
            demo.sandbox.fail(url)
        case _:
            demo.sandbox.expire(url)
    assert shop.get(way_back(demo, url)).headers["location"] == "/"
    page = shop.get("/").text
    assert text in page
    assert "Sign up with itsme" in page


def test_who_comes_back_before_the_end_can_go_on(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    back = way_back(demo, url)
    page = shop.get(back)
    assert page.status_code == 200
    assert f'href="{url}"' in page.text
    approve(demo, url)
    shop.get(back)
    assert "Hello, Lucas Maes" in shop.get("/").text


def test_coming_back_several_times_at_once_reads_once_and_signs_in(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    back = way_back(demo, url)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(shop.get, [back] * 5))
    assert [answer.headers["location"] for answer in answers] == ["/"] * 5
    assert demo.sandbox.transaction(url).reads == 1
    assert "Hello, Lucas Maes" in shop.get("/").text


def test_another_browser_that_has_the_address_gets_nothing(demo: Demo, shop: Browser, stranger: Browser) -> None:
    url = shop.start()
    approve(demo, url)
    stranger.get("/")
    answer = stranger.get(way_back(demo, url))
    assert answer.status_code == 403
    assert "another browser" in answer.text
    assert demo.sandbox.transaction(url).reads == 0
    shop.get(way_back(demo, url))
    assert "Hello, Lucas Maes" in shop.get("/").text


def test_the_cookie_of_one_login_does_not_open_another(demo: Demo, shop: Browser, stranger: Browser) -> None:
    shop.start()
    theirs = stranger.start()
    approve(demo, theirs)
    assert shop.get(way_back(demo, theirs)).status_code == 403
    assert demo.sandbox.transaction(theirs).reads == 0


def test_two_logins_of_one_browser_do_not_get_in_each_others_way(demo: Demo, shop: Browser) -> None:
    first, second = shop.start(), shop.start()
    demo.sandbox.person("lucas").phone.refuse(second)
    approve(demo, first)
    shop.get(way_back(demo, second))
    assert CANCELLED in shop.get("/").text
    shop.get(way_back(demo, first))
    assert "Hello, Lucas Maes" in shop.get("/").text


@pytest.mark.parametrize("header", ["sec-purpose", "purpose", "x-moz"])
def test_a_prefetch_of_the_way_back_consumes_nothing(demo: Demo, shop: Browser, header: str) -> None:
    url = shop.start()
    approve(demo, url)
    answer = shop.get(way_back(demo, url), headers={header: "prefetch"})
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert shop.head(way_back(demo, url)).status_code == 503
    assert demo.sandbox.transaction(url).reads == 0


def test_an_address_of_no_login_says_where_to_go(shop: Browser) -> None:
    answer = shop.get("/itsme/back?state=made-up")
    assert answer.status_code == 404
    assert "Start again from the first page." in answer.text


@pytest.mark.parametrize("path", ["/itsme/start", "/log-out"])
def test_a_form_of_another_site_does_nothing(demo: Demo, shop: Browser, path: str) -> None:
    sign_up(demo, shop)
    before = len(demo.sandbox.transactions)
    for token in ({}, {"csrf": "guessed"}):
        assert shop.post(path, data={"service": "login", "locale": "nl", **token}).status_code == 403
    assert len(demo.sandbox.transactions) == before
    assert "Hello, Lucas Maes" in shop.get("/").text


@pytest.mark.parametrize("change", [{"service": "sell"}, {"locale": "xx"}])
def test_a_form_that_was_changed_on_the_way_is_refused(shop: Browser, change: dict[str, str]) -> None:
    answer = shop.post("/itsme/start", data={**shop.form(), "service": "login", **change})
    assert answer.status_code == 400


def test_logging_in_gives_the_visit_a_new_key(demo: Demo, shop: Browser) -> None:
    shop.get("/")
    before = shop.cookies["visit"]
    sign_up(demo, shop)
    assert shop.cookies["visit"] != before
    with Browser(demo.shop_url) as other:
        other.cookies.set("visit", before)
        assert "Hello" not in other.get("/").text


def test_logging_out_forgets_and_coming_back_again_does_not_sign_in(demo: Demo, shop: Browser) -> None:
    back = sign_up(demo, shop)
    token = re.search('name="csrf" value="([^"]+)"', shop.get("/").text)
    assert token is not None
    assert shop.post("/log-out", data={"csrf": token[1]}).status_code == 303
    assert "Hello" not in shop.get("/").text
    assert shop.get(back).headers["location"] == "/"
    assert "Hello" not in shop.get("/").text


def test_a_login_that_is_given_up_leaves_who_is_signed_in_signed_in(demo: Demo, shop: Browser) -> None:
    sign_up(demo, shop)
    token = re.search('name="csrf" value="([^"]+)"', shop.get("/").text)
    assert token is not None
    answer = shop.post("/itsme/start", data={"csrf": token[1], "service": "login", "locale": "nl"})
    url = answer.headers["location"]
    demo.sandbox.person("lucas").phone.refuse(url)
    shop.get(way_back(demo, url))
    page = shop.get("/").text
    assert "Hello, Lucas Maes" in page
    assert CANCELLED in page


def test_the_cookies_are_for_this_site_and_no_script(demo: Demo, shop: Browser) -> None:
    cookies = [shop.get("/").headers["set-cookie"]]
    answer = shop.post("/itsme/start", data={**shop.form(), "service": "login"})
    cookies.append(answer.headers["set-cookie"])
    assert [name.partition("=")[0][:5] for name in cookies] == ["visit", "itsme"]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie
    assert parse_qs(urlsplit(way_back(demo, answer.headers["location"])).query)["state"][0] not in cookies[1]


def test_no_page_and_no_address_shows_a_secret_of_the_server(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    transaction = demo.sandbox.world.transaction(url.rpartition("/")[2])
    open_page = shop.get(way_back(demo, url))
    approve(demo, url)
    back = shop.get(way_back(demo, url))
    seen = [url, open_page.text, str(open_page.headers), str(back.headers), shop.get("/").text]
    for secret in (demo.sandbox.token, transaction.token):
        assert not any(secret in text for text in seen)


def test_the_service_and_the_language_asked_for_reach_itsme(demo: Demo, shop: Browser) -> None:
    view = demo.sandbox.transaction(shop.start("login"))
    assert (view.service, view.scopes, view.locale) == ("login", ("profile",), "nl")


@pytest.mark.parametrize(("accepted", "chosen"), [("fr-BE,fr;q=0.9", "fr"), ("de", "de"), ("pt", "en"), ("", "en")])
def test_the_language_offered_first_is_the_browsers(shop: Browser, accepted: str, chosen: str) -> None:
    page = shop.get("/", headers={"accept-language": accepted}).text
    assert re.findall(r'value="(\w\w)"[^>]* selected', page) == [chosen]


def test_another_name_for_this_machine_is_not_the_site(shop: Browser) -> None:
    assert shop.get("/", headers={"host": "shop.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/nothing", "/itsme/start"])
def test_an_unknown_address_gets_a_page_that_says_where_to_go(shop: Browser, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 404
    assert "To the first page" in answer.text


def test_every_page_says_that_it_is_a_demo_and_holds_to_a_strict_policy(demo: Demo, shop: Browser) -> None:
    url = shop.start()
    pages = [shop.get("/"), shop.get("/nothing"), shop.get(way_back(demo, url)), shop.get("/itsme/back")]
    with Browser(demo.bank_url) as bank:
        pages.append(bank.get("/"))
    for page in pages:
        assert "This is a demo on your own machine." in page.text
        assert "itsme® is a registered trademark of its owner." in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"


def test_without_itsme_the_page_says_so_and_what_to_do() -> None:
    with Demo() as demo, Browser(demo.shop_url) as shop:
        form = shop.form()
        demo.sandbox.stop()
        answer = shop.post("/itsme/start", data={**form, "service": "login"})
        assert answer.status_code == 502
        assert "you were not sent there. Try again" in answer.text


def test_when_itsme_does_not_answer_on_the_way_back_reloading_can_help() -> None:
    with Demo() as demo, Browser(demo.shop_url) as shop:
        url = shop.start()
        back = way_back(demo, url)
        demo.sandbox.stop()
        answer = shop.get(back)
        assert answer.status_code == 502
        assert "Reload this page." in answer.text

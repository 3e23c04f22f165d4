"""Who may use the pages: browsers of this machine, by its own names, and no other site through them."""

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.parsed import Page
from tests.sandbox.pages.visitor import look_at

PAGES = [
    *("/", "/people", "/people/lucas", "/transactions", "/calls", "/faults", "/magic-numbers", "/desk", "/bank"),
    *("/bank/kbc", "/bank/kbc/enrol", "/phone/lucas", "/phone/lucas/app", "/phone/lucas/messages"),
]
NO_FORMS = {"/people", "/calls", "/magic-numbers", "/bank", "/phone/lucas/messages"}
FORMS = [path for path in PAGES if path not in NO_FORMS]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::", "localhost.evil.example"])
def test_a_page_does_not_answer_to_another_sites_name(
    sandbox: Sandbox, browser: httpx.Client, path: str, host: str
) -> None:
    answer = browser.get(sandbox.url + path, headers={"host": host})
    assert answer.status_code in (400, 403)
    if answer.status_code == 403:
        assert look_at(answer).heading == "This page answers on this machine only"


@pytest.mark.parametrize("host", ["localhost", "itsme.localhost:8484", "127.0.0.1", "[::1]:80"])
def test_a_page_answers_to_every_name_of_this_machine(sandbox: Sandbox, browser: httpx.Client, host: str) -> None:
    assert browser.get(sandbox.url, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:1"},
    ],
    ids=["another origin", "a hidden origin", "another site", "a sister site", "another port"],
)
def test_a_form_of_another_site_does_nothing(
    sandbox: Sandbox, browser: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    sandbox.world.accounts.block("lucas")
    data = {"do": "reset", "number": "0471234567", "email": "me@mail.example", "browser": "windows/Mozilla Firefox"}
    answer = browser.post(sandbox.url + path, data=data, headers=headers)
    assert answer.status_code == 403
    page = look_at(answer)
    assert page.heading == "This form was sent by another site"
    assert path in (page.links.get("Back to the page"), page.links["Control room"])
    assert sandbox.world.accounts.of("lucas").state == "blocked"
    assert not sandbox.world.desk.enrolments()


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing", "/phone", "/static/../people.toml"])
def test_an_address_where_nothing_is_says_what_to_do(sandbox: Sandbox, browser: httpx.Client, path: str) -> None:
    answer = browser.get(sandbox.url + path, headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert Page(answer.text).links["To the control room"] == "/"


def test_a_program_is_told_in_json_that_nothing_is_there(sandbox: Sandbox, browser: httpx.Client) -> None:
    assert browser.get(f"{sandbox.url}/nothing").json()["status"] == 404


def test_the_api_and_the_control_api_answer_in_json_whoever_asks(sandbox: Sandbox, browser: httpx.Client) -> None:
    for url in (f"{sandbox.api_url}/nothing", f"{sandbox.control_url}/nothing"):
        assert browser.get(url, headers={"accept": "text/html"}).json()["status"] == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_method_that_a_page_does_not_take_is_refused_as_a_page(
    sandbox: Sandbox, browser: httpx.Client, path: str
) -> None:
    answer = browser.request("DELETE", sandbox.url + path, headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert look_at(answer).heading == "That did not work"


@pytest.mark.parametrize("name", ["live.js", "twice.js", "sandbox.css", "icon.svg"])
def test_the_files_of_pages_are_our_own_and_need_nothing_from_elsewhere(
    sandbox: Sandbox, browser: httpx.Client, name: str
) -> None:
    file = browser.get(f"{sandbox.url}/static/{name}")
    assert file.status_code == 200
    assert file.headers["x-content-type-options"] == "nosniff"
    for word in ("url(", "@import", "https://", "//cdn", "eval(", "innerHTML = "):
        assert word not in file.text

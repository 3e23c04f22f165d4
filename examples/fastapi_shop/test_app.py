"""The shop's own tests: the whole way through the local sandbox, without a browser."""
# ruff: noqa: S101

import re
import socket
import threading
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
import uvicorn

from examples.fastapi_shop.app import Customers, create_app
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Generator[httpx.Client]:
    """A browser in front of the shop, which listens on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environ = {
            "ITSME_TOKEN": sandbox.token,
            "ITSME_BASE_URL": sandbox.api_url,
            "ITSME_KEYS": new_key(),
            "ITSME_STORE_URL": f"sqlite:///{tmp_path / 'logins.db'}",
            "ITSME_REDIRECT_URL": f"{url}/itsme/back",
        }
        app = create_app(environ, Customers(tmp_path / "customers.db"))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        with httpx.Client(base_url=url, headers={"accept": "text/html"}, trust_env=False) as client:
            yield client
        server.should_exit = True
        thread.join()


def log_in(shop: httpx.Client, sandbox: Sandbox, person: str, page: str = "/", answer: str = "approve") -> str:
    """Press the button, answer on the phone, come back; says what the page at the end shows."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shop.get(page).text))
    login_page = shop.post("/itsme/start", data=fields).headers["location"]
    getattr(sandbox.person(person).phone, answer)(login_page)
    callback = sandbox.world.transaction(login_page.rpartition("/")[2]).request.redirect_url
    return shop.get(callback, follow_redirects=True).text


def test_a_customer_logs_in_and_is_greeted_by_name(shop: httpx.Client, sandbox: Sandbox) -> None:
    assert "You are signed in, Lucas." in log_in(shop, sandbox, "lucas")


def test_an_adult_who_wants_beer_logs_in_and_gets_it(shop: httpx.Client, sandbox: Sandbox) -> None:
    sent = shop.get("/beer")
    assert sent.status_code == 303
    assert "one beer is on its way" in log_in(shop, sandbox, "lucas", sent.headers["location"])


@pytest.mark.parametrize(
    ("person", "answer"),
    [("sixteen", "You are not 18 yet"), ("no-birthdate", "did not tell us your full date of birth")],
)
def test_beer_is_for_those_alone_who_are_known_to_be_adults(
    shop: httpx.Client, sandbox: Sandbox, person: str, answer: str
) -> None:
    log_in(shop, sandbox, person)
    assert answer in shop.get("/beer").text


def test_a_person_who_refuses_is_told_so_on_a_page_of_the_shop(shop: httpx.Client, sandbox: Sandbox) -> None:
    page = log_in(shop, sandbox, "lucas", answer="refuse")
    assert "The login was cancelled" in page
    assert "Corner shop" in page
    assert shop.get("/beer").status_code == 303


def test_a_customer_who_comes_again_is_the_same_customer(shop: httpx.Client, sandbox: Sandbox, tmp_path: Path) -> None:
    for _ in range(2):
        log_in(shop, sandbox, "lucas")
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)">', shop.get("/").text))
        assert shop.post("/itsme/logout", data=fields).status_code == 303
        assert "You are signed in" not in shop.get("/").text
    with Customers(tmp_path / "customers.db").database() as database:
        assert database.execute("SELECT name, adult FROM customers").fetchall() == [("Lucas", 1)]

"""The library's own tests: the whole way through the local sandbox, with Flask's test client as the browser."""
# ruff: noqa: S101

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from examples.flask_library.app import READERS, Readers, create_app, make_flow
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key

URL = "http://library.localhost"


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def library(sandbox: Sandbox, tmp_path: Path) -> Generator[FlaskClient]:
    environ = {
        "ITSME_TOKEN": sandbox.token,
        "ITSME_BASE_URL": sandbox.api_url,
        "ITSME_KEYS": new_key(),
        "ITSME_STORE_URL": f"sqlite:///{tmp_path / 'logins.db'}",
        "ITSME_REDIRECT_URL": f"{URL}/itsme/back",
    }
    readers = Readers(tmp_path / "readers.db")
    with make_flow(environ, readers) as flow:
        app = create_app(flow, readers, secret="for tests", https=False)  # noqa: S106
        yield app.test_client()


def page(library: FlaskClient, address: str = "/") -> str:
    return library.get(address, base_url=URL, headers={"accept": "text/html"}, follow_redirects=True).text


def post(library: FlaskClient, address: str, shown: str, **fields: str) -> str:
    """Send the form of a page; says where the answer leads."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    return library.post(address, base_url=URL, data=hidden | fields).headers["Location"]


def sign_in_with_card(library: FlaskClient, card: str) -> str:
    post(library, "/password", page(library), card=card, password=READERS[card][1])
    return page(library)


def press_itsme_button(library: FlaskClient, sandbox: Sandbox, shown: str, person: str = "lucas") -> str:
    """Press the button, approve on the phone, come back; says what the page at the end shows."""
    login_page = post(library, "/itsme/start", shown)
    sandbox.person(person).phone.approve(login_page)
    callback = sandbox.world.transaction(login_page.rpartition("/")[2]).request.redirect_url
    return page(library, callback.removeprefix(URL))


def log_out(library: FlaskClient) -> str:
    assert post(library, "/itsme/logout", page(library)) == "/"
    return page(library)


def test_a_reader_links_their_itsme_and_logs_in_with_it_from_then_on(library: FlaskClient, sandbox: Sandbox) -> None:
    linked = press_itsme_button(library, sandbox, sign_in_with_card(library, "L-1001"))
    assert "Your itsme is linked to this card." in linked
    back = press_itsme_button(library, sandbox, log_out(library))
    assert "You are signed in, Lucas, with card L-1001." in back
    assert "until Friday" in page(library, "/loans")


def test_an_itsme_that_is_not_linked_signs_nobody_in(library: FlaskClient, sandbox: Sandbox) -> None:
    told = press_itsme_button(library, sandbox, page(library))
    assert "Your itsme is not linked yet" in told
    assert "You are signed in" not in page(library)


def test_an_itsme_belongs_to_one_card(library: FlaskClient, sandbox: Sandbox) -> None:
    press_itsme_button(library, sandbox, sign_in_with_card(library, "L-1001"))
    log_out(library)
    told = press_itsme_button(library, sandbox, sign_in_with_card(library, "L-1002"))
    assert "This itsme belongs to another card" in told


def test_a_person_with_a_new_itsme_links_it_once_more(library: FlaskClient, sandbox: Sandbox) -> None:
    shown = sign_in_with_card(library, "L-1001")
    press_itsme_button(library, sandbox, shown)
    sandbox.person("lucas").make_account_anew()
    assert "not linked yet" in press_itsme_button(library, sandbox, log_out(library))
    press_itsme_button(library, sandbox, sign_in_with_card(library, "L-1001"))
    assert "with card L-1001" in press_itsme_button(library, sandbox, log_out(library))


def test_a_wrong_password_signs_nobody_in(library: FlaskClient) -> None:
    post(library, "/password", page(library), card="L-1001", password="new books")  # noqa: S106
    assert "do not belong together" in page(library)
    assert library.get("/loans", base_url=URL, headers={"accept": "text/html"}).location == "/?next=%2Floans"

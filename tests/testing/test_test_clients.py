"""A site's own tests, with the test client of each framework, log people in."""

from pathlib import Path

import pytest

from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

SITES = Path(__file__).parent / "sites"

# What a user's tests do, whichever the test client is: `start`, `open_page` and `text` are all that differs.
STORIES = """
import pytest

def test_a_person_logs_in(site, itsme_person):
    back = itsme_person.log_in(start(site))
    assert text(open_page(site, back)) == (200, "Hello Lucas Maes")

@pytest.mark.itsme(answers="refuse")
def test_a_person_refuses(site, itsme_person):
    back = itsme_person.log_in(start(site))
    assert text(open_page(site, back)) == (200, "Not logged in: cancelled")

@pytest.mark.itsme(person="no-given-name", faults=[{"call": "status", "delay": 0.1}])
def test_a_person_without_a_given_name_while_the_api_is_slow(site, itsme_person):
    back = itsme_person.log_in(start(site))
    assert text(open_page(site, back)) == (200, "Hello Suryani")

def test_the_way_back_is_worth_nothing_in_another_browser(site, other_browser, itsme_person):
    back = itsme_person.log_in(start(site))
    assert text(open_page(other_browser, back)) == (403, "Go on in the browser where you began.")
    assert text(open_page(site, back)) == (200, "Hello Lucas Maes")

def test_the_screens_are_in_the_language_of_the_page(site, itsme_sandbox):
    start(site)
    assert [transaction.locale for transaction in itsme_sandbox.transactions] == ["nl"]
"""

WITH_STARLETTE = """
import pytest
import starlette_site
from starlette.testclient import TestClient

@pytest.fixture
def app(itsme):
    return starlette_site.make_app(itsme)

@pytest.fixture
def site(app):
    return TestClient(app, base_url="https://shop.example", headers={"accept-language": "nl"})

@pytest.fixture
def other_browser(app):
    return TestClient(app, base_url="https://shop.example")

def start(site):
    return site.post("/itsme/start", follow_redirects=False).headers["location"]

def open_page(site, address):
    return site.get(address)

def text(answer):
    return answer.status_code, answer.text
"""
WITH_FLASK = """
import flask_site
import pytest

@pytest.fixture
def app(itsme):
    return flask_site.make_app(itsme)

@pytest.fixture
def site(app):
    return app.test_client()

@pytest.fixture
def other_browser(app):
    return app.test_client()

def start(site):
    answer = site.post("/itsme/start", base_url="https://shop.example", headers={"Accept-Language": "nl"})
    return answer.headers["Location"]

def open_page(site, address):
    return site.get(address)

def text(answer):
    return answer.status_code, answer.text
"""
WITH_DJANGO = """
import django_site
import pytest

@pytest.fixture
def site(itsme):
    django_site.set_up(itsme)
    from django.test import Client

    return Client(headers={"accept-language": "nl"})

@pytest.fixture
def other_browser(site):
    return type(site)()

def start(site):
    return site.post("/itsme/start", secure=True).headers["Location"]

def open_page(site, address):
    return site.get(address, secure=True)

def text(answer):
    return answer.status_code, answer.text
"""
WITH_HTTPX = """
import httpx
import anyio
import pytest
import starlette_site
from functools import partial

@pytest.fixture
def app(itsme):
    return starlette_site.make_app(itsme)

@pytest.fixture
def site(app):
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="https://shop.example", headers={"accept-language": "nl"})

@pytest.fixture
def other_browser(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://shop.example")

def start(site):
    return anyio.run(partial(site.post, "/itsme/start")).headers["location"]

def open_page(site, address):
    return anyio.run(site.get, address)

def text(answer):
    return answer.status_code, answer.text
"""


@pytest.mark.parametrize(
    ("framework", "using", "options"),
    [
        # Starlette's test client says that it would rather have another HTTP client.
        ("starlette", WITH_STARLETTE, ("-W", "ignore:Using `httpx`")),
        ("flask", WITH_FLASK, ()),
        ("django", WITH_DJANGO, ()),
        ("starlette", WITH_HTTPX, ()),
    ],
    ids=["Starlette and FastAPI", "Flask", "Django", "httpx over ASGI"],
)
def test_people_log_in_through_a_test_client(
    run_tests: RunTests, framework: str, using: str, options: tuple[str, ...]
) -> None:
    site = f"{framework}_site"
    run_tests(using + STORIES, *options, **{site: (SITES / f"{site}.py").read_text("utf-8")}).assert_outcomes(passed=5)

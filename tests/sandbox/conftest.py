"""A running sandbox, and a relying party that speaks plain HTTP to it."""

import secrets
from collections.abc import Callable, Iterator

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import RelyingParty


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def shop(sandbox: Sandbox, http: httpx.Client) -> RelyingParty:
    return RelyingParty(sandbox, http)


@pytest.fixture
def new_browser() -> Iterator[Callable[[], httpx.Client]]:
    """Makes browsers: clients that keep cookies and follow no redirect by themselves."""
    browsers: list[httpx.Client] = []

    def make() -> httpx.Client:
        browsers.append(httpx.Client(headers={"user-agent": f"browser {secrets.token_hex(4)}"}))
        return browsers[-1]

    yield make
    for browser in browsers:
        browser.close()


@pytest.fixture
def browser(new_browser: Callable[[], httpx.Client]) -> httpx.Client:
    return new_browser()

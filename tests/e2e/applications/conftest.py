"""One sandbox and three applications for all stories, and what must be true after each of them."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from itsme_facade.sandbox import Sandbox
from tests.e2e.applications.acts import DESK, Visitor, state_of
from tests.e2e.applications.processes import BANK, LIBRARY, SHOP, Site


class Visitors(Protocol):
    """Opens a browser of somebody's own."""

    def __call__(self, *, locale: str = "en", screen: tuple[int, int] = DESK, javascript: bool = True) -> Visitor: ...


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        # Under a name of its own it is another site to a browser; two ports of 127.0.0.1 would be one.
        sandbox.app.state.url = sandbox.url.replace("127.0.0.1", "itsme.localhost")
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(scope="session")
def running_sites(running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    folder = tmp_path_factory.mktemp("applications")
    with ExitStack() as running:
        started: dict[str, Site] = {}
        for application in (SHOP, LIBRARY, BANK):
            site = Site.start(application, running_sandbox, folder / application.name)
            running.callback(site.stop)
            started[application.name] = site
        for site in started.values():
            site.wait_until_it_listens()
        yield started


@pytest.fixture
def sites(running_sites: dict[str, Site], sandbox: Sandbox) -> Iterator[dict[str, Site]]:
    """The applications; afterwards none has written a secret or anything personal, nor raised."""
    before = {name: len(site.written()) for name, site in running_sites.items()}
    yield running_sites
    secrets = [state_of(each.request.redirect_url).partition(".")[2] for each in sandbox.world.transactions()]
    secrets += [sandbox.token, *(each.token for each in sandbox.world.transactions())]
    lucas = sandbox.person("lucas")
    personal = [lucas.user_id(), lucas.phone.number, "Maes", str(lucas.details.birthdate)]
    for name, site in running_sites.items():
        written = site.written()[before[name] :]
        assert not [secret for secret in (*secrets, *personal) if secret in written], name
        assert not re.search(r"state=(?!-)", written), written
        assert "Traceback" not in written, written


@pytest.fixture
def site(sites: dict[str, Site], request: pytest.FixtureRequest) -> Site:
    """The application that a test is given by name."""
    return sites[request.param]


@pytest.fixture
def shop(sites: dict[str, Site]) -> Site:
    return sites["shop"]


@pytest.fixture
def library(sites: dict[str, Site]) -> Site:
    return sites["library"]


@pytest.fixture
def bank(sites: dict[str, Site]) -> Site:
    return sites["bank"]


@pytest.fixture
def visitors(browser: Browser, sites: dict[str, Site]) -> Iterator[Visitors]:
    """Makes browsers; afterwards none of them has done what it must not."""
    assert sites
    made: list[Visitor] = []

    def make(*, locale: str = "en", screen: tuple[int, int] = DESK, javascript: bool = True) -> Visitor:
        made.append(Visitor(browser, locale=locale, screen=screen, javascript=javascript))
        return made[-1]

    yield make
    wrongs = [wrong for visitor in made for wrong in visitor.wrongs()]
    for visitor in made:
        visitor.context.close()
    assert wrongs == []

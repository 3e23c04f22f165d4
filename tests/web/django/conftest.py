"""Django, ready, with an empty database for each test; its site and a sandbox."""

from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from itsme_facade.sandbox import Sandbox
from tests.web.django import project

project.set_up()

from tests.web.django.site import Visitor, served  # noqa: E402 - needs the set-up


@pytest.fixture(autouse=True)
def empty_database() -> Iterator[None]:
    yield
    project.empty()


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(scope="session")
def running_site() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def site(running_site: str, sandbox: Sandbox) -> Iterator[str]:
    """The address of the project's site, which logs in at the sandbox."""
    with override_settings(ITSME=project.setting(sandbox, running_site)):
        yield running_site


@pytest.fixture
def new_visitor(site: str, sandbox: Sandbox) -> Iterator[Callable[[], Visitor]]:
    """Makes browsers."""
    visitors: list[Visitor] = []

    def make() -> Visitor:
        visitors.append(Visitor(site, sandbox))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()

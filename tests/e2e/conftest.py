"""One browser, one sandbox, shop and bank for the folder, and nothing may leave this computer."""

from collections.abc import Iterator
from typing import Protocol, Unpack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from itsme_facade.demo.demo import Demo
from tests.e2e.acts import Phone
from tests.e2e.browser import find_browser, flags
from tests.e2e.inspector import Inspector
from tests.e2e.machines import How, Machine

# Names elsewhere are not even looked up.
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost"


class Machines(Protocol):
    """Makes a machine; the arguments are those of `Machine`."""

    def __call__(self, **how: Unpack[How]) -> Machine: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium
        path = find_browser(packaged=chromium.executable_path)
        browser = chromium.launch(executable_path=path, args=[*flags(), ONLY_HERE], chromium_sandbox=False)
        yield browser
        browser.close()


@pytest.fixture
def machines(browser: Browser) -> Iterator[Machines]:
    """Makes machines, each with its own cookies: the desktop, the phone, a stranger's."""
    made: list[Machine] = []

    def make(**how: Unpack[How]) -> Machine:
        made.append(Machine(browser, **how))
        return made[-1]

    yield make
    for machine in made:
        machine.context.close()
    assert [url for machine in made for url in machine.went_out] == []
    assert [complaint for machine in made for complaint in machine.complaints] == []


@pytest.fixture(scope="package")
def running() -> Iterator[Demo]:
    with Demo() as demo:
        yield demo


@pytest.fixture
def demo(running: Demo) -> Demo:
    """The sandbox, the shop and the bank, with everybody as at the start; the shop keeps its customers."""
    running.sandbox.reset()
    return running


class Phones(Protocol):
    """Opens the phone of a person, in a language, in a tab on a machine of its own or on the one that is given."""

    def __call__(self, person: str, locale: str = "en", on: Machine | None = None) -> Phone: ...


@pytest.fixture
def phones(demo: Demo, machines: Machines) -> Phones:
    def open_phone(person: str, locale: str = "en", on: Machine | None = None) -> Phone:
        url = f"{demo.itsme_url}/phone/{person}"
        machine = on or machines(width=390, height=740)
        return Phone(machine.open(f"{url}?lang={locale}"), url)

    return open_phone


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    """Must be shown something: axe-core finds nothing in light or dark, and nothing is wider than a phone."""
    inspector = Inspector()
    yield inspector
    assert inspector.seen
    assert inspector.barriers == []

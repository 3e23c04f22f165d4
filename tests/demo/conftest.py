"""One demo for the folder, which starts anew in each test but for the shop's customers."""

from collections.abc import Iterator

import pytest

from itsme_facade.demo.demo import Demo
from tests.demo.browsers import Browser


@pytest.fixture(scope="session")
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


@pytest.fixture
def bank(demo: Demo) -> Iterator[Browser]:
    with Browser(demo.bank_url) as browser:
        yield browser

"""The sandbox that the sites of these tests ask."""

from collections.abc import Generator

import pytest

from itsme_facade.sandbox import Sandbox
from tests.web.shops import FRAMEWORKS, Shop, open_shop


@pytest.fixture(scope="session")
def running_sandbox() -> Generator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(sandbox: Sandbox, framework: str) -> Generator[Shop]:
    with open_shop(sandbox, framework, keep=("basket",)) as shop:
        yield shop

"""The sandbox that the sites of these tests ask."""

from collections.abc import Generator

import pytest

from itsme_facade.sandbox import Sandbox


@pytest.fixture(scope="session")
def running_sandbox() -> Generator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox

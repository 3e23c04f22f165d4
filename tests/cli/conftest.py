"""A sandbox for the commands, and the environment that leads to it."""

from collections.abc import Iterator

import pytest

from itsme_facade.sandbox import Sandbox


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def there(sandbox: Sandbox) -> dict[str, str]:
    return {"ITSME_TOKEN": sandbox.token, "ITSME_BASE_URL": sandbox.api_url}

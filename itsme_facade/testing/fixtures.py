"""The fixtures. Everything that they need is imported when one of them is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from .marker import arguments, checks, has_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itsme_facade import AsyncItsme, Itsme

    from .people import PersonInTests, SandboxInTests
    from .scenario import Scenario

SANDBOX: Final[pytest.StashKey[SandboxInTests]] = pytest.StashKey()
"""On a test that uses the sandbox: the sandbox."""

_SCENARIO: Final[pytest.StashKey[Scenario]] = pytest.StashKey()


@pytest.fixture(scope="session")
def itsme_sandbox_options() -> dict[str, Any]:
    """What the sandbox is made with: the arguments of `Sandbox`. Define it anew in conftest.py to add people."""
    return {}


@pytest.fixture(scope="session")
def itsme_sandbox_server(itsme_sandbox_options: dict[str, Any]) -> Iterator[SandboxInTests]:
    """The one sandbox of this run (of each worker, with xdist), started when first used and never reset.

    For fixtures that live longer than a test and need to know its address only.
    """
    try:
        from .people import SandboxInTests
    except ImportError as error:
        missing = str(error)
    else:
        with SandboxInTests(**itsme_sandbox_options) as sandbox:
            yield sandbox
        return
    pytest.fail(f"the itsme fixtures cannot be used: {missing}", pytrace=False)


@pytest.fixture
def itsme_sandbox(request: pytest.FixtureRequest, itsme_sandbox_server: SandboxInTests) -> Iterator[SandboxInTests]:
    """A local sandbox, as new for each test, with what the marker `itsme` says in force."""
    from .scenario import BadScenario, Scenario, read_scenario

    sandbox, test = itsme_sandbox_server, request.node
    sandbox.begin()
    wrong: BadScenario | None = None
    scenario = Scenario()
    try:
        scenario = read_scenario(arguments(test))
        scenario.put_into(sandbox)
    except BadScenario as error:
        wrong = error  # told below, where pytest shows no traceback of ours beside it
    if wrong is not None:
        pytest.fail(f"@pytest.mark.itsme: {wrong}", pytrace=False)
    test.stash[SANDBOX], test.stash[_SCENARIO] = sandbox, scenario
    yield sandbox
    sandbox.close_browsers()
    looked_at = "itsme_person" in request.fixturenames
    left = scenario.left(sandbox, checks(test), looked_at=looked_at) if has_passed(test) else []
    if left:
        pytest.fail("\n".join([*left, "If that is meant: @pytest.mark.itsme(strict=False)."]), pytrace=False)


@pytest.fixture
def itsme_person(request: pytest.FixtureRequest, itsme_sandbox: SandboxInTests) -> PersonInTests:
    """Whom the marker names, else Lucas Maes: registered, with a phone, and able to `log_in`."""
    return itsme_sandbox.person(request.node.stash[_SCENARIO].person)


@pytest.fixture
def itsme(itsme_sandbox: SandboxInTests) -> Iterator[Itsme]:
    """A client of the sandbox."""
    from itsme_facade import Itsme

    with Itsme(itsme_sandbox.token, base_url=itsme_sandbox.api_url) as client:
        yield client


@pytest.fixture
def async_itsme(itsme_sandbox: SandboxInTests) -> AsyncItsme:
    """An asynchronous client of the sandbox, for whichever event loop and plugin runs the test."""
    from .clients import ClosingAsyncItsme

    return ClosingAsyncItsme(itsme_sandbox.token, base_url=itsme_sandbox.api_url)

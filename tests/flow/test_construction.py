"""A flow is made of arguments or of the environment, and closes what it made by itself."""

import pytest

from itsme_facade import InvalidArguments
from itsme_facade.flow import AsyncFlow, Flow
from itsme_facade.flow.construction import MemorySpool, from_environment
from itsme_facade.store import new_key
from itsme_facade.store.spool import Spooled

VARIABLES = {
    "ITSME_KEYS": new_key(),
    "ITSME_REDIRECT_URL": "https://shop.example/itsme/back",
    "ITSME_STORE_URL": "memory:",
    "ITSME_TOKEN": "00000000-0000-0000-0000-000000000000",
}


def take(*_: object) -> str:
    return "user"


def test_answers_that_wait_in_memory_are_each_taken_away_alone() -> None:
    spool = MemorySpool()
    spool.put("0" * 26, b"one", bound=True)
    spool.put("0" * 26, b"one", bound=False)
    first, second = spool.entries()
    assert (first.bound, second.bound) == (True, False)
    spool.remove(first)
    assert spool.entries() == [second]
    assert spool.entries()[0] == Spooled("0" * 26, b"one", bound=False)


def test_variables_that_are_handed_over_are_the_ones_that_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "wrong")
    assert from_environment(VARIABLES)["redirect_url"] == VARIABLES["ITSME_REDIRECT_URL"]
    flow = Flow.from_env(take, environ=VARIABLES)
    assert flow._room.redirect_url == AsyncFlow.from_env(take, environ=VARIABLES)._room.redirect_url


@pytest.mark.parametrize("name", ["ITSME_KEYS", "ITSME_REDIRECT_URL", "ITSME_STORE_URL"])
def test_a_variable_that_is_not_set_is_named(name: str) -> None:
    without = {each: value for each, value in VARIABLES.items() if each != name}
    with pytest.raises(InvalidArguments) as caught:
        from_environment(without)
    assert [(problem.argument, problem.reason) for problem in caught.value.problems] == [(name, "not set")]


def test_a_flow_that_made_its_client_closes_it() -> None:
    flow = Flow.from_env(take, environ=VARIABLES)
    closed: list[str] = []
    flow._itsme.close = lambda: closed.append("client")  # type: ignore[method-assign]
    with flow:
        assert closed == []
    assert closed == ["client"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_an_async_flow_that_made_its_client_closes_it() -> None:
    flow = AsyncFlow.from_env(take, environ=VARIABLES)
    closed: list[str] = []

    async def close() -> None:
        closed.append("client")

    flow._itsme.aclose = close  # type: ignore[method-assign]
    async with flow:
        assert closed == []
    assert closed == ["client"]

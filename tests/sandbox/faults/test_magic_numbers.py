"""The magic numbers that make the API's answers late, or never come."""

import time

import httpx
import pytest

from itsme_facade.sandbox import MAGIC, Sandbox
from tests.sandbox.faults.wire import Line, status_path
from tests.sandbox.relying_party import Json, RelyingParty

LATE, NEVER = (
    next(number for number, magic in MAGIC.items() if name in magic.person.id)
    for name in ("status-late", "status-never")
)


def created(sandbox: Sandbox, shop: RelyingParty, number: str, delay: float) -> Json:
    """A transaction of a magic number, with less of a delay than five seconds where one is given."""
    transaction = shop.create(scopes=["profile"], phoneNumber=number)
    live = sandbox.world.transaction(transaction["authenticationUrl"].rpartition("/")[2])
    assert live.status_delay == delay
    live.status_delay = min(delay, 0.2) if number == LATE else delay
    return transaction


def test_the_status_of_a_late_number_is_answered_late_every_time(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = created(sandbox, shop, LATE, 5.0)
    for fields in ({"status", "userId", "name", "gender", "birthdate", "locale"}, {"status"}):
        begun = time.perf_counter()
        assert set(shop.status(transaction)) == fields
        assert time.perf_counter() - begun >= 0.19


def test_the_status_of_a_silent_api_is_never_answered(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = created(sandbox, shop, NEVER, float("inf"))
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(sandbox.url + status_path(transaction), timeout=0.2)


def test_the_sandbox_stops_at_once_although_somebody_waits_for_ever() -> None:
    sandbox = Sandbox().start()
    with httpx.Client() as client:
        transaction = created(sandbox, RelyingParty(sandbox, client), NEVER, float("inf"))
    with Line(sandbox) as line:
        line.ask(status_path(transaction))
        deadline = time.monotonic() + 10
        while not any(call.route.startswith("/status") for call in sandbox.calls) and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = time.perf_counter()
        sandbox.stop()
        assert time.perf_counter() - begun < 0.5
        assert line.is_over()

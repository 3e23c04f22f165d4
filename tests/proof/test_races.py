"""One login, many callbacks at once, in many processes: one read, one delivery, and the same answer for all."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.proof.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from itsme_facade.sandbox import Sandbox

pytestmark = pytest.mark.timeout(120)
PROCESSES, EACH, THREADS = 8, 50, 5


@pytest.fixture
def shop(sandbox: Sandbox, url: str, tmp_path: Path) -> Iterator[Shop]:
    """An application with the leases that a real one has: nobody is killed here, so none runs out."""
    with Shop(sandbox, url, tmp_path) as shop:
        yield shop


def all_at_once(shop: Shop, person: str) -> Counter[str]:
    """Starts a login, and has it come back in every process at once. Returns how often each was said."""
    workers = [shop.worker() for _ in range(PROCESSES)]
    login = shop.start(workers[0], person)
    for worker in workers:
        worker.ask("sweep")  # has its connections by now
    for worker in workers:
        worker.tell(
            "burst", query=login.query, cookies=login.cookies, times=EACH, threads=THREADS, at=time.time() + 0.3
        )
    said: Counter[str] = Counter()
    for worker in workers:
        said.update(worker.answer())
    afterwards = [shop.come_back(worker, login) for worker in workers]
    assert shop.reads(login) == 1
    assert shop.became(login).given == 1
    assert {told["kind"] for told in afterwards} == {"signed_in_again"}
    assert {told["reference"] for told in afterwards} == {f"user-{login.login_id}"}
    assert shop.became(login).events.count("delivered") == 1
    return said


def test_eight_processes_with_fifty_callbacks_each_read_once_and_deliver_once(shop: Shop) -> None:
    said = all_at_once(shop, "lucas")
    assert said.total() == PROCESSES * EACH
    assert said["signed_in"] == 1
    # Whoever came while it was under way waited a little, and was then told the same or to look again.
    assert set(said) <= {"signed_in", "signed_in_again", "busy"}
    assert said["signed_in_again"] > said["busy"]

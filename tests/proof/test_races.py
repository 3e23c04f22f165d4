"""One login, many callbacks at once, in many processes: one read, one delivery, and the same answer for all."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from itsme_facade.sandbox import Sandbox, plausible_people
from tests.proof.shop import Shop
from tests.proof.storm import Storm, given, named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)
PROCESSES, EACH, THREADS = 8, 50, 5
PEOPLE = 200


@pytest.fixture
def shop(sandbox: Sandbox, url: str, tmp_path: Path) -> Iterator[Shop]:
    """An application with the leases that a real one has: nobody is killed here, so none runs out."""
    with Shop(sandbox, url, tmp_path) as shop:
        yield shop


def all_at_once(shop: Shop, left_at: str | None = None) -> Counter[str]:
    """Starts a login, and has it come back in every process at once. Returns how often each was said.

    Args:
        shop: the application.
        left_at: a worker was killed over it before, at this point, and its lease is over.
    """
    workers = [shop.worker() for _ in range(PROCESSES)]
    login = shop.start(workers[0])
    if left_at is not None:
        killed = shop.worker(read_lease=0.1, delivery_lease=0.1)
        killed.dies_at(left_at)
        with pytest.raises(EOFError):
            shop.come_back(killed, login)
        time.sleep(0.2)
    for worker in workers:
        worker.ask("phase", login_id=login.login_id)  # has its connections by now
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
    said = all_at_once(shop)
    assert said.total() == PROCESSES * EACH
    assert said["signed_in"] == 1
    # Whoever came while it was under way waited a little, and was then told the same or to look again.
    assert set(said) <= {"signed_in", "signed_in_again", "busy"}
    assert said["signed_in_again"] > said["busy"]


@pytest.mark.parametrize("left_at", ["after-claim", "after-capture", "before-work"])
def test_what_a_killed_worker_left_is_taken_over_by_one_of_all_who_come(shop: Shop, left_at: str) -> None:
    said = all_at_once(shop, left_at)
    assert said["signed_in"] == 1
    assert set(said) <= {"signed_in", "signed_in_again", "busy"}


@pytest.fixture
def crowd() -> Iterator[Sandbox]:
    """A sandbox with two hundred people who have itsme. Every tenth refuses."""
    with Sandbox(people=plausible_people(PEOPLE * 2, seed=4)) as sandbox:
        yield sandbox


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("backend", "logins"),
    [("sqlite", 2_000), ("postgres", 400), ("valkey", 400), ("django-sqlite", 400), ("django-postgres", 400)],
    indirect=["backend"],
)
def test_in_a_storm_no_identity_is_lost_unnamed_given_to_another_browser_or_given_twice(
    crowd: Sandbox, url: str, tmp_path: Path, logins: int
) -> None:
    people = [person.id for person in crowd.people if person.account.state == "active"][:PEOPLE]
    assert len(people) == PEOPLE
    refusing = set(people[::10])
    for person_id in people:
        crowd.person(person_id).always("refuse" if person_id in refusing else "approve")
    with Shop(crowd, url, tmp_path, read_lease=5.0, delivery_lease=5.0) as shop:
        storm = Storm(shop, people, seed=logins)
        storm.blow(logins)
        what, taken = named(shop), given(shop)
    assert len(storm.lived) == logins
    assert sum(lived.crashes for lived in storm.lived) > logins / 50  # it was one
    for lived in storm.lived:
        login_id, person_id = lived.login.login_id, lived.login.person
        times, lost = len(taken[login_id]), "lost" in what[login_id] or lived.said["lost"] > 0
        assert set(taken[login_id]) <= {crowd.person(person_id).user_id()}, "somebody else's identity"
        assert not lived.said_to_others.keys() - {"other_browser", "forged"}, lived
        assert not lived.wrongs, lived
        if person_id in refusing:
            assert (times, lost, lived.said["refused"] > 0) == (0, False, True), lived
        elif lived.crashes == 0:
            assert (times, lost) == (1, False), lived
        else:
            assert times > 0 or lost, "lost, and nobody was told"
            assert times <= 1 + lived.crashes, "given more often than workers crashed"

"""Workers whose clocks differ, that stand still, whose disk is full, whose handler raises or takes too long."""

from __future__ import annotations

import sqlite3
from signal import SIGCONT
from typing import TYPE_CHECKING

import pytest

from tests.proof.workers import Raised

if TYPE_CHECKING:
    from tests.proof.shop import Shop, Started
    from tests.proof.workers import Worker

pytestmark = pytest.mark.timeout(60)


def comes_back_until(worker: Worker, login: Started, point: str) -> None:
    """A browser comes back, and its worker waits at a point."""
    worker.pauses_at(point)
    worker.tell("finish", query=login.query, cookies=login.cookies)
    worker.until_paused(point)


@pytest.mark.parametrize("ahead", [-120.0, 120.0])
def test_workers_whose_clocks_are_two_minutes_apart_agree_on_leases(shop: Shop, ahead: float) -> None:
    one, other = shop.worker(read_lease=30.0), shop.worker(clock_ahead=ahead)
    login = shop.start(one)
    comes_back_until(one, login, "before-read")
    assert shop.come_back(other, login)["kind"] == "busy"  # a lease is not over because a clock is ahead
    one.go_on()
    assert one.answer()["kind"] == "signed_in"
    again = shop.come_back(other, login)
    assert (again["kind"], again["signs_in"]) == ("signed_in_again", True)
    assert (shop.reads(login), shop.became(login).given) == (1, 1)
    left = shop.start(one)
    one.dies_at("after-capture")
    with pytest.raises(EOFError):
        shop.come_back(one, left)
    assert shop.until_over(other, left, patience=10.0)["kind"] == "signed_in"  # nor is it longer


def test_a_clock_that_is_ahead_lets_nothing_expire_early(shop: Shop) -> None:
    here, ahead = shop.worker(), shop.worker(clock_ahead=7_200.0)
    login = shop.start(here)
    report = ahead.ask("sweep")
    assert report["expired"] == ()
    assert shop.come_back(ahead, login)["kind"] == "signed_in"


@pytest.mark.parametrize("then", ["callback", "sweep"])
def test_the_late_capture_of_a_worker_that_stood_still_wins_even_over_lost(shop: Shop, then: str) -> None:
    still, another = shop.worker(), shop.worker()
    login = shop.start(still)
    still.ask("arm", point="after-read", what="stop")
    still.tell("finish", query=login.query, cookies=login.cookies)
    still.until_stopped()
    if then == "sweep":
        shop.sweep_until_over(another, login)
    assert shop.until_over(another, login)["kind"] == "lost"
    assert shop.became(login).is_named_lost
    still.signal(SIGCONT)
    assert still.answer()["kind"] == "signed_in"
    assert shop.come_back(another, login)["reference"] == f"user-{login.login_id}"
    assert shop.became(login).given == 1


def test_a_worker_that_stood_still_with_a_delivery_does_not_undo_the_one_that_took_over(shop: Shop) -> None:
    still, another = shop.worker(), shop.worker()
    login = shop.start(still)
    still.ask("arm", point="before-delivered", what="stop")
    still.tell("finish", query=login.query, cookies=login.cookies)
    still.until_stopped()
    shop.sweep_until_over(another, login)
    still.signal(SIGCONT)
    assert still.answer()["reference"] == f"user-{login.login_id}"
    assert shop.come_back(another, login)["kind"] == "signed_in_again"
    assert shop.became(login).given == 2  # it outlived its lease: the one case without a crash


def test_a_handler_that_raises_is_called_again_and_nothing_of_it_is_told(shop: Shop) -> None:
    worker = shop.worker()
    login = shop.start(worker)
    worker.ask("handler", raises=2)
    for _ in range(2):
        with pytest.raises(Raised, match="LookupError"):
            shop.come_back(worker, login)
    assert shop.come_back(worker, login)["kind"] == "signed_in"
    became = shop.became(login)
    assert (shop.reads(login), became.given, became.events.count("failed")) == (1, 1, 2)


def test_a_handler_that_outlives_its_lease_is_called_twice_and_both_get_the_same_reference(shop: Shop) -> None:
    slow, another = shop.worker(), shop.worker()
    login = shop.start(slow)
    comes_back_until(slow, login, "after-work")
    assert shop.until_over(another, login)["kind"] == "signed_in"
    slow.go_on()
    assert slow.answer()["reference"] == f"user-{login.login_id}"
    assert shop.come_back(slow, login)["reference"] == f"user-{login.login_id}"
    assert (shop.reads(login), shop.became(login).given) == (1, 2)


FULL = 128 * 1024


def fill(shop: Shop) -> None:
    """Makes the database's log of writes longer than any file may be that is written on a full disk."""
    path = shop.setup.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE filler (content BLOB)")
        database.execute("INSERT INTO filler VALUES (zeroblob(?))", (2 * FULL,))
    database.close()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_full_disk_puts_the_answer_into_the_spool_if_there_is_room_for_it(shop: Shop) -> None:
    worker, another = shop.worker(), shop.worker()  # the other one keeps the database's files open, and so there
    login = shop.start(worker)
    comes_back_until(worker, login, "after-read")
    fill(shop)
    worker.go_on(full_disk=FULL)
    assert worker.answer()["kind"] == "busy"
    assert len(shop.spooled()) == 1
    assert shop.until_over(another, login)["kind"] == "signed_in"
    assert (shop.reads(login), shop.became(login).given, shop.spooled()) == (1, 1, [])


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_full_disk_without_room_for_the_spool_either_loses_the_answer_by_name(shop: Shop) -> None:
    worker, another = shop.worker(), shop.worker()
    login = shop.start(worker)
    comes_back_until(worker, login, "after-read")
    fill(shop)
    worker.go_on(full_disk=64)
    with pytest.raises(Raised, match="StoreUnavailable"):
        worker.answer()
    assert shop.spooled() == []
    assert shop.until_over(another, login)["kind"] == "lost"
    assert shop.became(login).is_named_lost


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_full_disk_before_the_read_consumes_nothing(shop: Shop) -> None:
    worker, another = shop.worker(), shop.worker()
    login = shop.start(worker)
    fill(shop)
    worker.ask("full_disk", beyond=FULL)
    with pytest.raises(Raised, match="StoreUnavailable"):
        shop.come_back(worker, login)
    assert shop.reads(login) == 0
    assert shop.come_back(another, login)["kind"] == "signed_in"

"""A worker is killed at every point of a login, on every backend. Nothing that was captured is ever lost.

What may be lost is what never became durable: the answer that a worker had read and not yet kept when it was killed.
That is then said by name.
"""

import time

import pytest

from itsme_facade.store import Lives
from tests.proof.points import DELIVERY_POINTS, END_POINTS, LATER_POINTS, READ_POINTS, START_POINTS
from tests.proof.shop import Shop, Started
from tests.proof.workers import Raised

pytestmark = pytest.mark.timeout(90)
LOST_AT = "after-read"
TWICE_AT = frozenset({"after-work", "before-delivered"})
"""The application has taken the identity, and the worker could not note it: it is given again."""


def expect(shop: Shop, login: Started, point: str) -> None:
    became = shop.became(login)
    assert became.is_named_lost == (point == LOST_AT), became
    assert became.given == (0 if point == LOST_AT else 2 if point in TWICE_AT else 1), became


@pytest.mark.parametrize("point", START_POINTS)
def test_a_start_that_is_killed_leaves_nothing_that_stands_in_the_way(shop: Shop, point: str) -> None:
    worker = shop.worker()
    worker.dies_at(point)
    with pytest.raises(EOFError):
        shop.start(worker)
    worker.until_dead()
    another = shop.worker()
    login = shop.start(another)
    assert shop.come_back(another, login)["kind"] == "signed_in"
    report = another.ask("sweep")
    assert not report["failed"]
    assert shop.became(login).given == 1


@pytest.mark.parametrize("then", ["callback", "sweep"])
@pytest.mark.parametrize("point", READ_POINTS + DELIVERY_POINTS)
def test_a_callback_that_is_killed(shop: Shop, point: str, then: str) -> None:
    worker = shop.worker()
    login = shop.start(worker)
    worker.dies_at(point)
    with pytest.raises(EOFError):
        shop.come_back(worker, login)
    worker.until_dead()
    another = shop.worker()
    if then == "sweep" and point != "before-claim":  # until a claim, only a browser moves a login on
        shop.sweep_until_over(another, login)
    told = shop.until_over(another, login)
    if point == LOST_AT:
        assert told["kind"] == "lost"
    else:
        assert told["reference"] == f"user-{login.login_id}"
    expect(shop, login, point)


@pytest.mark.parametrize("point", READ_POINTS + DELIVERY_POINTS)
def test_a_sweep_that_is_killed_over_a_login_that_a_killed_callback_left(shop: Shop, point: str) -> None:
    worker, sweeper, another = shop.worker(), shop.worker(), shop.worker()
    login = shop.start(worker)
    worker.dies_at("after-claim")
    with pytest.raises(EOFError):
        shop.come_back(worker, login)
    sweeper.dies_at(point)
    with pytest.raises(EOFError):
        shop.sweep_until_over(sweeper, login)
    sweeper.until_dead()
    shop.sweep_until_over(another, login)
    told = shop.until_over(another, login)
    assert told["kind"] == ("lost" if point == LOST_AT else "signed_in_again")
    expect(shop, login, point)


@pytest.mark.parametrize("then", ["callback", "sweep"])
@pytest.mark.parametrize("point", LATER_POINTS + DELIVERY_POINTS)
def test_a_callback_that_is_killed_over_an_answer_that_was_kept_before(shop: Shop, point: str, then: str) -> None:
    worker = shop.worker()
    login = shop.start(worker)
    elsewhere = worker.ask("finish", query=login.query, cookies={})
    assert elsewhere["kind"] == "other_browser"  # which has the answer kept, and nothing more
    worker.dies_at(point)
    with pytest.raises(EOFError):
        shop.come_back(worker, login)
    worker.until_dead()
    another = shop.worker()
    if then == "sweep":
        shop.sweep_until_over(another, login)
    told = shop.until_over(another, login)
    assert told["reference"] == f"user-{login.login_id}"
    expect(shop, login, point)


@pytest.mark.parametrize("then", ["callback", "sweep"])
@pytest.mark.parametrize("point", ["before-lost", "after-lost"])
def test_a_loss_that_is_killed_is_said_even_so(shop: Shop, point: str, then: str) -> None:
    worker = shop.worker()
    login = shop.start(worker)
    worker.dies_at("after-read")
    with pytest.raises(EOFError):
        shop.come_back(worker, login)
    worker = shop.worker()
    worker.dies_at(point)
    with pytest.raises(EOFError):
        shop.until_over(worker, login)
    another = shop.worker()
    if then == "sweep":
        shop.sweep_until_over(another, login)
    assert another.ask("phase", login_id=login.login_id) in {"lost", "claimed"}
    assert shop.until_over(another, login)["kind"] == "lost"
    assert shop.became(login).given == 0


@pytest.mark.parametrize("point", END_POINTS)
def test_an_identity_that_nobody_took_is_named_even_if_the_sweep_that_ends_it_is_killed(shop: Shop, point: str) -> None:
    lives = Lives(open=60.0, undelivered=1.0, finished=60.0)
    worker, sweeper, another = (shop.worker(lives=lives) for _ in range(3))
    login = shop.start(worker)
    worker.ask("handler", raises=1)
    with pytest.raises(Raised, match="LookupError"):
        shop.come_back(worker, login)
    time.sleep(1.1)
    sweeper.dies_at(point)
    with pytest.raises(EOFError):
        sweeper.ask("sweep")
    sweeper.until_dead()
    told = another.ask("sweep")
    assert list(told["expired_with_identity"]) == ([login.login_id] if point == "before-end" else [])
    assert another.ask("phase", login_id=login.login_id) == "expired"
    assert shop.until_over(another, login)["kind"] == "lost"
    assert shop.became(login).given == 0


def test_a_refusal_that_is_killed_before_it_is_kept_is_asked_for_again(shop: Shop) -> None:
    shop.sandbox.person("lucas").always("refuse")
    worker = shop.worker()
    login = shop.start(worker)
    worker.dies_at("before-refused")
    with pytest.raises(EOFError):
        shop.come_back(worker, login)
    told = shop.until_over(shop.worker(), login)
    assert (told["kind"], told["reason"]) == ("refused", "cancelled")
    assert not shop.became(login).is_named_lost

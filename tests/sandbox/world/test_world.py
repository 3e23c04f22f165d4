"""The world by itself: time, people and transactions, without a server."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from itsme_facade.sandbox.world import (
    AlreadyOver,
    Assumptions,
    Clock,
    NotAsked,
    Status,
    UnknownPerson,
    UnknownTransaction,
)
from itsme_facade.sandbox.world.clock import iso
from itsme_facade.sandbox.world.errors import OtherBrowser
from itsme_facade.sandbox.world.phones import Habit
from itsme_facade.sandbox.world.transactions import Transaction
from tests.sandbox.world.town import LUCAS, NOON, refusal, request, still_world

OTHER = "+32470000001"


def life(transaction: Transaction) -> list[tuple[float, str]]:
    """The timeline, in seconds since noon."""
    return [(event.at - NOON.timestamp(), event.what) for event in transaction.timeline]


def test_the_timeline_tells_what_happened_when_and_why() -> None:
    world = still_world()
    transaction = world.create(request())
    world.advance(5)
    world.open_page(transaction.id, None)
    world.advance(10)
    world.give_number(transaction.id, LUCAS)
    world.advance(20)
    world.answer(LUCAS, "wrong_icon")
    world.send_back(transaction.id)
    assert life(transaction) == [
        (0, "created"),
        (5, "login page opened"),
        (15, "app of lucas asked"),
        (35, "cancelled: wrong icon tapped by lucas"),
        (35, "browser sent to redirectUrl"),
    ]


def test_what_was_due_happens_at_its_own_time_however_far_the_clock_jumps() -> None:
    world = still_world()
    world.set_habit(LUCAS, Habit("approve", after=60))
    approved, expired = world.create(request(LUCAS)), world.create(request())
    world.advance(1800)
    assert life(approved)[-1] == (60, "success: approved by lucas")
    assert life(expired)[-1] == (600, "expired: the time for it is over")


def test_somebody_slower_than_the_app_waits_is_too_late() -> None:
    world = still_world()
    world.set_habit(LUCAS, Habit("approve", after=181))
    transaction = world.create(request(LUCAS))
    world.advance(600)
    assert life(transaction)[-1] == (180, "expired: nobody answered in time")


def test_the_times_and_the_ends_are_the_assumptions_choice() -> None:
    assumptions = Assumptions(
        lifetime=timedelta(seconds=20),
        approval_time=timedelta(seconds=5),
        unanswered="failure",
        wrong_icon="failure",
        blocked_account="cancelled",
    )
    world = still_world(assumptions)
    unanswered, wrong, blocked, unopened = (world.create(request()) for _ in range(4))
    world.answer(LUCAS, "ignore", unanswered.id)
    world.answer(LUCAS, "wrong_icon", wrong.id)
    world.answer("+32470000019", "approve", blocked.id)
    world.advance(6)
    assert [t.status for t in (unanswered, wrong, blocked, unopened)] == [
        "failure",
        "failure",
        "cancelled",
        "open",
    ]
    world.advance(15)
    assert unopened.status is Status.EXPIRED


@pytest.mark.parametrize("field", ["lifetime", "approval_time", "retention"])
def test_a_time_of_nothing_is_refused(field: str) -> None:
    wrong: dict[str, Any] = {field: timedelta(0)}
    with pytest.raises(ValueError, match=field):
        Assumptions(**wrong)


def test_a_transaction_is_forgotten_when_its_retention_is_over() -> None:
    world = still_world()
    transaction = world.create(request())
    world.answer(LUCAS, "approve")
    world.advance(3599)
    assert world.transactions() == (transaction,)
    world.advance(2)
    assert world.transactions() == ()
    assert world.read(transaction.token) is None
    with pytest.raises(UnknownTransaction):
        world.transaction(transaction.id)


def test_a_transaction_nobody_finishes_is_forgotten_too() -> None:
    world = still_world()
    world.create(request())
    world.advance(600 + 3600)
    assert world.transactions() == ()


def test_the_phone_answers_the_newest_transaction_that_it_was_asked_about() -> None:
    world = still_world()
    asked, _named, _unnamed = world.create(request()), world.create(request(LUCAS)), world.create(request())
    world.give_number(asked.id, LUCAS)
    assert world.answer(LUCAS, "approve") is asked


def test_the_phone_answers_a_transaction_with_its_number_before_one_with_none() -> None:
    world = still_world()
    named, unnamed = world.create(request(LUCAS)), world.create(request())
    world.create(request(OTHER))
    assert world.answer(LUCAS, "approve") is named
    assert world.answer(LUCAS, "approve") is unnamed
    with pytest.raises(NotAsked, match="lucas"):
        world.answer(LUCAS, "approve")


def test_a_phone_cannot_answer_what_another_phone_was_asked() -> None:
    world = still_world()
    transaction = world.create(request())
    world.answer(OTHER, "ignore", transaction.id)
    with pytest.raises(NotAsked):
        world.answer(LUCAS, "approve", transaction.id)


def test_a_finished_transaction_cannot_be_answered_or_finished_again() -> None:
    world = still_world()
    transaction = world.create(request())
    world.answer(LUCAS, "refuse")
    with pytest.raises(AlreadyOver):
        world.answer(LUCAS, "approve", transaction.id)
    with pytest.raises(AlreadyOver):
        world.finish(transaction.id, Status.FAILURE, "")
    assert transaction.status is Status.CANCELLED


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.CANCELLED, Status.OPEN])
def test_a_success_or_a_cancel_takes_a_person(status: Status) -> None:
    world = still_world()
    transaction = world.create(request())
    with pytest.raises(ValueError, match="take a person"):
        world.finish(transaction.id, status, "")


def test_a_habit_set_later_covers_what_is_asked_already() -> None:
    world = still_world()
    asked, named = world.create(request()), world.create(request(LUCAS))
    world.answer(LUCAS, "ignore", asked.id)
    world.set_habit(LUCAS, Habit("approve"))
    assert (asked.status, named.status) == ("success", "success")


def test_a_habit_that_was_changed_has_no_say_any_more() -> None:
    world = still_world()
    world.set_habit(LUCAS, Habit("approve", after=30))
    transaction = world.create(request(LUCAS))
    world.set_habit(LUCAS, None)
    world.advance(60)
    assert transaction.status is Status.OPEN


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("+32470000019", "failure"),
        ("+32470000020", "cancelled"),
        ("+32470000021", "cancelled"),
        ("+32470000022", "open"),
        ("+32470000023", "success"),
        (LUCAS, "open"),
    ],
)
def test_people_with_a_habit_act_as_soon_as_a_request_names_their_number(number: str, status: str) -> None:
    world = still_world()
    transaction = world.create(request(number))
    world.give_number(transaction.id, number)
    assert transaction.status == status


def test_a_number_that_nobody_has_is_refused_on_the_page_and_asks_nobody() -> None:
    world = still_world()
    transaction = world.create(request("+32499999999"))
    assert refusal(lambda: world.give_number(transaction.id, "+32499999999")) == "number-unknown"
    assert refusal(lambda: world.give_number(transaction.id, "no number")) == "number-unknown"
    assert transaction.asked is None


def test_the_page_belongs_to_the_first_browser() -> None:
    world = still_world()
    transaction = world.create(request())
    world.open_page(transaction.id, None, only_look=True)
    assert transaction.browser is None
    secret = world.open_page(transaction.id, "a cookie from elsewhere").browser
    assert secret not in (None, "a cookie from elsewhere")
    assert world.open_page(transaction.id, secret) is transaction
    for other in (None, "", "guess"):
        with pytest.raises(OtherBrowser):
            world.open_page(transaction.id, other)


def test_a_seed_makes_the_same_world_again_and_no_seed_another() -> None:
    def tokens(seed: int | None) -> list[str]:
        world = still_world(seed=seed)
        return [world.create(request()).token for _ in range(3)]

    assert tokens(7) == tokens(7)
    assert tokens(7) != tokens(8)
    assert tokens(None) != tokens(None)


def test_unknown_people_are_refused_with_the_names_of_those_who_are_there() -> None:
    world = still_world()
    with pytest.raises(UnknownPerson, match="lucas"):
        world.residents.phone_of("nobody")
    with pytest.raises(UnknownPerson):
        world.answer("+32499999999", "approve")


def test_the_clock_runs_by_itself_and_only_forward() -> None:
    ticks = [0.0]
    clock = Clock(NOON, ticks=lambda: ticks[0])
    ticks[0] = 2.5
    clock.advance(minutes=1, seconds=1.5, hours=1)
    assert clock.now() - NOON.timestamp() == 3664.0
    assert iso(clock.now()) == "2026-06-01T13:01:04.000Z"
    clock.reset()
    assert clock.now() - NOON.timestamp() == 2.5
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ValueError, match=r"forward|NaN"):
            clock.advance(wrong)
    assert Clock().now() == pytest.approx(datetime.now(UTC).timestamp(), abs=5)


def test_a_second_number_on_the_page_changes_nothing() -> None:
    world = still_world()
    transaction = world.create(request())
    assert world.give_number(transaction.id, LUCAS) is transaction
    assert world.give_number(transaction.id, OTHER) is transaction
    assert transaction.asked == LUCAS
    assert [what for _, what in life(transaction)] == ["created", "app of lucas asked"]


def test_the_thirty_seconds_run_from_when_the_browser_was_sent_back() -> None:
    world = still_world(Assumptions(read_within=timedelta(seconds=30)))
    transaction = world.create(request())
    world.answer(LUCAS, "approve")
    world.advance(25)
    world.send_back(transaction.id)
    world.advance(25)
    assert "emailAddress" in (world.read(transaction.token) or {})


def test_threads_that_read_at_the_same_moment_get_the_user_information_once() -> None:
    world = still_world()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(150):
                transaction = world.create(request())
                world.answer(LUCAS, "approve", transaction.id)
                answers = list(pool.map(world.read, [transaction.token] * 4))
                assert [len(answer or {}) for answer in answers].count(3) == 1
    finally:
        sys.setswitchinterval(interval)

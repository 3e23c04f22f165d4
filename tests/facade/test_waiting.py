"""When the status is asked for again: soon enough for people, seldom enough for the API."""

from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import Timeouts, WaitTimeout
from itsme_facade import steps as call
from itsme_facade.waiting import Schedule
from tests import waiting_simulation as simulation
from tests.facade.carried_out import World, answers

jitters = st.integers().map(Random)


@cache
def measured() -> dict[str, simulation.Measured]:
    return {row.name: row for row in simulation.table()}


def ours() -> simulation.Measured:
    return measured()["the facade's schedule"]


def test_the_simulated_people_have_the_times_they_are_said_to_have() -> None:
    times = sorted(simulation.approvals(Random(1)))  # noqa: S311
    assert len(times) == 20_000
    assert times[10_000] == pytest.approx(12, rel=0.03)
    assert times[19_000] == pytest.approx(60, rel=0.05)


def test_an_approval_is_noticed_within_0_8_seconds_at_the_median() -> None:
    assert ours().median_delay <= 0.8


def test_an_approval_at_the_median_costs_at_most_12_requests_whatever_the_jitter() -> None:
    assert ours().requests_at_the_median <= 12


def test_an_approval_at_60_seconds_costs_at_most_30_requests_whatever_the_jitter() -> None:
    assert ours().requests_at_60_seconds <= 30


def test_it_asks_much_less_than_every_second_and_less_than_every_2_seconds_when_it_takes_long() -> None:
    every_second, every_other = measured()["every second"], measured()["every 2 seconds"]
    assert (every_second.requests_at_the_median, every_second.requests_at_60_seconds) == (13, 61)
    assert (every_other.requests_at_the_median, every_other.requests_at_60_seconds) == (7, 31)
    assert ours().mean_requests < 2 / 3 * every_second.mean_requests
    assert ours().requests_at_60_seconds < every_other.requests_at_60_seconds


def test_it_notices_sooner_than_asking_every_2_seconds() -> None:
    assert ours().median_delay < measured()["every 2 seconds"].median_delay


def test_the_same_seed_gives_the_same_table() -> None:
    assert simulation.measure("x", Schedule().pause, samples=500) == simulation.measure(
        "x", Schedule().pause, samples=500
    )


@given(random=jitters, approval=st.sampled_from([12.0, 60.0]) | st.floats(0, 200))
def test_no_jitter_leads_to_more_requests_than_the_most(random: Random, approval: float) -> None:
    schedule = Schedule().pause
    assert simulation.noticed(approval, schedule, random)[1] <= simulation.most_requests(approval, schedule)


@given(random=jitters)
def test_the_first_pause_leaves_time_to_take_out_a_phone_and_later_ones_grow_to_a_limit(random: Random) -> None:
    times = simulation.request_times(Schedule().pause, random, 600)
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert pauses[0] >= 2.25
    assert all(0 < pause <= 11.000001 for pause in pauses)
    assert min(pauses[-5:]) >= 9


@given(elapsed=st.floats(0, 10_000), random=jitters)
def test_a_pause_is_never_nothing_and_never_more_than_the_longest_and_its_jitter(
    elapsed: float, random: Random
) -> None:
    schedule = Schedule()
    pause = schedule.pause(elapsed, random)
    assert 0.99 * schedule.shortest * (1 - schedule.jitter) <= pause
    assert pause <= 1.01 * schedule.longest * (1 + schedule.jitter)


def test_programs_that_begin_together_do_not_go_on_asking_together() -> None:
    times = {round(simulation.request_times(Schedule().pause, Random(seed), 60)[-1], 3) for seed in range(100)}  # noqa: S311
    assert len(times) > 90


def test_a_wait_asks_when_the_schedule_says() -> None:
    world = World(answers(b'{"status": "open"}') for _ in range(1000))
    with pytest.raises(WaitTimeout):
        world.run(call.wait(world.machinery, "abc", None, Timeouts(), 120.0))
    times = simulation.request_times(Schedule().pause, Random(1), 120)  # noqa: S311 - the world's own jitter
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert world.pauses[:-1] == pytest.approx(pauses)

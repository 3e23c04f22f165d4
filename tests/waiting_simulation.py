"""How soon a way of waiting notices that a person has approved, and what it costs in requests.

People's times are log-normal with a median of 12 s and a 95th percentile of 60 s (assumed: nothing is published of how
long people take). Requests take no time here, which is when there are most of them.
"""

from collections.abc import Callable
from functools import partial
from itertools import accumulate, takewhile
from math import log
from random import Random
from statistics import NormalDist, fmean, median, quantiles

from attrs import frozen

from itsme_facade.waiting import Schedule

MEDIAN, NINETY_FIFTH = 12.0, 60.0
SAMPLES = 20_000
_SPREAD = log(NINETY_FIFTH / MEDIAN) / NormalDist().inv_cdf(0.95)

Pauses = Callable[[float, Random], float]
"""Seconds until the next request, for the seconds since the first one and a source of jitter."""


@frozen
class Measured:
    """What a way of waiting does: delays in seconds between approval and notice, and numbers of requests."""

    name: str
    median_delay: float
    ninety_fifth_delay: float
    requests_at_the_median: int
    requests_at_60_seconds: int
    mean_requests: float


def approvals(random: Random, samples: int = SAMPLES) -> list[float]:
    """Seconds from the start of the wait until a person has approved, for so many people."""
    return [random.lognormvariate(log(MEDIAN), _SPREAD) for _ in range(samples)]


def noticed(approval: float, pauses: Pauses, random: Random) -> tuple[float, int]:
    """When the first request after an approval is sent, in seconds, and how many were sent with it."""
    now, requests = 0.0, 1
    while now < approval:
        now += pauses(now, random)
        requests += 1
    return now, requests


class _Shortest(Random):
    """Draws the low end of every range."""

    def uniform(self, a: float, b: float) -> float:
        return min(a, b)


def most_requests(approval: float, pauses: Pauses) -> int:
    """The most requests that any jitter leads to: a shorter pause never makes a later request."""
    return noticed(approval, pauses, _Shortest())[1]


def measure(name: str, pauses: Pauses, *, samples: int = SAMPLES, seed: int = 1) -> Measured:
    """Simulates so many people waiting to be noticed. The same seed gives the same people."""
    times = approvals(Random(seed), samples)  # noqa: S311 - a simulation
    jitter = Random(seed + 1)  # noqa: S311
    found = [noticed(time, pauses, jitter) for time in times]
    delays = [at - time for (at, _), time in zip(found, times, strict=True)]
    return Measured(
        name,
        median(delays),
        quantiles(delays, n=20)[-1],
        most_requests(MEDIAN, pauses),
        most_requests(NINETY_FIFTH, pauses),
        fmean(requests for _, requests in found),
    )


def every(seconds: float) -> Pauses:
    """Asking at fixed intervals, as programs commonly do."""
    return partial(_constant, seconds)


def _constant(seconds: float, elapsed: float, random: Random) -> float:
    del elapsed, random
    return seconds


def table() -> list[Measured]:
    """The facade's schedule beside the fixed intervals in common use."""
    return [
        measure("the facade's schedule", Schedule().pause),
        measure("every second", every(1.0)),
        measure("every 2 seconds", every(2.0)),
    ]


def request_times(pauses: Pauses, random: Random, until: float) -> list[float]:
    """When requests are sent if nobody ever approves, in seconds."""
    times = accumulate(iter(int, 1), lambda now, _: now + pauses(now, random), initial=0.0)
    return list(takewhile(lambda now: now <= until, times))

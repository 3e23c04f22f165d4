"""When to ask for the status again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from random import Random


@frozen
class Schedule:
    """Pauses that follow how long people take: short while most of them approve, longer after.

    A pause is `share` of the time waited so far, between `shortest` and `longest`, give or take `jitter` of itself so
    that many waiting programs do not ask in step. The first pause is `first`: nobody takes out a phone, opens an app
    and types a code any sooner.

    For approval times that are log-normal with a median of 12 s and a 95th percentile of 60 s it notices within
    0.8 s at the median, with at most 12 requests up to the median and 30 up to 60 s whatever the jitter
    (tests/facade/test_waiting.py).

    All are seconds, or shares of one.
    """

    first: float = 2.5
    shortest: float = 1.1
    longest: float = 10.0
    share: float = 0.105
    jitter: float = 0.1

    def pause(self, elapsed: float, random: Random) -> float:
        """Seconds to wait before asking again.

        Args:
            elapsed: seconds since the first request.
            random: where the jitter comes from.
        """
        pause = min(max(elapsed * self.share, self.shortest), self.longest)
        if elapsed < self.first:
            pause = max(pause, self.first - elapsed)
        return pause * random.uniform(1 - self.jitter, 1 + self.jitter)

"""One worker, as a web server has some: `python -m tests.bench.logins.worker sync|async PLACES`.

`PLACES` is `Places` as JSON. Each line of standard input is an order, {"contender": …, "seconds": …, "in_flight": …};
each line of output says what was done in that time. The process ends with its standard input.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.bench.logins.awaiting import awaited_contenders
from tests.bench.logins.contenders import contenders
from tests.bench.logins.places import Places

if TYPE_CHECKING:
    from tests.bench.logins.awaiting import AwaitedContender
    from tests.bench.logins.contenders import Contender


@dataclass(frozen=True)
class Done:
    """How often something was done, in how many seconds, with how much of them on this process's processor."""

    times: int
    seconds: float
    processor: float


class Blocking:
    """Does one after another."""

    def __init__(self, places: Places) -> None:
        self._ways = contenders(places)
        self._made: dict[str, Contender] = {}

    def work(self, contender: str, seconds: float, in_flight: int) -> Done:
        """Does it over and over until the time is up."""
        assert in_flight == 1
        if contender not in self._made:
            self._made[contender] = self._ways[contender]()
            gc.freeze()  # what the others are made of is no burden to whoever is measured
        return self._work(self._made[contender], seconds)

    @staticmethod
    def _work(contender: Contender, seconds: float) -> Done:
        contender.once()  # connections are open and statements prepared before the clock starts
        gc.collect()
        times, processor, begun = 0, time.process_time(), time.perf_counter()
        end = begun + seconds
        while (now := time.perf_counter()) < end:
            contender.once()
            times += 1
        return Done(times, now - begun, time.process_time() - processor)


class Awaiting:
    """Has as many in flight as asked for, in one event loop, which is asyncio's own, as uvicorn has it by default."""

    def __init__(self, places: Places) -> None:
        self._runner = asyncio.Runner()
        self._ways = self._runner.run(awaited_contenders(places))
        self._made: dict[str, AwaitedContender] = {}

    def work(self, contender: str, seconds: float, in_flight: int) -> Done:
        """As `Blocking.work`; what is in flight when the time is up is taken to its end, within the time."""
        return self._runner.run(self._work(contender, seconds, in_flight))

    async def _work(self, name: str, seconds: float, in_flight: int) -> Done:
        if name not in self._made:
            self._made[name] = await self._ways[name]()
            gc.freeze()
        contender = self._made[name]
        await asyncio.gather(*(contender.once() for _ in range(in_flight)))
        gc.collect()
        processor, begun = time.process_time(), time.perf_counter()
        end = begun + seconds

        async def one_after_another() -> int:
            times = 0
            while time.perf_counter() < end:
                await contender.once()
                times += 1
            return times

        times = sum(await asyncio.gather(*(one_after_another() for _ in range(in_flight))))
        return Done(times, time.perf_counter() - begun, time.process_time() - processor)


def main(kind: str, text: str) -> None:
    """Follows orders until there are no more."""
    worker = (Blocking if kind == "sync" else Awaiting)(Places(**json.loads(text)))
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(asdict(worker.work(**json.loads(line)))), flush=True)
    os._exit(0)  # what is left open closes with the process


if __name__ == "__main__":
    main(*sys.argv[1:])

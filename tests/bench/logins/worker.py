"""One worker, as a web server has some: `python -m tests.bench.logins.worker PLACES`, with `Places` as JSON.

Each line of standard input is an order, {"contender": …, "seconds": …}; each line of output says what was done in
that time. The process ends with its standard input.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.bench.logins.contenders import contenders
from tests.bench.logins.places import Places

if TYPE_CHECKING:
    from tests.bench.logins.contenders import Contender


@dataclass(frozen=True)
class Done:
    """How often something was done, in how many seconds, with how much of them on this process's processor."""

    times: int
    seconds: float
    processor: float


def work(contender: Contender, seconds: float) -> Done:
    """Does it over and over until the time is up."""
    contender.once()  # connections are open and statements prepared before the clock starts
    gc.collect()
    times, processor, begun = 0, time.process_time(), time.perf_counter()
    end = begun + seconds
    while (now := time.perf_counter()) < end:
        contender.once()
        times += 1
    return Done(times, now - begun, time.process_time() - processor)


def main(text: str) -> None:
    """Follows orders until there are no more."""
    ways = contenders(Places(**json.loads(text)))
    made: dict[str, Contender] = {}
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        name = order["contender"]
        if name not in made:
            made[name] = ways[name]()
            gc.freeze()  # what the others are made of is no burden to whoever is measured
        print(json.dumps(asdict(work(made[name], order["seconds"]))), flush=True)
    os._exit(0)  # what is left open closes with the process


if __name__ == "__main__":
    main(sys.argv[1])

"""One contender in a process of its own: `python -m tests.bench.worker sync|async NAME URL`.

Each line of standard input is an order, {"pairs": …, "in_flight": …}; each line of output the seconds it took. An
order of no pairs makes one pair and tells how it ended, as a word. The process ends with its standard input.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tests.bench import async_contenders, contenders, peers

if TYPE_CHECKING:
    from collections.abc import Callable

PERSON = "Lucas Maes"

BLOCKING: dict[str, Callable[[str], contenders.Contender]] = {
    "httpx": contenders.Httpx,
    "facade": contenders.Facade,
    "generated": contenders.Generated,
    "httpcore": contenders.Httpcore,
    "httpx2": lambda url: contenders.Httpx(url, "httpx2"),
    "pybankid": peers.Pybankid,
    "auth0": peers.Auth0,
    "openai": peers.Openai,
    "stripe": peers.Stripe,
}
AWAITING: dict[str, Callable[[str], async_contenders.AsyncContender]] = {
    "httpx": async_contenders.Httpx,
    "facade": async_contenders.Facade,
    "httpx-100": async_contenders.httpx_keeping_100,
    "generated": async_contenders.Generated,
    "httpcore": async_contenders.Httpcore,
    "httpx2": lambda url: async_contenders.Httpx(url, import_module("httpx2").AsyncClient()),
    "httpx-aiohttp": lambda url: async_contenders.Httpx(url, import_module("httpx_aiohttp").HttpxAiohttpClient()),
    "aiohttp": async_contenders.Aiohttp,
    "openai": peers.AsyncOpenai,
}


class WrongAnswer(Exception):
    """A contender did not come back with the person, so its time means nothing."""


def _check(answer: Any) -> None:
    if (name := contenders.person(answer)) != PERSON:
        raise WrongAnswer(repr(name))


class Blocking:
    """Runs a blocking contender, one call after another."""

    def __init__(self, name: str, url: str) -> None:
        self._contender = BLOCKING[name](url)

    def seconds_for(self, pairs: int, in_flight: int) -> float:
        assert in_flight == 1
        self._pairs(1)
        gc.collect()
        begun = time.perf_counter()
        self._pairs(pairs)
        return time.perf_counter() - begun

    def read(self) -> Any:
        return self._contender.status(self._contender.create())

    def _pairs(self, number: int) -> None:
        contender = self._contender
        for _ in range(number):
            _check(contender.status(contender.create()))


class Awaiting:
    """Runs an asynchronous contender, as many calls at once as asked for."""

    def __init__(self, name: str, url: str) -> None:
        self._runner = asyncio.Runner()
        self._contender = self._runner.run(self._open(name, url))

    @staticmethod
    async def _open(name: str, url: str) -> async_contenders.AsyncContender:
        return AWAITING[name](url)

    def seconds_for(self, pairs: int, in_flight: int) -> float:
        return self._runner.run(self._seconds_for(pairs, in_flight))

    def read(self) -> Any:
        return self._runner.run(self._pair())

    async def _seconds_for(self, pairs: int, in_flight: int) -> float:
        await self._pairs(in_flight, in_flight)  # the connections are there before the clock starts
        gc.collect()
        begun = time.perf_counter()
        await self._pairs(pairs, in_flight)
        return time.perf_counter() - begun

    async def _pairs(self, number: int, in_flight: int) -> None:
        waiting = iter(range(number))

        async def one_after_another() -> None:
            for _ in waiting:
                _check(await self._pair())

        if in_flight == 1:
            await one_after_another()
            return
        async with asyncio.TaskGroup() as group:
            for _ in range(in_flight):
                group.create_task(one_after_another())

    async def _pair(self) -> Any:
        return await self._contender.status(await self._contender.create())


def ending(read: Callable[[], Any]) -> str:
    """How a read ended for the caller: "answer", the result and outcome that the answer names, or the error's name."""
    try:
        answer = read()
    except Exception as error:  # noqa: BLE001 - every contender has errors of its own
        return type(error).__name__
    outcome = getattr(answer, "outcome", None)
    return f"{type(answer).__name__}, {outcome}" if outcome is not None else "answer"


def main(kind: str, name: str, url: str) -> None:
    """Follows orders until there are no more."""
    runner = (Blocking if kind == "sync" else Awaiting)(name, url)
    for line in sys.stdin:
        order = json.loads(line)
        done = runner.seconds_for(**order) if order["pairs"] else ending(runner.read)
        print(json.dumps(done), flush=True)
    os._exit(0)  # what the contenders leave open closes with the process, without their warnings


if __name__ == "__main__":
    main(*sys.argv[1:])

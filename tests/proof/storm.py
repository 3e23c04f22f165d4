"""Many people log in at once while everything goes wrong that can: what they do, and what became of every login.

Their browsers come back twice or three times at once, are prefetched, come back in other browsers or with somebody
else's cookie; workers are killed between steps and in the middle of them. Each choice comes from a seed.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tests.proof.application import lines
from tests.proof.points import DELIVERY_POINTS, READ_POINTS
from tests.proof.workers import Gone, Raised, Worker

if TYPE_CHECKING:
    from tests.proof.shop import Shop, Started

PREFETCH = {"Sec-Purpose": "prefetch;prerender"}
POINTS = READ_POINTS + DELIVERY_POINTS


@define
class Lived:
    """A login, and what happened to it.

    Attributes:
        login: as it was started.
        crashes: how many workers were killed while they were at it.
        said: what the browser that started it was told, each kind as often as it was.
        said_to_others: what everybody else was told.
        wrongs: what a worker raised.
    """

    login: Started
    crashes: int = 0
    said: Counter[str] = field(factory=Counter[str])
    said_to_others: Counter[str] = field(factory=Counter[str])
    wrongs: list[str] = field(factory=list[str])


class Storm:
    """People who log in.

    Args:
        shop: the application.
        people: who logs in, by id.
        seed: what every choice comes from.
        workers: how many worker processes there are.
        killing: how likely it is that a visit's worker is told to die at a point of it.
        every: seconds between kills of whichever worker, in the middle of whatever it does; 0 for none.
    """

    def __init__(
        self, shop: Shop, people: list[str], *, seed: int, workers: int = 4, killing: float = 0.04, every: float = 0.3
    ) -> None:
        self._shop, self._people = shop, people
        self._random = random.Random(seed)  # noqa: S311 - to be the same again
        self._killing, self._every = killing, every
        self._free: Queue[Worker] = Queue()
        self._all = [shop.worker() for _ in range(workers)]
        for worker in self._all:
            self._free.put(worker)
        self._lock = Lock()
        self.lived: list[Lived] = []

    def blow(self, logins: int) -> None:
        """Lets so many logins begin, come back in every way, and end."""
        plans = [self._plan() for _ in range(logins)]
        over = Event()
        killer = Thread(target=self._kill_at_random, args=(over,), daemon=True)
        killer.start()
        with ThreadPoolExecutor(len(self._all) * 2) as drivers:
            try:
                begun = [drivers.submit(self._begin, person) for person, _ in plans]
                visits: list[Future[None]] = []
                for each, (_, planned) in zip(begun, plans, strict=True):
                    lived = each.result()
                    visits += [drivers.submit(self._visit, lived, *visit) for visit in planned]
                for visit in visits:
                    visit.result()
            finally:
                over.set()
                killer.join()
        self._calm()

    def _plan(self) -> tuple[str, list[tuple[str, str | None]]]:
        """Who logs in, and how the browser comes back: kinds of visit, and the point at which its worker dies."""
        draw = self._random
        kinds = ["right"] * draw.choice([1, 1, 1, 2, 2, 3])
        kinds += ["prefetch"] * (draw.random() < 0.2)
        kinds += ["another browser"] * (draw.random() < 0.15)
        kinds += ["somebody else's cookie"] * (draw.random() < 0.1)
        draw.shuffle(kinds)
        return draw.choice(self._people), [
            (kind, draw.choice(POINTS) if draw.random() < self._killing else None) for kind in kinds
        ]

    def _begin(self, person: str) -> Lived:
        """Somebody presses the button, again and again if its worker dies, until they are sent away."""
        while True:
            worker = self._free.get()
            try:
                lived = Lived(self._shop.start(worker, person))
            except EOFError:
                worker = self._another(worker)
            else:
                with self._lock:
                    self.lived.append(lived)
                return lived
            finally:
                self._free.put(worker)

    def _visit(self, lived: Lived, kind: str, dies_at: str | None) -> None:
        """A browser comes back in some way."""
        worker = self._free.get()
        try:
            told = self._told(worker, lived.login, kind, dies_at)
        except EOFError as error:
            worker = self._another(worker)
            if not isinstance(error, Gone):
                with self._lock:
                    lived.crashes += 1
                return
        except Raised as error:
            with self._lock:
                lived.wrongs.append(str(error))
            return
        else:
            with self._lock:
                (lived.said if kind in {"right", "prefetch"} else lived.said_to_others)[told["kind"]] += 1
            return
        finally:
            self._free.put(worker)
        self._visit(lived, kind, None)  # its worker had been killed at somebody else's visit

    def _told(self, worker: Worker, login: Started, kind: str, dies_at: str | None) -> dict[str, Any]:
        """What the browser is told."""
        cookies = dict(login.cookies) if kind in {"right", "prefetch"} else {}
        if kind == "somebody else's cookie":
            cookies = {name: "A" * len(value) for name, value in login.cookies.items()}
        if dies_at is not None:
            worker.dies_at(dies_at)
        headers = PREFETCH if kind == "prefetch" else {}
        told: dict[str, Any] = worker.ask("finish", query=login.query, cookies=cookies, headers=headers)
        if dies_at is not None:
            worker.ask("disarm")
        return told

    def _another(self, dead: Worker) -> Worker:
        """A new worker in the place of a killed one."""
        dead.until_dead()
        worker = self._shop.worker()
        with self._lock:
            self._all[self._all.index(dead)] = worker
        return worker

    def _kill_at_random(self, over: Event) -> None:
        """Kills workers in the middle of whatever they do."""
        while self._every and not over.wait(self._every):
            with self._lock:
                victim = random.choice(self._all)  # noqa: S311 - as chance has it
            victim.kill()

    def _calm(self) -> None:
        """The last visits: every browser looks until it is told the end, while a sweep runs now and then."""
        end = time.monotonic() + 120.0
        waiting: list[Lived] = [*self.lived]
        while waiting:
            assert time.monotonic() < end, waiting
            worker = self._free.get()
            try:
                worker.ask("sweep")
                for lived in waiting:
                    lived.said[self._shop.come_back(worker, lived.login)["kind"]] += 1
                waiting = [each for each in waiting if not _ends(each.said)]
            except EOFError:  # a kill of before that had not been noticed
                worker = self._another(worker)
            finally:
                self._free.put(worker)


def _ends(said: Counter[str]) -> bool:
    return any(said[kind] for kind in ("signed_in_again", "lost", "refused"))


def given(shop: Shop) -> dict[str, list[str]]:
    """By login: the userIds that the application was given."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in lines(shop.setup.folder / "given"):
        found[entry["login_id"]].append(entry["user_id"])
    return found


def named(shop: Shop) -> dict[str, set[str]]:
    """By login: what was told of it, as words."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in lines(shop.setup.folder / "events"):
        found[entry["login_id"]].add(entry["name"])
    return found

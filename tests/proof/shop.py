"""An application with worker processes, its people and their browsers, and what became of every login."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from attrs import define, field, frozen

from itsme_facade.store.sealing import new_key
from tests.proof.application import lines
from tests.proof.workers import Setup, Worker

if TYPE_CHECKING:
    from pathlib import Path

    from itsme_facade.sandbox import Sandbox

ENDS = frozenset({"signed_in", "signed_in_again", "refused", "lost", "unknown", "forged"})
PATIENCE = 30.0


@define
class Started:
    """A login that a browser was sent away for, and the person has approved.

    Attributes:
        login_id: its id.
        location: CM's login page.
        query: what comes back with the browser.
        cookies: the cookies of the browser that started it.
        person: who it is.
    """

    login_id: str
    location: str
    query: str
    cookies: dict[str, str] = field(repr=False)
    person: str


@frozen
class Became:
    """What became of a login: how often it was given to the application, and what was said of it."""

    given: int
    events: tuple[str, ...]

    @property
    def is_named_lost(self) -> bool:
        """Whether somebody was told that it is gone."""
        return "lost" in self.events


class Shop:
    """An application.

    Args:
        sandbox: its itsme.
        url: where its store is.
        folder: where its files are.
        settings: what differs in its workers' Setup.
    """

    def __init__(self, sandbox: Sandbox, url: str, folder: Path, **settings: Any) -> None:
        self.sandbox = sandbox
        self.setup = Setup(
            url=url,
            prefix=f"p{secrets.token_hex(4)}_",
            base_url=sandbox.api_url,
            token=sandbox.token,
            key=new_key(),
            folder=folder,
            **settings,
        )
        self._workers: list[Worker] = []

    def worker(self, **differing: Any) -> Worker:
        """One more worker process."""
        worker = Worker(self.setup, **differing)
        self._workers.append(worker)
        return worker

    def start(self, worker: Worker, person: str = "lucas", **wish: Any) -> Started:
        """Somebody starts a login, approves it, and is about to come back."""
        told = worker.ask("start", phone_number=self.sandbox.person(person).phone.number, **wish)
        return Started(told["login_id"], told["location"], self.returns(told["location"]), told["cookies"], person)

    def returns(self, location: str) -> str:
        """The query with which the browser comes back from a login page."""
        transaction = self.sandbox.world.transaction(location.rpartition("/")[2])
        return urlsplit(transaction.request.redirect_url).query

    def come_back(self, worker: Worker, login: Started) -> dict[str, Any]:
        """The browser comes back once."""
        told: dict[str, Any] = worker.ask("finish", query=login.query, cookies=login.cookies)
        return told

    def until_over(self, worker: Worker, login: Started, patience: float = PATIENCE) -> dict[str, Any]:
        """The browser comes back, and looks again until it is told how the login ended."""
        end = time.monotonic() + patience
        told = self.come_back(worker, login)
        while told["kind"] not in ENDS:
            assert time.monotonic() < end, f"still {told['kind']}"
            time.sleep(0.05)
            told = worker.ask("resume", login_id=login.login_id, cookies=login.cookies)
        return told

    def sweep_until_over(self, worker: Worker, login: Started, patience: float = PATIENCE) -> None:
        """Sweeps again and again, as a background task does, until the store says that a login is over."""
        end = time.monotonic() + patience
        while worker.ask("phase", login_id=login.login_id) not in {"delivered", "refused", "lost"}:
            assert time.monotonic() < end, "no sweep brought it about"
            worker.ask("sweep")
            time.sleep(0.03)

    def became(self, login: Started | str) -> Became:
        """What became of a login so far."""
        login_id = login if isinstance(login, str) else login.login_id
        given = sum(entry["login_id"] == login_id for entry in lines(self.setup.folder / "given"))
        events = (entry["name"] for entry in lines(self.setup.folder / "events") if entry["login_id"] == login_id)
        return Became(given, tuple(events))

    def reads(self, login: Started) -> int:
        """How often CM was asked about it."""
        return self.sandbox.transaction(login.location).reads

    def spooled(self) -> list[Path]:
        """What is in the spool."""
        return sorted(self.setup.spool.glob("[!.]*"))

    def close(self) -> None:
        """Ends its workers."""
        while self._workers:
            self._workers.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

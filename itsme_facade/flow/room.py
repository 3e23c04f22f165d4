"""What the steps of a flow need besides their arguments, checked once when the flow is made."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TypedDict, cast

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.flow.events import Event, EventName, Notifier
from itsme_facade.flow.targets import HOME, wrong_origin
from itsme_facade.started import Started
from itsme_facade.store.phases import DELIVERY_LEASE, READ_LEASE, Lives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from itsme_facade.flow.cookies import Jar
    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import Result
    from itsme_facade.store.record import Record
    from itsme_facade.store.sealing import Seal

_ENCODER = json.JSONEncoder(separators=(",", ":"))
COOKIE_ONLY = "cookie_only"
SAME_AGAIN = 60.0
"""Seconds after the delivery in which the same browser is signed in again. Never after a logout."""
CODE_LIFE = 120.0
"""Seconds that a code shown in another browser is good for."""


@frozen(kw_only=True)
class Departure:
    """What is kept, sealed, of a start.

    Args:
        started: the transaction. Holds a secret.
        next: where to go afterwards.
        locale: the language that was asked for.
        account: who was signed in and links their itsme; None for a login.
    """

    started: Started
    next: str = HOME
    locale: str | None = None
    account: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Arrival:
    """What is kept, sealed, of a delivery.

    Args:
        reference: what the application gave back.
        service: login or register.
        next: where to go afterwards.
        locale: the language that was asked for.
        account: whom it was linked to; None for a login.
    """

    reference: str = field(repr=False)
    service: str
    next: str = HOME
    locale: str | None = None
    account: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Room:
    """The steps' surroundings. Nothing in it does I/O but `notify`, which logs.

    Args:
        interpret: says what an answer means, or raises what it means.
        seal: seals what is kept.
        lives: how long things are kept.
        jar: how cookies are called.
        redirect_url: where CM sends the browser back to, without the state.
        scopes: what is asked for.
        cookie_only: the weaker mode, without a state in redirectUrl.
        codes: whether another browser is shown a code.
        origins: origins that `next` may lead to besides this site.
        links: whether there is an `on_link`.
        notify: tells of events.
        read_lease: seconds that one worker may ask CM alone.
        delivery_lease: seconds that one worker may run the handler alone.
        patience: seconds that a callback waits for another worker to be done.
        clock: seconds that only go forward.
    """

    interpret: Callable[[RawAnswer, Started], Result]
    seal: Seal
    lives: Lives
    jar: Jar
    redirect_url: str
    scopes: tuple[str, ...]
    cookie_only: bool = False
    codes: bool = False
    origins: tuple[str, ...] = ()
    links: bool = False
    notify: Notifier = field(factory=Notifier)
    read_lease: float = READ_LEASE
    delivery_lease: float = DELIVERY_LEASE
    patience: float = 2.0
    clock: Callable[[], float] = time.monotonic

    def tell(self, name: EventName, login_id: str | None, service: str | None = None, reason: str = "") -> None:
        """Tells of an event."""
        self.notify(Event(name, login_id, service, reason))

    def seal_departure(self, departure: Departure, login_id: str) -> bytes:
        """Seals what is kept of a start."""
        content = {
            "started": departure.started.to_dict(),
            "next": departure.next,
            "locale": departure.locale,
            "account": departure.account,
        }
        return self._seal(content, login_id, "departure")

    def open_departure(self, sealed: bytes, login_id: str) -> Departure:
        """Opens what is kept of a start.

        Raises:
            SealBroken: none of the keys opens it.
        """
        content = self._open(sealed, login_id, "departure")
        started = Started.from_dict(content.pop("started"))
        return Departure(started=started, **content)

    def seal_arrival(self, arrival: Arrival, login_id: str) -> bytes:
        """Seals what is kept of a delivery."""
        content = {
            "reference": arrival.reference,
            "service": arrival.service,
            "next": arrival.next,
            "locale": arrival.locale,
            "account": arrival.account,
        }
        return self._seal(content, login_id, "reference")

    def open_arrival(self, sealed: bytes, login_id: str) -> Arrival:
        """Opens what is kept of a delivery.

        Raises:
            SealBroken: none of the keys opens it.
        """
        return Arrival(**self._open(sealed, login_id, "reference"))

    def seal_answer(self, document: dict[str, Any], login_id: str) -> bytes:
        """Seals CM's answer, as `RawAnswer.to_dict` gives it."""
        return self._seal(document, login_id, "answer")

    def open_answer(self, sealed: bytes, login_id: str) -> dict[str, Any]:
        """Opens CM's answer.

        Raises:
            SealBroken: none of the keys opens it.
        """
        return self._open(sealed, login_id, "answer")

    def _seal(self, content: dict[str, Any], login_id: str, purpose: str) -> bytes:
        return self.seal.seal(_ENCODER.encode(content).encode("ascii"), login_id=login_id, purpose=purpose)

    def _open(self, sealed: bytes, login_id: str, purpose: str) -> dict[str, Any]:
        content = self.seal.open(sealed, login_id=login_id, purpose=purpose)
        return cast("dict[str, Any]", json.loads(content))


@frozen(kw_only=True)
class Login:
    """One login, as the steps pass it along.

    Args:
        login_id: its id.
        departure: what was kept of its start.
    """

    login_id: str
    departure: Departure

    @property
    def service(self) -> str:
        """Login or register."""
        return self.departure.started.service.value

    @property
    def known(self) -> Known:
        """What every outcome of it says."""
        return {"login_id": self.login_id, "next": self.departure.next, "locale": self.departure.locale}


class Known(TypedDict):
    """What every outcome of a login says."""

    login_id: str
    next: str
    locale: str | None


def login_in(room: Room, record: Record) -> Login:
    """The login of a record that is not delivered.

    Raises:
        SealBroken: none of the keys opens it.
    """
    return Login(login_id=record.login_id, departure=room.open_departure(record.departure, record.login_id))


def checked_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """Origins as they are compared.

    Raises:
        InvalidArguments: one of them is none.
    """
    listed = (origins,) if isinstance(origins, str) else tuple(origins)
    wrong = [reason for origin in listed if (reason := wrong_origin(origin)) is not None]
    if wrong:
        raise InvalidArguments(tuple(Problem("next_origins", reason) for reason in wrong))
    return listed

"""A login's start: arguments checked, the start counted, the transaction created, the login stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, Problem, TooManyStarts
from itsme_facade.flow import room as rooms
from itsme_facade.flow.effects import CountStart, Create, Steps
from itsme_facade.flow.events import EventName
from itsme_facade.flow.exposure import shows_state
from itsme_facade.flow.secrets import digest, new_login_id, new_secret, new_state
from itsme_facade.flow.targets import HOME, as_location, wrong_target
from itsme_facade.reading import repaired_phone_number
from itsme_facade.store import steps as store_steps
from itsme_facade.store.record import Record

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.room import Room
    from itsme_facade.started import Started

_SERVICES = ("login", "register")
_LONGEST_ACCOUNT = 1_000


@frozen
class Departure:
    """Where to send the browser now, and what to give it along.

    Args:
        location: CM's login page for this login: redirect there. It is the person's own way in, so `repr` hides it.
        set_cookies: set and delete these in the same answer.
        login_id: names the login in logs. No secret.
    """

    location: str = field(repr=False)
    set_cookies: tuple[SetCookie, ...]
    login_id: str


@frozen(kw_only=True, repr=False)
class Wish:
    """What `start` was asked."""

    service: str
    next: str | None
    locale: str | None
    phone_number: str | None
    account: str | None
    cookies: Mapping[str, str]
    address: str | None


def start(room: Room, wish: Wish) -> Steps[Departure]:
    """Starts a login."""
    target = _checked(room, wish)
    browser = room.jar.browser(wish.cookies)
    yield from _counted(wish, browser)
    login_id = new_login_id()
    state, secret = new_state(login_id), new_secret()
    started: Started = yield Create(
        service=wish.service,
        redirect_url=room.redirect_url if room.cookie_only else with_state(room.redirect_url, state),
        locale=wish.locale,
        phone_number=wish.phone_number,
    )
    if not room.cookie_only and shows_state(started.authentication_url, state):
        room.tell(EventName.STATE_EXPOSED, login_id, wish.service)
    departure = rooms.Departure(started=started, next=target, locale=wish.locale, account=wish.account)
    record = Record(
        login_id=login_id,
        state_digest=digest(state),
        browser_digest=digest(secret),
        departure=room.seal_departure(departure, login_id),
    )
    yield from store_steps.add(record, lives=room.lives)
    room.tell(EventName.STARTED, login_id, wish.service, rooms.COOKIE_ONLY if room.cookie_only else "")
    cookies = (room.jar.keep(login_id, secret, room.lives.open), *room.jar.forget_all_but_newest(wish.cookies))
    if browser is None:
        cookies += (room.jar.keep_browser(new_secret()),)
    return Departure(started.authentication_url, cookies, login_id)


def with_state(redirect_url: str, state: str) -> str:
    """The address with the state added to its query.

    >>> with_state("https://shop.example/back?from=itsme", "x.y")
    'https://shop.example/back?from=itsme&state=x.y'
    """
    joint = "&" if urlsplit(redirect_url).query else "" if redirect_url.endswith("?") else "?"
    return f"{redirect_url}{joint}state={state}"


def _checked(room: Room, wish: Wish) -> str:
    """Where to go afterwards; all that is wrong is named at once."""
    problems: list[Problem] = []
    target = HOME if wish.next is None or wish.next == "" else wish.next
    if reason := wrong_target(target, room.origins):
        problems.append(Problem("next", reason))
    if wish.service not in _SERVICES:
        problems.append(Problem("service", f"not one of {', '.join(_SERVICES)}"))
    if wish.account is not None:
        if not isinstance(wish.account, str) or not 0 < len(wish.account) <= _LONGEST_ACCOUNT:
            problems.append(Problem("account", f"not text of 1 to {_LONGEST_ACCOUNT} characters"))
        elif not room.links:
            problems.append(Problem("account", "the flow was made without on_link, so nothing can be linked"))
    if problems:
        raise InvalidArguments(tuple(problems))
    return as_location(target)


def _counted(wish: Wish, browser: str | None) -> Generator[CountStart, Any, None]:
    number = wish.phone_number
    if isinstance(number, str):
        number = repaired_phone_number(number) or number
    wait: float | None = yield CountStart(browser=browser, address=wish.address, number=number)
    if wait is not None:
        raise TooManyStarts("Too many logins were started in a short time; nothing was sent to CM.", retry_after=wait)

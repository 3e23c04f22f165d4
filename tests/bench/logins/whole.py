"""A whole login in one process: start, finish, delivery; by blocking, and with `await`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from itsme_facade import AsyncItsme, Itsme
from itsme_facade.flow import AsyncFlow, Flow, SignedIn, StartLimits
from itsme_facade.store import new_key
from tests.bench.contenders import PHONE_NUMBER, REDIRECT_URL, SCOPES, TOKEN
from tests.bench.logins.life import AwaitedNotingStore, NotingStore

if TYPE_CHECKING:
    from itsme_facade import Started
    from itsme_facade.flow import Departure, FlowOutcome
    from itsme_facade.store.base import AsyncStore, Store
    from tests.bench.logins.life import Kept

PERSON = "Lucas Maes"
PLENTY = "1000000 per minute"
BROWSER = {
    "Host": "shop.example",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "nl-BE,nl;q=0.9",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}
_WISH: dict[str, Any] = {
    "service": "login",
    "locale": "nl",
    "phone_number": PHONE_NUMBER,
    "address": "192.0.2.1",
}
_SETTINGS: dict[str, Any] = {
    "scopes": SCOPES,
    "limits": StartLimits(browser=PLENTY, address=PLENTY, number=PLENTY),
}


class NotingItsme(Itsme):
    """Notes by the page that a browser is sent to where that will send it back, which is all that it has to know."""

    def __init__(self, url: str) -> None:
        super().__init__(TOKEN, base_url=url)
        self.back: dict[str, str] = {}

    def login(self, redirect_url: str, **rest: Any) -> Started:
        started = super().login(redirect_url, **rest)
        self.back[started.authentication_url] = redirect_url
        return started


class AwaitedNotingItsme(AsyncItsme):
    """`NotingItsme` with `await`."""

    def __init__(self, url: str) -> None:
        super().__init__(TOKEN, base_url=url)
        self.back: dict[str, str] = {}

    async def login(self, redirect_url: str, **rest: Any) -> Started:
        started = await super().login(redirect_url, **rest)
        self.back[started.authentication_url] = redirect_url
        return started


class WholeLogin:
    """Start, finish and delivery. The person approves within the sandbox's own process, as soon as he is asked.

    Every setting is as it comes, but for the number of starts that one address and one number may make.
    """

    def __init__(self, url: str, store: Store) -> None:
        self._itsme = NotingItsme(url)
        self._flow = Flow(self._itsme, store, new_key(), REDIRECT_URL, _taken, **_SETTINGS)
        self._flow.open()

    def once(self) -> None:
        departure = self._flow.start(**_WISH)
        _check(departure, self._flow.finish("GET", *_returning(departure, self._itsme.back), BROWSER))


class AwaitedWholeLogin:
    """`WholeLogin` with `await`; any number at a time."""

    def __init__(self, url: str, store: AsyncStore) -> None:
        self._itsme = AwaitedNotingItsme(url)
        self._flow = AsyncFlow(self._itsme, store, new_key(), REDIRECT_URL, _awaited_taken, **_SETTINGS)

    @classmethod
    async def opened(cls, url: str, store: AsyncStore) -> Self:
        login = cls(url, store)
        await login._flow.open()
        return login

    async def once(self) -> None:
        departure = await self._flow.start(**_WISH)
        _check(departure, await self._flow.finish("GET", *_returning(departure, self._itsme.back), BROWSER))


def kept_by_one_login(url: str) -> Kept:
    """Carries one login out and says what its store was given. Errors: AnotherLife."""
    store = NotingStore()
    WholeLogin(url, store).once()
    return store.noted.kept()


async def kept_by_one_awaited_login(url: str) -> Kept:
    """As `kept_by_one_login`."""
    store = AwaitedNotingStore()
    await (await AwaitedWholeLogin.opened(url, store)).once()
    return store.noted.kept()


def _returning(departure: Departure, back: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The query and the cookies of a browser that has been where it was sent to."""
    cookies = {cookie.name: cookie.value for cookie in departure.set_cookies if cookie.max_age}
    return back.pop(departure.location).partition("?")[2], cookies


def _taken(identity: Any, login_id: str) -> str:
    assert identity.name.full == PERSON
    return f"user-{login_id}"


async def _awaited_taken(identity: Any, login_id: str) -> str:
    return _taken(identity, login_id)


def _check(departure: Departure, outcome: FlowOutcome) -> None:
    assert isinstance(outcome, SignedIn), outcome
    assert outcome.reference == f"user-{departure.login_id}", outcome

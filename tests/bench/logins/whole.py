"""A whole login in one process: start, finish, delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itsme_facade import Itsme
from itsme_facade.flow import Flow, SignedIn, StartLimits
from itsme_facade.store import new_key
from tests.bench.contenders import PHONE_NUMBER, REDIRECT_URL, SCOPES, TOKEN
from tests.bench.logins.life import NotingStore

if TYPE_CHECKING:
    from itsme_facade import Started
    from itsme_facade.store.base import Store
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


class NotingItsme(Itsme):
    """Notes the last redirectUrl, which is all that a browser on its way back has to know."""

    redirect_url = ""

    def login(self, redirect_url: str, **rest: Any) -> Started:
        self.redirect_url = redirect_url
        return super().login(redirect_url, **rest)


class WholeLogin:
    """Start, finish and delivery. The person approves within the sandbox's own process, as soon as he is asked.

    Every setting is as it comes, but for the number of starts that one address and one number may make.
    """

    def __init__(self, url: str, store: Store) -> None:
        self._itsme = NotingItsme(TOKEN, base_url=url)
        limits = StartLimits(browser=PLENTY, address=PLENTY, number=PLENTY)
        self._flow = Flow(self._itsme, store, new_key(), REDIRECT_URL, self._identity, scopes=SCOPES, limits=limits)
        self._flow.open()

    def once(self) -> None:
        departure = self._flow.start(service="login", locale="nl", phone_number=PHONE_NUMBER, address="192.0.2.1")
        cookies = {cookie.name: cookie.value for cookie in departure.set_cookies if cookie.max_age}
        outcome = self._flow.finish("GET", self._itsme.redirect_url.partition("?")[2], cookies, BROWSER)
        assert isinstance(outcome, SignedIn), outcome
        assert outcome.reference == f"user-{departure.login_id}", outcome

    @staticmethod
    def _identity(identity: Any, login_id: str) -> str:
        assert identity.name.full == PERSON
        return f"user-{login_id}"


def kept_by_one_login(url: str) -> Kept:
    """Carries one login out and says what its store was given. Errors: AnotherLife."""
    store = NotingStore()
    WholeLogin(url, store).once()
    return store.kept()

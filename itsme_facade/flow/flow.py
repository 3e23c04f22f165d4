"""`Flow`: one browser's login, for an application that blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from itsme_facade.carrying import carry_out
from itsme_facade.client import Itsme
from itsme_facade.flow import returning, starting
from itsme_facade.flow.construction import from_environment, parts
from itsme_facade.flow.doing import blocking
from itsme_facade.flow.limits import StartLimits
from itsme_facade.flow.returning import Visit
from itsme_facade.flow.starting import Departure, Wish
from itsme_facade.flow.sweeping import MOST_SECONDS, Sweeping
from itsme_facade.flow.tracing import span

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from itsme_facade.flow.construction import Binding
    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.effects import Effect, Steps
    from itsme_facade.flow.events import Event
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.flow.requests import Query
    from itsme_facade.flow.sweeping import SweepReport
    from itsme_facade.identity import Identity
    from itsme_facade.store.base import Store

_T = TypeVar("_T")
_NO_HEADERS: Mapping[str, str] = {}


class Flow:
    """Logs people in with itsme: from the button to the identity, handed to the application once.

    One object a process is enough: it is safe for threads and keeps nothing of a login but in the store.

    Args:
        itsme: the client.
        store: where unfinished logins are kept.
        keys: to seal them with: Fernet keys, newest first, as `itsme keys new` makes them. Secrets.
        redirect_url: the address of the callback, https, or http on a loopback host. The state is added to its query.
        on_identity: takes the identity, once: `on_identity(identity, login_id) -> str`. Returns a reference, such as
            the user's own id. Has no request. May be called again for one login_id after a crash or a raise, and must
            then do nothing twice. May raise `Declined`. Has 30 s; longer, and another worker may call it too.
        on_link: as on_identity, for a start with `account`: `on_link(identity, login_id, account) -> str`.
        scopes: the user information to ask for: profile, email, phone, address.
        binding: "both" (state and cookie), or "cookie": weaker, for the case that CM refuses a query in redirectUrl.
        code_for_other_browser: show a code in a browser that came back in place of the one that started.
        next_origins: origins that `next` may lead to besides paths of this site: ("https://shop.example",).
        spool_dir: a folder where an answer is kept while the store is down. Without one it waits in memory only.
        limits: how often a login may be started; None: as often as anybody likes.
        on_event: is told of everything that happens (`Event`): a plain, quick function.

    Raises:
        InvalidArguments: names every wrong argument.
        MissingExtra: the extra `store` is not installed.

    Source: API (user information is provided once); FACTS (what integrators of this kind of API get wrong).
    """

    def __init__(
        self,
        itsme: Itsme,
        store: Store,
        keys: str | Iterable[str],
        redirect_url: str,
        on_identity: Callable[[Identity, str], str],
        *,
        on_link: Callable[[Identity, str, str], str] | None = None,
        scopes: Iterable[str] = ("profile",),
        binding: Binding = "both",
        code_for_other_browser: bool = False,
        next_origins: Iterable[str] = (),
        spool_dir: str | os.PathLike[str] | None = None,
        limits: StartLimits | None = StartLimits(),  # noqa: B008 - frozen
        on_event: Callable[[Event], object] | None = None,
    ) -> None:
        self._parts = parts(
            itsme,
            store,
            keys,
            redirect_url,
            on_identity,
            on_link=on_link,
            scopes=scopes,
            binding=binding,
            code_for_other_browser=code_for_other_browser,
            next_origins=next_origins,
            spool_dir=spool_dir,
            limits=limits,
            on_event=on_event,
            plain_handlers=True,
        )
        self._room = self._parts.room
        self._itsme, self._store = itsme, store
        self._owns_client = False
        self._doing = blocking(itsme, store, self._parts, on_identity, on_link)

    @classmethod
    def from_env(
        cls,
        on_identity: Callable[[Identity, str], str],
        *,
        environ: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Self:
        """A flow from the client's variables and ITSME_KEYS, _STORE_URL, _REDIRECT_URL and _SPOOL_DIR.

        Args:
            on_identity: as above.
            environ: the variables; the process's own unless given.
            options: the other arguments of a flow.

        Raises:
            InvalidArguments: names the variables.
        """
        from itsme_facade.store.opening import open_store

        found = from_environment(environ)
        itsme = Itsme.from_env(environ)
        store = open_store(found.pop("store_url"))
        flow = cls(itsme, store, on_identity=on_identity, **{**found, **options})
        flow._owns_client = True
        return flow

    def open(self) -> None:
        """Makes the store ready, and checks that what is written there stays written. Safe to call again.

        Raises:
            StoreNotDurable: names the setting that must change.
            StoreUnavailable: it was not reached.
        """
        self._store.open()

    def close(self) -> None:
        """Closes the store, and the client if `from_env` made it."""
        self._store.close()
        if self._owns_client:
            self._itsme.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(
        self,
        *,
        service: str = "login",
        next: str | None = "/",  # noqa: A002 - what everybody calls it
        locale: str | None = None,
        phone_number: str | None = None,
        account: str | None = None,
        cookies: Mapping[str, str] = _NO_HEADERS,
        address: str | None = None,
    ) -> Departure:
        """Starts a login. Call it for a POST that your framework has protected against CSRF.

        Args:
            service: "login" or "register".
            next: where to go afterwards: an absolute path of this site. Kept here, never taken from the callback.
            locale: the language of the itsme screens: en, nl, fr or de.
            phone_number: E.164, prefilled on the login page. Give it only for a person who is signed in already.
            account: who is signed in and links their itsme; `on_link` gets it.
            cookies: the request's cookies.
            address: where the request comes from, for the limits.

        Returns:
            Where to redirect the browser, and which cookies to set.

        Raises:
            InvalidArguments: names every wrong argument; nothing was sent.
            TooManyStarts: answer 429; nothing was sent.
            NotConnected: CM was not reached.
            TimedOut: the time limit ended first.
            RequestRefused: CM refused; `message` says why.
            ServerFailed: CM failed.
            UnreadableAnswer: CM's answer has no usable URL and token.
            StoreUnavailable: the login could not be kept; nothing of it is left.
        """
        wish = Wish(
            service=service,
            next=next,
            locale=locale,
            phone_number=phone_number,
            account=account,
            cookies=cookies,
            address=address,
        )
        with span("start", service=service) as seen:
            departure = self._run(starting.start(self._room, wish))
            seen.set(login_id=departure.login_id, outcome="started")
        return departure

    def finish(
        self,
        method: str,
        query: Query,
        cookies: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        account: str | None = None,
    ) -> FlowOutcome:
        """Takes a login to its end when the browser comes back from CM. Runs `on_identity` before it returns.

        Args:
            method: the request's method.
            query: its query: a raw string, or a mapping.
            cookies: its cookies.
            headers: its headers.
            account: who is signed in now, as it was given to `start`.

        Returns:
            How it ended. Set the outcome's cookies whatever it is, and redirect to a clean address.

        Raises:
            NotConnected: CM was not reached; nothing was consumed. Answer 503.
            TimedOut: likewise.
            RequestRefused: CM refused to say how it ended; the login goes on.
            ServerFailed: CM failed to say how it ended; the login goes on.
            StoreUnavailable: nothing was consumed. Answer 503.
            SealBroken: a key is missing; nothing was consumed.
            Exception: whatever on_identity raised. The identity is kept, and a sweep tries again.
        """
        visit = Visit(method=method, query=query, cookies=cookies, headers=headers, account=account)
        return self._outcome("finish", returning.finish(self._room, visit))

    def resume(
        self,
        method: str,
        login_id: str,
        cookies: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        account: str | None = None,
    ) -> FlowOutcome:
        """Looks again, for the page that waits: no state, this browser's cookie. Otherwise as `finish`."""
        visit = Visit(method=method, cookies=cookies, headers=headers, account=account)
        return self._outcome("resume", returning.resume(self._room, login_id, visit))

    def confirm(
        self, login_id: str, code: str, cookies: Mapping[str, str], *, account: str | None = None
    ) -> FlowOutcome:
        """Takes the code that another browser shows, typed in the one that started. Otherwise as `finish`.

        Three tries and two minutes; after them the other browser has to open the callback's address again.
        """
        visit = Visit(method="POST", cookies=cookies, headers=_NO_HEADERS, account=account)
        return self._outcome("confirm", returning.confirm(self._room, login_id, code, visit))

    def signed_out(self, login_id: str) -> tuple[SetCookie, ...]:
        """Call it when the person logs out: Back and reload sign nobody in any more. Returns cookies to delete.

        Raises:
            StoreUnavailable: it could not be noted; 60 s after the delivery it holds by itself.
        """
        self._run(returning.sign_out(login_id))
        return returning.forgotten(self._room, login_id)

    def sweep(self, limit: int = 100, *, seconds: float = MOST_SECONDS) -> SweepReport:
        """Looks after what no browser came back for. Call it every minute or so, in one process or in all.

        Brings spooled answers in, asks CM where a worker died while asking, delivers what was not, erases what has
        expired. What a handler raises is reported and logged, and does not stop the others.

        Args:
            limit: how many logins at most.
            seconds: when to stop beginning with another one.

        Raises:
            StoreUnavailable: nothing was consumed.
        """
        end = self._room.clock() + seconds
        sweeping = Sweeping.of(self._room)
        with span("sweep") as seen:
            for login_id in self._run(sweeping.begin(limit)):
                if self._room.clock() > end:
                    break
                self._run(sweeping.look_after(login_id))
            seen.set(outcome="swept")
        return sweeping.report

    def _outcome(self, what: str, steps: Steps[FlowOutcome]) -> FlowOutcome:
        with span(what) as seen:
            outcome = self._run(steps)
            seen.set(login_id=outcome.login_id, outcome=outcome.kind)
        return outcome

    def _run(self, steps: Steps[_T]) -> _T:
        return carry_out(steps, self._do)

    def _do(self, step: Effect) -> object:
        return self._doing[type(step)](step)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redirect_url={self._room.redirect_url!r}, store={self._store!r})"

"""What every request is answered, for all frameworks, without doing any of it.

Each method is a generator: it yields what the flow shall do (`Call`), gets what came of it, and returns the answer.
`itsme_facade.carrying` carries it out, blocking or not; a skin makes `Asked` of its request before, and a response of
the `Answer` after.

Every way back ends on a clean address by a redirect, because the callback's own holds the state. Only what has
consumed nothing and can be asked again as it is (a prefetch, CM or the store out of reach) is answered in place.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from attrs import evolve, frozen

from itsme_facade.errors import InvalidArguments, ItsmeError
from itsme_facade.flow.cookies import Jar
from itsme_facade.flow.messages import LOCALES
from itsme_facade.flow.outcomes import (
    Busy,
    Prefetch,
    SignedIn,
    SignedInAgain,
    StillOpen,
)
from itsme_facade.flow.secrets import is_login_id, login_id_of
from itsme_facade.flow.targets import as_location
from itsme_facade.web.answers import Answer, SignIn
from itsme_facade.web.headers import NOT_KEPT
from itsme_facade.web.pages import Pages, short_reference
from itsme_facade.web.statuses import ONLY_TOLD, STATUS, status_of
from itsme_facade.web.troubles import trouble_of, where_it_raised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from itsme_facade.flow.messages import Message
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.flow.starting import Departure
    from itsme_facade.web.asked import Asked

    Steps = Generator["Call", Any, Answer]

log = logging.getLogger("itsme_facade.web")

_SERVICES: Final = ("login", "register")


@frozen
class Call:
    """Something that the flow is to do: one of its methods, with these arguments."""

    method: Literal["start", "finish", "resume", "confirm", "signed_out"]
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]

    def of(self, flow: Any) -> Any:
        """Calls it. Gives an awaitable when the flow is an asynchronous one."""
        return getattr(flow, self.method)(*self.arguments, **self.options)


class Skin:
    """Answers what is asked under `/itsme`.

    Args:
        sources: more places that styles, pictures and fonts of our pages may come from, for templates of one's own.
        explain: gives another message for the application's own reason to decline, by reason and language; None for
            the usual one.
        on_error: is told of what the application's handler raises, and the reference on the page, for a service that
            collects errors: the log names only where it was raised. The exception's text may quote the person.
    """

    def __init__(
        self,
        *,
        sources: Iterable[str] = (),
        explain: Callable[[str, str], Message | None] | None = None,
        on_error: Callable[[Exception, str], object] | None = None,
    ) -> None:
        self._on_error = on_error
        self._pages = Pages(sources=tuple(sources), explain=explain)

    def start(self, asked: Asked) -> Steps:
        """POST start: creates a transaction, and sends the browser to itsme."""
        if stop := self._stop(asked):
            return stop
        service = asked.form.get("service", "login")
        if service not in _SERVICES:
            return self._tell(asked, "form_changed", 400)
        locale = asked.form.get("locale", "").lower()
        options: dict[str, Any] = {
            "service": service,
            "locale": locale if locale in LOCALES else asked.language,
            "cookies": asked.cookies,
            "address": asked.address,
            # Somebody who is signed in links their itsme to the account they are in.
            "account": asked.account if service == "register" else None,
        }
        wanted = asked.form.get("next") or asked.parameters.get("next") or asked.home
        try:
            departure: Departure = yield from self._start(asked, wanted, options)
        except ItsmeError as error:
            return self._trouble(asked, error, None, again=(service, wanted))
        if asked.wants_document:
            document = {"location": departure.location, "login_id": departure.login_id}
            return Answer(document=document, headers=NOT_KEPT, set_cookies=departure.set_cookies)
        return _redirect(departure.location, departure.set_cookies)

    def back(self, asked: Asked) -> Steps:
        """GET back: the browser comes from itsme. Takes the identity, and goes on to a clean address."""
        if not asked.is_safe:
            return self._not_secure(asked)
        login_id = login_id_of(asked.parameters.get("state", ""))
        try:
            outcome: FlowOutcome = yield Call(
                "finish", (asked.method, asked.query, asked.cookies, asked.headers), {"account": asked.account}
            )
        except Exception as error:  # noqa: BLE001 - whatever the application's handler raises, the person gets a page
            return self._trouble(asked, error, login_id)
        return self._arrive(asked, outcome) or self._to_wait(asked, outcome)

    def wait(self, asked: Asked) -> Steps:
        """GET wait: how a login stands, in words. Goes on by itself where that is possible."""
        if not asked.is_safe:
            return self._not_secure(asked)
        login_id = asked.parameters.get("login", "")
        told = asked.parameters.get("told", "")
        if told in ONLY_TOLD:
            return self._tell(asked, told, STATUS[told], login_id)
        if not login_id:
            return self._tell(asked, "unknown", 400)
        try:
            outcome: FlowOutcome = yield Call(
                "resume", (asked.method, login_id, asked.cookies, asked.headers), {"account": asked.account}
            )
        except Exception as error:  # noqa: BLE001 - as in `back`
            return self._trouble(asked, error, login_id)
        return self._arrive(asked, outcome) or self._show(asked, outcome)

    def code(self, asked: Asked) -> Answer:
        """GET code: the address to type in the browser in which the login began, when another shows a code."""
        newest = Jar(secure=asked.secure).logins(asked.cookies)[:1]
        query = f"?{urlencode({'login': newest[0]})}" if newest else ""
        return _redirect(f"{asked.base}/wait{query}")

    def confirm(self, asked: Asked) -> Steps:
        """POST wait: the code that another browser shows."""
        if stop := self._stop(asked):
            return stop
        login_id = asked.form.get("login", "")
        try:
            outcome: FlowOutcome = yield Call(
                "confirm", (login_id, asked.form.get("code", ""), asked.cookies), {"account": asked.account}
            )
        except Exception as error:  # noqa: BLE001 - as in `back`
            return self._trouble(asked, error, login_id)
        if isinstance(outcome, StillOpen) and outcome.code_wrong:
            return self._show(asked, outcome)
        return self._arrive(asked, outcome) or self._to_wait(asked, outcome)

    def finish(self, asked: Asked) -> Steps:
        """POST finish, for single-page applications: `state`, or `login`, or `login` and `code`, as JSON.

        The same rules as for people: the cookie of the login, and a token against CSRF besides.
        """
        if stop := self._stop(asked):
            return stop
        state, login_id = asked.form.get("state"), asked.form.get("login", "")
        options = {"account": asked.account}
        if state is not None:
            login_id = login_id_of(state) or ""
            call = Call("finish", (asked.method, {"state": state}, asked.cookies, asked.headers), options)
        elif "code" in asked.form:
            call = Call("confirm", (login_id, asked.form["code"], asked.cookies), options)
        else:
            call = Call("resume", (asked.method, login_id, asked.cookies, asked.headers), options)
        try:
            outcome: FlowOutcome = yield call
        except Exception as error:  # noqa: BLE001 - as in `back`
            return self._trouble(asked, error, login_id)
        answer = self._pages.of_outcome_for_program(asked, outcome, status_of(outcome))
        if isinstance(outcome, SignedIn | SignedInAgain):
            return evolve(answer, sign_in=_sign_in(asked, outcome))
        return answer

    def session(self, asked: Asked) -> Answer:
        """GET session, for single-page applications: who is signed in, and the token that a POST needs."""
        document = {"csrf_token": asked.csrf_token(), "reference": asked.account}
        return Answer(document=document, headers=NOT_KEPT)

    def sign_out(self, asked: Asked) -> Steps:
        """POST logout: ends the session, and the login's power to sign in again."""
        if stop := self._stop(asked):
            return stop
        cookies: tuple[Any, ...] = ()
        if asked.signed_in_by:
            try:
                cookies = yield Call("signed_out", (asked.signed_in_by,), {})
            except ItsmeError as error:
                # The session ends all the same. What is left: for at most a minute this browser, and no other one,
                # can come back to the callback that it has just used.
                log.warning("login %s: the logout was not kept: %s", asked.signed_in_by, error)
        if asked.wants_document:
            return Answer(document={"status": "signed_out"}, headers=NOT_KEPT, set_cookies=cookies, sign_out=True)
        return _redirect(asked.home, cookies, sign_out=True)

    def _start(self, asked: Asked, wanted: str, options: dict[str, Any]) -> Generator[Call, Any, Departure]:
        options = {**options, "next": wanted}
        while True:
            try:
                departure: Departure = yield Call("start", (), options)
            except InvalidArguments as error:
                wrong = {problem.argument for problem in error.problems}
                corrected = {name: value for name, value in self._instead(asked).items() if name in wrong}
                if wrong != set(corrected) or all(options[name] == value for name, value in corrected.items()):
                    raise
                options |= corrected
            else:
                return departure

    @staticmethod
    def _instead(asked: Asked) -> dict[str, Any]:
        """A link with a bad end, or a flow that links nothing, is no reason to keep anybody from logging in."""
        return {"next": asked.home, "account": None}

    def _stop(self, asked: Asked) -> Answer | None:
        if not asked.is_safe:
            return self._not_secure(asked)
        return None if asked.genuine else self._tell(asked, "form_too_old", 403)

    def _not_secure(self, asked: Asked) -> Answer:
        log.error(
            "A login was asked for over http on %s. If people reach the site over https, let the proxy say so "
            "(X-Forwarded-Proto) and the framework believe it.",
            asked.headers.get("host", "")[:200],
        )
        return self._tell(asked, "not_secure", 400)

    def _arrive(self, asked: Asked, outcome: FlowOutcome) -> Answer | None:
        """On to where the person wanted to go; None if the login does not lead there."""
        if isinstance(outcome, Prefetch):
            return self._show(asked, outcome)
        if not isinstance(outcome, SignedIn | SignedInAgain):
            return None
        return _redirect(as_location(outcome.next), outcome.set_cookies, sign_in=_sign_in(asked, outcome))

    def _to_wait(self, asked: Asked, outcome: FlowOutcome) -> Answer:
        query = {"login": outcome.login_id} if outcome.login_id else {}
        if outcome.kind in ONLY_TOLD:
            query |= {"told": outcome.kind}
        return _redirect(f"{asked.base}/wait?{urlencode(query)}", outcome.set_cookies)

    def _show(self, asked: Asked, outcome: FlowOutcome) -> Answer:
        reference, status = outcome.login_id or short_reference(), status_of(outcome)
        if not isinstance(outcome, StillOpen | Busy):
            log.info("login %s: %s shown (HTTP %d)", reference, outcome.kind, status)
        return self._pages.of_outcome(asked, outcome, status, reference)

    def _trouble(
        self, asked: Asked, error: Exception, login_id: str | None, again: tuple[str, str] | None = None
    ) -> Answer:
        trouble = trouble_of(error, finishing=again is None)
        reference = login_id if is_login_id(login_id) and login_id else short_reference()
        if isinstance(error, ItsmeError):
            log.log(trouble.level, "login %s: %s", reference, error)
        else:
            # Without the exception's own text: a database's often quotes what it was given, which is the identity.
            log.error("login %s: the handler raised %s at %s", reference, type(error).__name__, where_it_raised(error))
            if self._on_error is not None:
                self._on_error(error, reference)
        return self._pages.of_trouble(asked, trouble, reference, again)

    def _tell(self, asked: Asked, kind: str, status: int, login_id: str = "") -> Answer:
        reference = login_id if is_login_id(login_id) else short_reference()
        log.warning("%s: %s (HTTP %d)", reference, kind, status)
        return self._pages.of_kind(asked, kind, status, reference)


def _sign_in(asked: Asked, outcome: SignedIn | SignedInAgain) -> SignIn | None:
    if isinstance(outcome, SignedInAgain) and not outcome.signs_in:
        return None
    # Nobody becomes another: what a person has put into the basket may stay when they link their itsme.
    same = outcome.linked and outcome.reference == asked.account
    return SignIn(outcome.reference, outcome.login_id, renew=not same)


def _redirect(location: str, set_cookies: tuple[Any, ...] = (), **more: Any) -> Answer:
    return Answer(status=303, location=location, headers=NOT_KEPT, set_cookies=set_cookies, **more)

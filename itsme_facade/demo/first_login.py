"""Register a person and log the same person in, against a local sandbox.

Run with `python -m itsme_facade.demo.first_login`. An argument names another person of the sandbox than Lucas
Maes: `refuses`, `year-only`, and so on.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

import httpx
from attrs import frozen

from itsme_facade import Identity, Itsme, ItsmeError, Outcome, Result, Started, Success
from itsme_facade.demo.browser import WentAstray, go_through_login_page
from itsme_facade.demo.paper import Paper, paper_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.sandbox import Sandbox, SandboxPerson

REDIRECT_URL: Final = "https://shop.example/itsme/back"
EVERYTHING: Final = ("profile", "email", "phone", "address")


class NotLoggedIn(Exception):
    """The person did not get through; the text says how it ended."""


@frozen
class Visit:
    """One way through itsme, from button to identity."""

    started: Started
    identity: Identity


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 when both visits gave an identity, else 1, with a line that says why not."""
    stdout: TextIO = sys.stdout
    reconfigure = getattr(stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a name may have letters that an old console lacks
    try:
        from itsme_facade.sandbox import Sandbox, SandboxError
    except ImportError as error:
        return _failed(str(error))
    try:
        with Sandbox() as sandbox, Itsme(sandbox.token, base_url=sandbox.api_url) as itsme:
            _tell(sandbox, itsme, sandbox.person(arguments[0] if arguments else "lucas"), paper_for(stdout))
    except (ItsmeError, SandboxError, httpx.HTTPError, WentAstray, NotLoggedIn) as error:
        return _failed(str(error))
    return 0


def _failed(why: str) -> int:
    print(f"first_login: {why}", file=sys.stderr)
    return 1


def _tell(sandbox: Sandbox, itsme: Itsme, person: SandboxPerson, paper: Paper) -> None:
    if person.details.behaviour is None:
        person.always("approve")
    paper.note(f"A local sandbox answers at {sandbox.url}. It is not the real itsme, and nobody in it is real.")

    paper.title("Register, with every scope")
    registered = _visit(
        sandbox, itsme, person, paper, lambda: itsme.register(redirect_url=REDIRECT_URL, scopes=EVERYTHING)
    )
    paper.table(_rows(registered.identity))

    paper.title("Log in, with the profile and the e-mail address")
    logged_in = _visit(
        sandbox,
        itsme,
        person,
        paper,
        lambda: itsme.login(redirect_url=REDIRECT_URL, scopes=["profile", "email"]),
    )
    paper.table(_rows(logged_in.identity))

    paper.title("What this shows")
    if logged_in.identity.user_id != registered.identity.user_id:
        raise NotLoggedIn("the two visits gave different userIds, so they cannot be told to be the same person")
    paper.note("The userId is the same both times: that is how a returning person is known.")
    again = itsme.status(logged_in.started)
    if not isinstance(again, Success) or again.outcome is not Outcome.ALREADY_GIVEN:
        raise NotLoggedIn(f"a second read of the login ended as {again.status}, with what should come once only")
    paper.note("A second read of the login gives Outcome.ALREADY_GIVEN and no identity: data is handed out once.")


def _visit(sandbox: Sandbox, itsme: Itsme, person: SandboxPerson, paper: Paper, create: Callable[[], Started]) -> Visit:
    """The six steps of a login, each timed: CM's page calls them "how to use" (API)."""
    begun = time.perf_counter()

    def step(what: str) -> None:
        nonlocal begun
        now = time.perf_counter()
        paper.step(what, now - begun)
        begun = time.perf_counter()

    started = create()
    step("created a transaction: POST /transactions")
    go_through_login_page(
        started.authentication_url,
        person.phone.number,
        back_to=REDIRECT_URL,
        wait=sandbox.clock.advance,
        step=step,
    )
    result = itsme.wait(started, timeout=10)
    step("asked how it ended: GET /status/{transactionToken}")
    return Visit(started, _identity(result))


def _identity(result: Result) -> Identity:
    if result.identity is None:
        raise NotLoggedIn(
            f"the transaction ended as {result.status!r}, without an identity. A site offers to start again."
        )
    return result.identity


def _rows(identity: Identity) -> list[tuple[str, str]]:
    """What came, a row each; a part that did not come has no row."""
    name, address, birthdate = identity.name, identity.address, identity.birthdate
    rows = {
        "User id": identity.user_id,
        "Given name": name and name.given,
        "Family name": name and name.family,
        "Full name": name and name.full,
        "Gender": identity.gender,
        "Birth date": birthdate and birthdate.isoformat(),
        "Locale": identity.locale,
        "Phone number": identity.phone_number,
        "E-mail address": identity.email_address,
        "Street": address and ", ".join(address.street),
        "Postal code": address and address.postal_code,
        "City": address and address.city,
        "Country": address and address.country_code,
    }
    return [(label, str(value)) for label, value in rows.items() if value]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

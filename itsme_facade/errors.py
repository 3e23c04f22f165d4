"""One tree of exceptions. Each says what happened, whether trying again is safe, and what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

if TYPE_CHECKING:
    from itsme_facade.raw import RawAnswer


class ItsmeError(Exception):
    """Whatever this package raises on purpose.

    The text, `args` and the pickled form never hold a token or personal data; `raw`, kept out of all three, may.

    Args:
        what: what happened, one sentence.
        status_code: the HTTP status, where an answer arrived.
        message: what CM's API said, where it said something. It may be shown to the person (assumed).
        request_id: the answer's request id, to quote to CM's support.
        raw: the answer as it came, or the part of it that did.
        retry_safe: whether the same call may be made again without harm.
        advice: what to do now.

    Pickles, without the raw answer's body.
    """

    default_advice: ClassVar[str] = ""

    def __init__(
        self,
        what: str,
        status_code: int | None = None,
        message: str | None = None,
        request_id: str | None = None,
        raw: RawAnswer | None = None,
        retry_safe: bool = False,  # noqa: FBT001, FBT002 - positional, so that it pickles plainly
        advice: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.status_code = status_code
        self.message = message
        self.request_id = request_id
        self.raw = raw
        self.retry_safe = retry_safe
        self.advice = self.default_advice if advice is None else advice

    def __str__(self) -> str:
        again = "Trying again is safe." if self.retry_safe else "Do not just try again."
        return f"{self.what} {again} {self.advice}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        # CM's message about a read may quote the person; only one that the text already shows travels.
        message = self.message if self.message and self.message in self.what else None
        return type(self), (
            self.what,
            self.status_code,
            message,
            self.request_id,
            self.raw,
            self.retry_safe,
            self.advice,
        )


@frozen
class Problem:
    """One wrong argument: its name and what is wrong with it, without its value."""

    argument: str
    reason: str


class InvalidArguments(ItsmeError, ValueError):
    """Arguments are wrong; nothing was sent. Correct those named in `problems`, all of which are listed at once.

    `suggestions` may hold a repaired value by argument name (a national phone number in international form). It is
    kept out of the text, because it is personal data.
    """

    default_advice = "Nothing was sent. Correct what is named here."

    def __init__(self, problems: tuple[Problem, ...], suggestions: dict[str, str] | None = None) -> None:
        named = "; ".join(f"{problem.argument}: {problem.reason}" for problem in problems)
        super().__init__(f"Invalid arguments: {named}.")
        self.problems = problems
        self.suggestions = suggestions or {}

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


class NotConnected(ItsmeError):
    """The API was not reached, or the connection broke while a transaction was being created.

    `retry_safe` tells the two apart: it is true when the request certainly never left this machine.
    """

    default_advice = "Check the network, the base URL and any proxy; show the person a page to try again later."


class TimedOut(ItsmeError):
    """A time limit ended before the API was reached, or before it had created the transaction."""

    default_advice = "Show the person a page to try again; if it goes on, look at the network and at CM's status page."


class RequestRefused(ItsmeError):
    """The API refused the request (HTTP 4xx). `message` says why, in CM's words."""

    default_advice = "Read `message`; check the API token and the environment, then the arguments."


class ServerFailed(ItsmeError):
    """The API failed (HTTP 5xx)."""

    default_advice = "Try again a little later; if it goes on, give CM's support the request id."


class UnreadableAnswer(ItsmeError):
    """An answer arrived that cannot be read: not JSON, not an object, a redirect, no content, cut off.

    Its bytes are on `raw`. The answer to a status call may hold the only copy of the person's data: keep them.
    """

    default_advice = "Keep `raw`: if this was a status answer, its bytes may be the only copy of the person's data."


class ReadInterrupted(ItsmeError):
    """A status call was sent and its answer did not arrive whole. What arrived is on `raw`.

    If the transaction was successful, its data may have gone out on the broken connection. Asking again tells: a
    `Success` whose `outcome` is `Outcome.LOST` means that it had.
    """

    default_advice = "Ask for the status again: its outcome says whether the data was lost on the way."


class WaitTimeout(ItsmeError):
    """The transaction was not over when the time to wait for it ended. `raw` is the last answer, if there was one."""

    default_advice = "The transaction may still end: ask for its status again, or let the person start anew."


class StoreUnavailable(ItsmeError):
    """The store of unfinished logins was not reached, or did not answer. Nothing was consumed."""

    default_advice = "Look at the database. The person may reload the page once it is back: nothing is lost."


class StoreNotDurable(ItsmeError):
    """The store would not keep what it is given through a crash. The text names the setting that must change."""

    default_advice = "Change the setting that is named, or accept the loss of identities with accept_loss=True."


class SealBroken(ItsmeError):
    """Something in the store cannot be opened: a key is missing, or somebody changed or moved it."""

    default_advice = "Put the key that it was sealed with back into the keys. If none is missing, look who can write."


class TooManyStarts(ItsmeError):
    """Too many logins were started from one browser or address, or for one number. Nothing was sent to CM.

    `retry_after` is the number of seconds after which another one is let through.
    """

    default_advice = "Answer 429 with Retry-After, and let the person wait."

    def __init__(
        self,
        what: str,
        status_code: int | None = None,
        message: str | None = None,
        request_id: str | None = None,
        raw: RawAnswer | None = None,
        retry_safe: bool = False,  # noqa: FBT001, FBT002 - as in ItsmeError
        advice: str | None = None,
        retry_after: float = 60.0,
    ) -> None:
        super().__init__(what, status_code, message, request_id, raw, retry_safe, advice)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        kind, known = super().__reduce__()
        return kind, (*known, self.retry_after)


class MissingExtra(ItsmeError, ImportError):
    """Something optional is used that is not installed. The text says which extra to install."""

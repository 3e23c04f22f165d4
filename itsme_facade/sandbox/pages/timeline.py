"""A transaction's life in the languages of the pages: the world notes it in English."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from itsme_facade.sandbox.world import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    Text = Callable[[str], str]

_STATUS: Final = re.compile(rf"({'|'.join(Status)}): (.+)")
# What the world notes, and what the pages say; {who} stands for a person.
_EVENTS: Final = {
    "created": "created by the site",
    "login page opened": "login page opened in a browser",
    "browser sent to redirectUrl": "browser sent to redirectUrl",
    "app of {who} asked": "the app of {who} asks",
    "left unanswered by {who}": "{who} does not answer",
    "user information handed out": "personal data handed out, once",
    "user information withheld: asked for too late": "personal data withheld: asked for too late",
    "approved by {who}": "approved by {who}",
    "refused by {who}": "refused by {who}",
    "wrong icon tapped by {who}": "{who} tapped the wrong icon",
    "the account is blocked": "the account is blocked",
    "the magic number says so": "the magic number says so",
    "the time for it is over": "the time for it is over",
    "nobody answered in time": "nobody answered in time",
    "told to fail": "told to fail",
    "told to expire": "told to expire",
}
# What the pages call a status, beside the API's own word.
_STATUS_WORDS: Final = {
    Status.OPEN: "open",
    Status.SUCCESS: "approved",
    Status.CANCELLED: "cancelled",
    Status.FAILURE: "failed",
    Status.EXPIRED: "expired",
}


def said(what: str, text: Text, name_of: Text) -> str:
    """Say in a language what the world noted.

    Args:
        what: The note.
        text: Translates.
        name_of: Gives the name of the person with an id.
    """
    ending = _STATUS.fullmatch(what)
    if ending is not None:
        return f"{text(_STATUS_WORDS[Status(ending[1])])}: {said(ending[2], text, name_of)}"
    for pattern, words in _patterns():
        if (match := pattern.fullmatch(what)) is not None:
            who = match.groupdict().get("who")
            return text(words).format(who=name_of(who)) if who else text(words)
    return what


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # Not above: starting takes no time for what only the control room needs.
    return [(re.compile(re.escape(noted).replace(r"\{who\}", "(?P<who>.+)")), said) for noted, said in _EVENTS.items()]


def status_word(status: Status, text: Text) -> str:
    """Say in a language how a transaction stands."""
    return text(_STATUS_WORDS[status])


def texts() -> frozenset[str]:
    """Every text of this module, as it stands in the translations."""
    return frozenset((*_EVENTS.values(), *_STATUS_WORDS.values()))

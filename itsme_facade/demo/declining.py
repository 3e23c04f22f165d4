"""What people are told whom a site does not let in although itsme says who they are, in the four languages."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final

from itsme_facade.flow.messages import Message, language, message

NOT_A_CUSTOMER: Final = "not_a_customer"
NOT_ACTIVATED: Final = "not_activated"

_WORDS: Final = tomllib.loads(resources.files("itsme_facade.demo").joinpath("declining.toml").read_text("utf-8"))


def explain(reason: str, locale: str) -> Message | None:
    """The message for one of our reasons to decline; None for a reason that is not ours.

    >>> explain("not_a_customer", "nl").title
    'U bent nog geen klant'
    """
    if reason not in _WORDS:
        return None
    told = _WORDS[reason][language(locale)]
    return Message(told["title"], told["text"], message("refused", locale).action)

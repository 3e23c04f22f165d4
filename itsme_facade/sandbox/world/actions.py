"""What an app waits for its owner to decide: an action, whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from attrs import define, frozen

from .messages import ASKED_WORDS, SCOPE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .transactions import Scope

ICONS: Final = ("circle", "square", "triangle", "star", "heart", "moon", "cloud", "flower")

ActionKind = Literal["login", "register", "bank-login", "bank-payment"]
Decision = Literal["approved", "refused", "wrong_icon", "blocked"]


@frozen
class Icons:
    """Three icons that page and app show; the page highlights one, and that one is to be tapped in the app."""

    shown: tuple[str, ...]
    highlighted: str


def draw_icons(random: Random) -> Icons:
    """Draw three different icons and highlight one."""
    shown = tuple(random.sample(ICONS, 3))
    return Icons(shown, random.choice(shown))


@define(eq=False, kw_only=True)
class Action:
    """One thing that a relying party asks of a person, in the app.

    Attributes:
        id: The transaction's id, or one of its own for a bank.
        kind: What is asked.
        party: Who asks, by name or host.
        detail: What exactly, for a payment: the amount and whom it goes to.
        scopes: Which data the relying party gets if the person agrees.
        person_id: Who is asked.
        phone_id: On which phone.
        icons: The icons; the app must not show which one is highlighted.
        since: When it was asked, in seconds since the epoch.
        until: When it lapses.
        decide: Told the decision and when; only the world calls it.
    """

    id: str
    kind: ActionKind
    party: str
    detail: str = ""
    scopes: tuple[Scope, ...] = ()
    person_id: str
    phone_id: str
    icons: Icons
    since: float
    until: float
    decide: Callable[[Decision, float], None]

    def question(self, gettext: Callable[[str], str]) -> str:
        """What the app asks, in a language: `action.question(translations("fr").gettext)`."""
        return gettext(ASKED_WORDS[self.kind]).format(party=self.party, detail=self.detail)

    def data(self, gettext: Callable[[str], str]) -> tuple[str, ...]:
        """Which data are given if the person agrees, in words of a language, one text a scope."""
        return tuple(gettext(SCOPE_WORDS[scope]) for scope in self.scopes)


class Actions:
    """The actions that wait, by id."""

    def __init__(self) -> None:
        self._waiting: Final[dict[str, Action]] = {}

    def begin(self) -> None:
        """Forget all of them."""
        self._waiting.clear()

    def add(self, action: Action) -> None:
        """Let one wait."""
        self._waiting[action.id] = action

    def drop(self, action_id: str) -> Action | None:
        """Let one wait no longer; give it back if it did."""
        return self._waiting.pop(action_id, None)

    def find(self, action_id: str) -> Action | None:
        """The one with this id, or None."""
        return self._waiting.get(action_id)

    def of(self, person_id: str) -> list[Action]:
        """What waits for a person, newest first."""
        return [action for action in reversed(self._waiting.values()) if action.person_id == person_id]

    def end_all(self, person_id: str, at: float) -> None:
        """End all that waits for a person whose account is blocked or gone."""
        for action in self.of(person_id):
            action.decide("blocked", at)

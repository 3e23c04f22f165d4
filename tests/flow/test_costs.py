"""What each story costs store and spool, and that it goes the same way when every write in it is beaten by another.

Nothing is read twice that was read a moment ago; and what was read is read again where somebody else was faster.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest
from attrs import evolve

from itsme_facade.errors import ItsmeError, SealBroken
from itsme_facade.flow import Declined, Flow, FlowOutcome
from itsme_facade.flow.effects import LookAside
from itsme_facade.store import MemoryStore, new_key
from itsme_facade.store.steps import Operation, Swap
from tests.flow.conftest import MakeSite
from tests.flow.site import KEY, Browser, approve

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


class Story:
    """A site, the browser that starts a login there, another one, and the login."""

    def __init__(self, make_site: MakeSite, **options: Any) -> None:
        self.site = make_site(code_for_other_browser=True, **options)
        self.browser, self.other = Browser(self.site), Browser(self.site)
        self.departure = self.browser.start(account="alice", service="register")
        self.asked: list[str] = []
        doing = cast("Flow", self.site.flow)._doing
        look_aside = doing[LookAside]

        def noted(step: LookAside) -> object:
            self.asked.append("LookAside")
            return look_aside(step)

        doing[LookAside] = noted
        self.beaten: list[int] = []

    @property
    def store(self) -> MemoryStore:
        return cast("MemoryStore", self.site.store)

    def note(self, operation: Operation) -> None:
        """Notes what the store is asked from here on."""
        name = type(operation).__name__
        self.asked.append(f"{name} {operation.change.record.phase}" if isinstance(operation, Swap) else name)

    def beat(self, operation: Operation) -> None:
        """Writes onto a record, without changing what it says, before somebody else's write does."""
        if isinstance(operation, Swap) and operation.change.record.version not in self.beaten:
            records, login_id = self.store._records._records, self.departure.login_id
            records[login_id] = evolve(records[login_id], version=operation.change.record.version)
            self.beaten += [operation.change.record.version, operation.change.record.version + 1]

    def come_back(self, account: str = "alice") -> FlowOutcome:
        return self.browser.come_back(self.departure, account=account)


def signed_in(story: Story) -> str:
    approve(story.site, story.departure)
    return story.come_back().kind


def still_open(story: Story) -> str:
    return story.come_back().kind


def cancelled(story: Story) -> str:
    story.site.sandbox.person("lucas").phone.refuse(story.departure.location)
    return story.come_back().kind


def unreadable(story: Story) -> str:
    story.site.sandbox.faults.next(call="status", body="malformed")
    return story.come_back().kind


def silent(story: Story) -> str:
    story.site.sandbox.faults.next(call="status", drop="instead-of-answer", times=100)
    return story.come_back().kind


def lost(story: Story) -> str:
    approve(story.site, story.departure)
    story.site.sandbox.faults.next(call="status", drop="within-answer")
    return story.come_back().kind


def cut_off(story: Story) -> str:
    story.site.sandbox.faults.refuse_connections()
    with pytest.raises(ItsmeError) as caught:
        story.come_back()
    story.site.sandbox.faults.accept_connections()
    return type(caught.value).__name__


def in_trouble(story: Story) -> str:
    story.site.sandbox.faults.next(call="status", status=500)
    with pytest.raises(ItsmeError) as caught:
        story.come_back()
    return type(caught.value).__name__


def declined(story: Story) -> str:
    def decline(_: str) -> None:
        raise Declined("too_young")

    approve(story.site, story.departure)
    story.site.in_handler = decline
    return story.come_back().kind


def failed(story: Story) -> str:
    def fail(_: str) -> None:
        raise LookupError

    approve(story.site, story.departure)
    story.site.in_handler = fail
    with suppress(LookupError):
        story.come_back()
    return str(story.site.phase(story.departure))


def another_account(story: Story) -> str:
    return story.come_back(account="bob").kind


def another_account_too_late(story: Story) -> str:
    approve(story.site, story.departure)
    story.other.come_back(story.departure)
    story.asked.clear()
    return story.come_back(account="bob").kind


def elsewhere_first(story: Story) -> str:
    approve(story.site, story.departure)
    return story.other.come_back(story.departure).kind


def here_second(story: Story) -> str:
    elsewhere_first(story)
    story.asked.clear()
    return story.come_back().kind


def while_another_asks(story: Story) -> str:
    story.site.room = evolve(story.site.room, patience=0.0)
    story.store.claim(story.departure.login_id)
    return story.come_back().kind


def after_another_died(story: Story) -> str:
    approve(story.site, story.departure)
    story.store.claim(story.departure.login_id)
    story.site.clock.advance(11)
    return story.come_back().kind


def with_another_key(story: Story) -> str:
    seal = story.site.room.seal
    story.site.room = evolve(story.site.room, seal=type(seal)(new_key()))
    with pytest.raises(SealBroken):
        story.come_back()
    story.site.room = evolve(story.site.room, seal=type(seal)(KEY))
    return str(story.site.phase(story.departure))


def swept(story: Story) -> str:
    approve(story.site, story.departure)
    story.store.claim(story.departure.login_id, bound=True)
    story.site.clock.advance(11)
    return f"{len(story.site.sweep().delivered)} delivered"


STORIES: list[tuple[Callable[[Story], str], str, str]] = [
    (signed_in, "signed_in", "Take, Swap delivering, Swap delivered"),
    (still_open, "still_open", "Take, Swap started"),
    (cancelled, "refused", "Take, Swap refused"),
    (unreadable, "still_open", "Take, Swap started"),
    (silent, "still_open", "Take, Swap started"),
    (lost, "lost", "Take, Swap lost, LookAside"),
    (cut_off, "NotConnected", "Take, Swap started"),
    (in_trouble, "ServerFailed", "Take, Swap started"),
    (declined, "refused", "Take, Swap delivering, Swap refused"),
    (failed, "captured", "Take, Swap delivering, Swap captured"),
    (another_account, "refused", "Take, Swap refused"),
    (another_account_too_late, "refused", "Take, Swap refused"),
    (elsewhere_first, "other_browser", "Read, Swap claimed, Swap captured, Read, Swap captured"),
    (here_second, "signed_in", "Take, Swap captured, Swap delivering, Swap delivered"),
    (while_another_asks, "busy", "Take, LookAside, Swap claimed"),
    (after_another_died, "signed_in", "Take, LookAside, Swap claimed, Swap delivering, Swap delivered"),
    (with_another_key, "started", "Take, Swap started"),
    (swept, "1 delivered", "LookAside, Erase, Due, Read, Swap claimed, Swap delivering, Swap delivered"),
]
ALL = pytest.mark.parametrize(("tell", "ends", "costs"), STORIES, ids=[story[0].__name__ for story in STORIES])


@ALL
def test_a_story_costs(make_site: MakeSite, tell: Callable[[Story], str], ends: str, costs: str) -> None:
    story = Story(make_site)
    story.site.before_store = story.note
    assert tell(story) == ends
    assert ", ".join(story.asked) == costs


def test_a_login_that_is_bound_by_its_cookie_alone_costs_no_more(make_site: MakeSite) -> None:
    story = Story(make_site, binding="cookie")
    story.site.before_store = story.note
    assert signed_in(story) == "signed_in"
    assert ", ".join(story.asked) == "Read, Swap claimed, Swap delivering, Swap delivered"


@ALL
def test_a_story_goes_the_same_way_when_each_of_its_writes_is_beaten_by_another(
    make_site: MakeSite, tell: Callable[[Story], str], ends: str, costs: str
) -> None:
    plain, story = Story(make_site), Story(make_site)
    tell(plain)
    story.site.before_store = story.beat
    assert tell(story) == ends
    assert bool(story.beaten) is ("Swap" in costs)
    story.site.before_store = lambda _: None
    assert story.site.phase(story.departure) is plain.site.phase(plain.departure)

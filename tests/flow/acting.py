"""What the state machine of machine.py stands on: what it knows of a login, and acting while something goes wrong."""

from collections.abc import Callable
from typing import Any, ClassVar

from attrs import define, field
from hypothesis.stateful import RuleBasedStateMachine, initialize

from itsme_facade import Identity, ItsmeError
from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import Departure
from itsme_facade.store.steps import Operation
from tests.flow.site import Browser, Site, Taken


class Broken(Exception):
    """What a handler raises in here."""


@define
class Login:
    """What the model knows of a login.

    Args:
        departure: its start.
        owner: the browser that started it.
        proved: that browser has come back with the state.
        spare: how often it may be delivered beyond once: a handler raised after its work, or outlived its lease.
        captured: its identity has been in the store.
        logged_out: its person has logged out.
    """

    departure: Departure
    owner: Browser
    proved: bool = False
    spare: int = 0
    captured: bool = False
    logged_out: bool = False


@define
class Amiss:
    """What is going to go wrong in the next action."""

    handler: str = ""
    store: int = -1
    store_after: bool = False
    store_stays_down: bool = False
    counted: int = field(default=0)


class Acting(RuleBasedStateMachine):
    """A site with three browsers; acts on it with whatever was going to go wrong, in the store or in the handler."""

    moves_time: ClassVar[bool] = False
    """Whether the store's clock can be moved past a login's life."""
    site: Site
    browsers: list[Browser]
    known: dict[str, Login]
    amiss: Amiss
    acting: bool
    erased_untold: set[str]

    def make_site(self) -> Site:
        """A site on an empty store, opened."""
        raise NotImplementedError

    def past_leases(self) -> None:
        """Lets both leases end."""
        raise NotImplementedError

    def past_lives(self) -> None:
        """Lets everything that lives an hour end, where time can be moved."""
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.site = self.make_site()
        self.site.sandbox.reset()
        self.site.in_handler = self._in_handler
        self.site.before_store = self._before_store
        self.site.after_store = self._after_store
        self.browsers = [Browser(self.site) for _ in range(3)]
        self.known = {}
        self.erased_untold = set()
        self.amiss, self.acting = Amiss(), False

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.site.close()

    def _act(self, action: Callable[[], Any]) -> Any:
        """Does it with whatever was going to go wrong; what may be raised is what a skin would answer 500 or 503 to."""
        self.amiss.counted, self.acting = 0, True
        try:
            return self._tried(action)
        finally:
            self.amiss, self.acting = Amiss(), False
            for known in self.known.values():
                record = self.site.record(known.departure)
                known.proved = known.proved or bool(record and record.bound)

    def _tried(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except (ItsmeError, Broken):
            return None

    def _in_handler(self, login_id: str) -> None:
        how, self.amiss.handler = self.amiss.handler, ""
        known = self.known[login_id]
        record = self.site.record(login_id)
        known.proved = known.proved or bool(record and record.bound)
        if self.amiss.store >= 0:
            known.spare += 1  # the delivery may not be noted
        if how == "raise before":
            raise Broken
        if how == "raise after":
            known.spare += 1
            self.site.taken.append(Taken(login_id, "Lucas Maes", None, Identity()))
            raise Broken
        if how == "outlive":
            known.spare += 1
            self.past_leases()
            if self.site.portal is None:
                self._tried(lambda: known.owner.come_back(known.departure))

    def _before_store(self, _: Operation) -> None:
        self._fail(after=False)

    def _after_store(self, _: Operation) -> None:
        self._fail(after=True)

    def _fail(self, *, after: bool) -> None:
        amiss = self.amiss
        if not self.acting or amiss.store < 0 or amiss.store_after is not after:
            return
        amiss.counted += 1
        if amiss.counted - 1 == amiss.store or (amiss.store_stays_down and amiss.counted - 1 > amiss.store):
            raise StoreUnavailable("down for this test", retry_safe=True)

"""A hypothesis state machine over flow, store and sandbox: logins of several browsers at once, and everything amiss.

For another store a test makes a subclass with `make_site` and `past_leases` (on a real engine: short leases in
`site.room`, and sleeping), and, where the store's clock can be moved, `past_lives` with `moves_time = True`.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, precondition, rule

from itsme_facade.flow import FlowOutcome, Forged, OtherBrowser, Prefetch, SignedIn, SignedInAgain, Unknown
from itsme_facade.store import Phase
from tests.flow.acting import Acting, Login
from tests.flow.site import Browser

NAMED = {"lost", "unreadable", "spooled", "expired", "delivered", "captured", "refused"}
HELD = (Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED)


class Logins(Acting):
    """Starts, approves, returns, crashes, sweeps, in any order; then looks whether every promise has held."""

    logins = Bundle[str]("logins")

    # What people and CM do.

    @rule(target=logins, browser=st.integers(0, 2))
    def start(self, browser: int) -> str:
        owner = self.browsers[browser]
        departure = owner.start(next="/basket")
        self.known[departure.login_id] = Login(departure, owner)
        return departure.login_id

    @rule(
        login=logins, does=st.sampled_from(["approve", "approve", "approve", "refuse", "wrong_icon", "expire", "fail"])
    )
    def answer(self, login: str, does: str) -> None:
        location = self.known[login].departure.location
        sandbox = self.site.sandbox
        if sandbox.transaction(location).status != "open":
            return
        if does in ("expire", "fail"):
            getattr(sandbox, does)(location)
        else:
            getattr(sandbox.person("lucas").phone, does)(location)

    # What goes wrong.

    @rule(how=st.sampled_from(["raise before", "raise after", "outlive"]))
    def handler_is_going_to(self, how: str) -> None:
        self.amiss.handler = how

    @rule(place=st.integers(0, 5), after=st.booleans(), stays=st.booleans())
    def store_is_going_to_fail(self, place: int, after: bool, stays: bool) -> None:
        self.amiss = evolve(self.amiss, store=place, store_after=after, store_stays_down=stays)

    @rule(
        fault=st.sampled_from(
            [
                {"drop": "before-answer"},
                {"drop": "within-answer"},
                {"drop": "instead-of-answer"},
                {"status": 500},
                {"body": "malformed"},
                {"body": "truncated"},
                {"body": "unknown-values"},
            ]
        ),
        times=st.sampled_from([1, 1, 3]),
    )
    def cm_is_going_to_fail(self, fault: dict[str, Any], times: int) -> None:
        self.site.sandbox.faults.clear()
        self.site.sandbox.faults.next(call="status", times=times, **fault)

    @rule(login=logins, own=st.booleans(), reads=st.booleans())
    def a_worker_dies_while_asking(self, login: str, own: bool, reads: bool) -> None:
        """Before CM answered, or with the only copy in its hands: nobody else may get it, and it must be named."""
        site, known = self.site, self.known[login]
        if site.call(site.store.claim, login, bound=own).mine:
            known.proved = known.proved or own
            if reads:
                token = site.transaction_of(known.departure).token
                self._tried(lambda: site.call(site.itsme.read_raw, token))

    # What browsers do.

    @rule(login=logins)
    def its_browser_comes_back(self, login: str) -> None:
        known = self.known[login]
        outcome = self._act(lambda: known.owner.come_back(known.departure))
        self._check_owner(known, outcome)

    @rule(login=logins)
    def its_browser_comes_back_twice_at_once(self, login: str) -> None:
        known = self.known[login]

        def come() -> FlowOutcome | None:
            outcome: FlowOutcome | None = self._tried(
                lambda: Browser(self.site, dict(known.owner.cookies)).come_back(known.departure)
            )
            return outcome

        def both() -> list[FlowOutcome | None]:
            with self.site.patience(5.0), ThreadPoolExecutor(2) as pool:
                return [each.result() for each in [pool.submit(come), pool.submit(come)]]

        outcomes: list[FlowOutcome | None] = self._act(both) or []
        for outcome in outcomes:
            self._check_owner(known, outcome)

    @rule(login=logins)
    def its_browser_waits(self, login: str) -> None:
        known = self.known[login]
        outcome = self._act(lambda: known.owner.wait(known.departure))
        self._check_owner(known, outcome)

    @rule(login=logins, browser=st.integers(0, 2))
    def another_browser_comes(self, login: str, browser: int) -> None:
        known, other = self.known[login], self.browsers[browser]
        if other is known.owner:
            return
        taken = len(self.site.taken)
        outcome = self._act(lambda: other.come_back(known.departure))
        assert outcome is None or isinstance(outcome, OtherBrowser | Unknown)
        assert len(self.site.taken) == taken
        assert isinstance(other.wait(known.departure), OtherBrowser | Unknown)

    @rule(login=logins, browser=st.integers(0, 2))
    def a_forger_comes(self, login: str, browser: int) -> None:
        known = self.known[login]
        forger = Browser(self.site, {self.site.room.jar.name(login): "A" * 43})
        before = (len(self.site.taken), self.site.reads(known.departure), self.site.phase(login))
        assert isinstance(forger.come_back(known.departure), Forged | Unknown)
        assert isinstance(forger.wait(known.departure), Forged | Unknown)
        guess = {"state": f"{login}.{'A' * 43}"}
        assert isinstance(self.browsers[browser].open(guess), Forged | Unknown)
        assert before == (len(self.site.taken), self.site.reads(known.departure), self.site.phase(login))

    @rule(login=logins, method=st.sampled_from(["GET", "HEAD"]))
    def its_browser_looks_ahead(self, login: str, method: str) -> None:
        known = self.known[login]
        reads = self.site.reads(known.departure)
        headers = {"Sec-Purpose": "prefetch"} if method == "GET" else {}
        assert isinstance(known.owner.come_back(known.departure, method=method, headers=headers), Prefetch)
        assert self.site.reads(known.departure) == reads

    @rule(login=logins)
    def its_person_logs_out(self, login: str) -> None:
        known = self.known[login]
        kept = dict(known.owner.cookies)
        known.owner.log_out(known.departure)
        known.owner.cookies = kept
        known.logged_out = known.logged_out or self.site.record(login) is not None

    # What passes by itself.

    @rule()
    def sweep(self) -> None:
        before = len(self.site.taken)
        over = [login_id for login_id in self.known if self.site.phase(login_id) is None]
        if self._act(self.site.sweep) is None:
            self.erased_untold.update(over)  # the store erased, and its answer did not arrive
        for login_id in over:
            assert NAMED & set(self.site.named(login_id)) or login_id in self.erased_untold, "erased, and nothing told"
        for taken in self.site.taken[before:]:
            assert self.known[taken.login_id].proved, "a sweep delivered what its browser had not come back for"

    @rule()
    def leases_end(self) -> None:
        self.past_leases()

    @precondition(lambda self: self.moves_time)
    @rule()
    def lives_end(self) -> None:
        self.past_lives()

    # What holds at all times.

    @invariant()
    def no_identity_is_handed_over_for_another_browser(self) -> None:
        for taken in (getattr(self, "site", None) and self.site.taken) or []:
            assert self.known[taken.login_id].proved

    @invariant()
    def none_is_handed_over_twice_without_a_reason(self) -> None:
        for login_id, known in self._so_far():
            assert len(self.site.names_taken(known.departure)) <= 1 + known.spare, login_id

    @invariant()
    def none_is_lost_unnamed(self) -> None:
        for login_id, known in self._so_far():
            phase = self.site.phase(login_id)
            named = self.site.named(login_id)
            known.captured = known.captured or "captured" in named
            if known.captured and "delivered" not in named:
                over = phase is None and self._is_over(login_id)
                assert phase in HELD or over, f"captured, and now {phase}"
            given = bool(self.site.transaction_of(known.departure).given)
            if given and phase not in HELD:
                is_pending = phase in (Phase.CLAIMED, None)  # until the next sweep, which says what became of it
                assert is_pending or NAMED & set(named), f"given out, {phase}, told {named}"

    def _so_far(self) -> list[tuple[str, Login]]:
        return [*self.known.items()] if hasattr(self, "known") else []

    def _is_over(self, login_id: str) -> bool:
        """A record that is gone was erased by a sweep, which says so, or waits for one."""
        return self.site.phase(login_id) is None

    def _check_owner(self, known: Login, outcome: FlowOutcome | None) -> None:
        if isinstance(outcome, SignedIn | SignedInAgain):
            assert outcome.reference == "user Lucas Maes"
        if isinstance(outcome, SignedInAgain) and known.logged_out:
            assert not outcome.signs_in
        assert (
            not isinstance(outcome, OtherBrowser | Forged | Prefetch) or known.owner.secret_of(known.departure) is None
        )

"""The sandbox as tests have it: people with a browser, who log in."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from itsme_facade.sandbox import Sandbox, SandboxPerson

from .browser import Browser

if TYPE_CHECKING:
    from .scenario import Answer


class SandboxInTests(Sandbox):
    """A `Sandbox` whose people have browsers. Its arguments are those of `Sandbox`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._browsers: dict[str, Browser] = {}
        self._browsing = Lock()
        self._ends: dict[str, Literal["fail", "expire"]] = {}
        self._begun = self.world.clock.now()
        self._anew = False

    @property
    def people(self) -> tuple[PersonInTests, ...]:
        """Everybody."""
        return tuple(PersonInTests(self, person_id) for person_id in self.world.people)

    def person(self, person_id: str) -> PersonInTests:
        """Somebody, by id.

        Raises:
            UnknownPerson: Nobody has this id; the message names those who are there.
        """
        return PersonInTests(self, person_id)

    def reset(self) -> None:
        """Back to the beginning, without what the marker said."""
        super().reset()
        self.close_browsers()
        self._ends.clear()
        self._anew = True

    def begin(self) -> None:
        """Begin a test: as new."""
        self.reset()
        self._begun, self._anew = self.world.clock.now(), False

    def close_browsers(self) -> None:
        """Close everybody's browser; the next one has no cookies."""
        with self._browsing:
            for browser in self._browsers.values():
                browser.close()
            self._browsers.clear()

    def browser_of(self, person_id: str) -> Browser:
        """The browser that somebody has for as long as the test lasts."""
        with self._browsing:
            if person_id not in self._browsers:
                self._browsers[person_id] = Browser(self.url, self.clock)
            return self._browsers[person_id]

    def let_end(self, person_id: str, end: Literal["fail", "expire"]) -> None:
        """Let every login of somebody that goes through `log_in` end so, without their doing."""
        self._ends[person_id] = end

    def end_for(self, person_id: str) -> Literal["fail", "expire"] | None:
        """How the logins of somebody end without their doing, or None."""
        return self._ends.get(person_id)

    def was_asked(self, person_id: str) -> bool | None:
        """Whether a login of this test asked somebody; None if that cannot be told any more."""
        if any(transaction.asked == person_id for transaction in self.transactions):
            return True
        retention = self.world.assumptions.retention.total_seconds()
        return None if self._anew or self.world.clock.now() - self._begun > retention else False


class PersonInTests(SandboxPerson):
    """Somebody in the sandbox, with a browser.

    Attributes:
        id: The name they are called by here.
    """

    def __init__(self, sandbox: SandboxInTests, person_id: str) -> None:
        super().__init__(sandbox.world, person_id)
        self._sandbox = sandbox

    def log_in(self, authentication_url: str, *, answers: Answer | None = None) -> str:
        """Go through itsme's login page as a person with a browser and a phone does, until it sends the browser back.

        The browser opens the page, gives the phone number, and follows the page; the phone answers. Nothing waits:
        where the person takes their time, the sandbox's clock is moved forward.

        Args:
            authentication_url: Where your application sent the browser when the login started.
            answers: "approve", "refuse", "wrong_icon", "ignore" (nobody answers, so that the time runs out), "fail" or
                "expire"; by default what the marker says, else what the person does by themselves, else "approve".

        Returns:
            The address that itsme sends the browser back to: your redirectUrl, with its `state`. It was not opened:
            open it with the test client that started the login, or with another one.

        Raises:
            LoginStopped: The page did not send the browser back; the message says what it shows.
        """
        __tracebackhide__ = True
        answers = answers or self._sandbox.end_for(self.id)
        phone = self._world.residents.phone_of(self.id)
        visit = self._sandbox.browser_of(self.id).open(authentication_url)
        habit = phone.habit
        if answers is not None and habit is not None:
            # Else they would have answered before this answer is given.
            self._world.set_habit(phone.number, None)
        try:
            visit.give_number(phone.number)
            if self._sandbox.transaction(visit.login_id).status == "open":
                self._answer(answers or (None if habit else "approve"), visit.login_id)
            return visit.go_back(lambda: self._sandbox.transaction(visit.login_id).status == "open")
        finally:
            if answers is not None and habit is not None:
                self._world.set_habit(phone.number, habit)

    def let_end(self, end: Literal["fail", "expire"]) -> None:
        """Let every login of theirs that goes through `log_in` end so, without their doing."""
        self._sandbox.let_end(self.id, end)

    def _answer(self, answer: Answer | None, login_id: str) -> None:
        match answer:
            case "approve":
                self.phone.approve(login_id)
            case "refuse":
                self.phone.refuse(login_id)
            case "wrong_icon":
                self.phone.wrong_icon(login_id)
            case "ignore":
                self.phone.ignore(login_id)
            case "fail":
                self._sandbox.fail(login_id)
            case "expire":
                self._sandbox.expire(login_id)
            case None:
                pass  # they answer by themselves

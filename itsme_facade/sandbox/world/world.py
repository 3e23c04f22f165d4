"""The world: everything there is, behind one lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .accounts import Accounts
from .actions import Actions
from .activation import Activation
from .apps import Apps
from .assumptions import Assumptions
from .banks import Banks
from .basis import Basis
from .catalogue import default_people
from .clock import Clock
from .desk import Desk
from .devices import Devices
from .enrolments import Enrolments
from .life import TransactionLife
from .residents import Residents
from .visits import Visits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from .basis import Change
    from .people import Person


class World(TransactionLife):
    """Everything there is, behind one lock: every public method may be called from any thread.

    What happens by itself (time runs out, somebody approves after a while) happens when the world is next
    looked at, with the time at which it was due.

    Args:
        people: Who lives here, by id; by default the catalogue.
        assumptions: What is assumed about CM.com's API and itsme.
        clock: The world's time.
        random: Where tokens and icons come from; by default the operating system. `random.Random(7)` makes a
            world that draws the same ones every time.

    Attributes:
        people: Who lives here, by id, as the catalogue has them.
        residents: Their phones, cards and accounts.
        desk: The web site where an eID makes an account.
        banks: Where a bank card does, and where itsme logs in and confirms.
        activation: The steps of an enrolment that are taken in the app.
        apps: What waits in the app.
        devices: Phones, SIM cards and text messages.
        accounts: What owners do with their accounts.
    """

    def __init__(
        self,
        people: Mapping[str, Person] | None = None,
        assumptions: Assumptions | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self.people: Final = default_people() if people is None else dict(people)
        self.assumptions: Final = assumptions or Assumptions()
        self.clock: Final = clock or Clock()
        basis = Basis(self.assumptions, self.clock, random)
        residents = Residents(self.people, self.assumptions)
        actions = Actions()
        super().__init__(basis, residents, actions)
        self._actions: Final = actions
        self._enrolments: Final = Enrolments(basis)
        self.devices: Final = Devices(basis, residents)
        self.accounts: Final = Accounts(basis, residents, actions)
        self.desk: Final = Desk(basis, residents, self._enrolments)
        self.activation: Final = Activation(basis, residents, self.devices, self._enrolments)
        self.apps: Final = Apps(basis, residents, actions)
        self._visits: Final = Visits(basis)
        self.banks: Final = Banks(basis, residents, self._enrolments, actions, self._visits)

    def reset(self) -> None:
        """Back to the beginning: nothing has happened, everybody as in the catalogue, the clock as it was."""
        with self.basis.lock:
            self.clock.reset()
            self.basis.agenda.clear()
            self._begin()
            for part in (self._actions, self._enrolments, self.residents, self._visits):
                part.begin()
            self.basis.catch_up()
            self.basis.tell("reset", "")

    def advance(self, seconds: float) -> None:
        """Move the clock forward and let happen what is due by then.

        Raises:
            ValueError: Less than nothing.
        """
        with self.basis.lock:
            self.clock.advance(seconds)
            self.basis.catch_up()
            self.basis.tell("clock", "")

    def listen(self, listener: Callable[[Change], object]) -> Callable[[], None]:
        """Call `listener` at every change from now on; what comes back ends that.

        It is called while the world holds still, from any thread: it must be quick, wait for nothing, and raise
        nothing. Handing the change to a queue or to `loop.call_soon_threadsafe` is meant.
        """
        return self.basis.listen(listener)

"""What the marker `itsme` says: who logs in, what they answer, what goes wrong; and what of it nobody used."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

import attrs
from attrs import frozen

from itsme_facade.sandbox import MAGIC, Fault, SandboxFaults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .marker import Check
    from .people import SandboxInTests

Answer = Literal["approve", "refuse", "wrong_icon", "ignore", "fail", "expire"]
ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
BY_ITSELF: Final[frozenset[Answer]] = frozenset({"fail", "expire"})
"""Ends of a transaction that are nobody's doing."""

_ARGUMENTS: Final = ("person", "answers", "after", "faults", "strict")
_FAULT_ARGUMENTS: Final = tuple(inspect.signature(SandboxFaults.next).parameters)[1:]
_MOST_NAMES: Final = 12


class BadScenario(Exception):
    """The marker says what cannot be; the message names what is meant, if that can be guessed."""


@frozen(kw_only=True)
class Scenario:
    """What one test wants of the sandbox.

    Attributes:
        person: The id of who logs in.
        answers: What they do when asked; None leaves it to the test, and to `log_in`, which approves.
        after: Seconds, on the sandbox's clock, from being asked to answering.
        faults: What goes wrong, each as the arguments of `SandboxFaults.next`.
        chosen: Which arguments the marker has.
    """

    person: str = "lucas"
    answers: Answer | None = None
    after: float = 0.0
    faults: tuple[Mapping[str, Any], ...] = ()
    chosen: frozenset[str] = frozenset()

    def put_into(self, sandbox: SandboxInTests) -> None:
        """Let it hold in a sandbox that was just reset.

        Raises:
            BadScenario: Nobody has the person's id, or a fault cannot be carried out.
        """
        there = [person.id for person in sandbox.people]
        _one_of("person", self.person, [*there, *(magic.person.id for magic in MAGIC.values())])
        person = sandbox.person(self.person)
        if self.answers == "fail" or self.answers == "expire":  # noqa: PLR1714 - a type checker follows no `in`
            person.let_end(self.answers)
        elif self.answers is not None:
            person.always(self.answers, after=self.after)
        for number, fault in enumerate(self.faults):
            try:
                sandbox.faults.next(**fault)
            except (TypeError, ValueError) as error:
                raise BadScenario(f"faults[{number}]: {error}") from None

    def left(self, sandbox: SandboxInTests, checks: frozenset[Check], *, looked_at: bool) -> list[str]:
        """What of it, and of the faults that the test added itself, was not used; one line each.

        Args:
            sandbox: After the test.
            checks: What is looked for.
            looked_at: Whether the test had the person in its hands.
        """
        left: list[str] = []
        if "faults" in checks:
            left += [_unused(fault) for fault in sandbox.faults.pending if fault.probability is None]
        if "person" in checks and sandbox.was_asked(self.person) is False:
            if "answers" in self.chosen:
                left.append(f"answers={self.answers!r} was not used: no login asked {self.person!r}")
            elif "person" in self.chosen and not looked_at:
                left.append(f"person={self.person!r} was not used: no login asked them, nor did the test")
        return left


def read_scenario(arguments: Mapping[str, Any]) -> Scenario:
    """Read the marker's arguments.

    Raises:
        BadScenario: One is not known, or has a value that it cannot have.
    """
    for name in arguments:
        _one_of("argument", name, _ARGUMENTS)
    if (answers := arguments.get("answers")) is not None:
        _one_of("answers", answers, ANSWERS)
    after: object = arguments.get("after", 0.0)
    if not isinstance(after, int | float) or isinstance(after, bool) or after < 0:
        raise BadScenario("after: not a number of seconds from 0 up")
    if after and (answers is None or answers in BY_ITSELF):
        raise BadScenario("after: goes with what a person answers, such as answers='approve'")
    return Scenario(
        person=arguments.get("person", "lucas"),
        answers=answers,
        after=after,
        faults=_faults(arguments.get("faults", ())),
        chosen=frozenset(arguments),
    )


def _faults(given: object) -> tuple[Mapping[str, Any], ...]:
    if isinstance(given, dict | Fault | str) or not hasattr(given, "__iter__"):
        raise BadScenario('faults: not a list, such as [{"call": "status", "drop": "within-answer"}]')
    return tuple(_fault(number, fault) for number, fault in enumerate(cast("Iterable[object]", given)))


def _fault(number: int, given: object) -> Mapping[str, Any]:
    if isinstance(given, Fault):
        return attrs.asdict(given)
    if not isinstance(given, dict):
        raise BadScenario(f"faults[{number}]: neither a dict of the arguments of Sandbox.faults.next nor a Fault")
    fault = cast("dict[str, Any]", given)
    for name in fault:
        _one_of(f"faults[{number}]", name, _FAULT_ARGUMENTS)
    return fault


def _one_of(what: str, given: object, possible: Iterable[str]) -> None:
    names = list(possible)
    if isinstance(given, str) and given in names:
        return
    near = difflib.get_close_matches(given, names, 1, 0.5) if isinstance(given, str) else []
    there = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    guess = f"; did you mean {near[0]!r}?" if near else f"; there are: {there}"
    raise BadScenario(f"{what}: there is no {given!r}{guess}")


def _unused(fault: Fault) -> str:
    return f"a fault did not happen{_how_often(fault)}: {describe(fault)}"


def _how_often(fault: Fault) -> str:
    return f" {fault.times} times more" if fault.times is not None and fault.times > 1 else ""


def describe(fault: Fault) -> str:
    """Say what goes wrong, in the words of `Sandbox.faults.next`."""
    plain = Fault(call=fault.call, delay=1.0)
    said = [
        f"{field.name}={value!r}"
        for field in attrs.fields(Fault)
        if field.name != "times"
        and (value := getattr(fault, field.name)) != (0.0 if field.name == "delay" else getattr(plain, field.name))
    ]
    return ", ".join([f"call={fault.call!r}" if fault.call else "any call", *said])

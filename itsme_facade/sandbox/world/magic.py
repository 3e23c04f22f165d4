"""Magic numbers: phone numbers that choose what happens, so that a test needs no enrolment and no control call.

A mobile number of Belgium is nine figures after +32, of which the first two are 45 to 49. These begin with 40: nine
figures that are no mobile number, and no fixed one either, since those have eight. So nobody can ever have them.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from attrs import frozen

from .people import Address, Person
from .phones import Behaviour, Habit

Doing = Behaviour | Literal["fail", "expire"]
ReturnBy = Literal["redirect", "link", "twice"]

LATE: Final = 5.0  # seconds


@frozen(kw_only=True)
class Magic:
    """What a magic number does.

    Attributes:
        number: E.164.
        about: What happens, in one sentence.
        does: What whoever has it does when asked; `fail` and `expire` end the transaction so at once.
        after: Seconds from being asked to doing it.
        status_delay: Seconds that each status answer takes longer; infinity never answers. The API sees to it.
        return_by: How the browser is sent back: by a redirect, by a link for the person to follow or to open in
            another browser, or by a redirect that happens twice. The login page sees to it.
        person: Whoever has the number.
    """

    number: str
    about: str
    does: Doing
    after: float = 0.0
    status_delay: float = 0.0
    return_by: ReturnBy = "redirect"
    person: Person


def _magic(
    last: int,
    name: str,
    about: str,
    does: Doing,
    *,
    after: float = 0.0,
    status_delay: float = 0.0,
    return_by: ReturnBy = "redirect",
) -> Magic:
    number = f"+324000000{last:02}"
    person = Person(
        id=f"magic-{name}",
        about=about,
        phone_number=number,
        email_address=f"magic.{name}@mail.example",
        given_name="Magda",
        family_name=f"Nummer {last}",
        gender="female",
        birthdate="1984-04-04",
        locale="nl",
        address=Address(street=f"Toverstraat {last}", postal_code="9000", city="Gent", country_code="BE"),
    )
    return Magic(
        number=number,
        about=about,
        does=does,
        after=after,
        status_delay=status_delay,
        return_by=return_by,
        person=person,
    )


MAGIC: Final[dict[str, Magic]] = {
    one.number: one
    for one in (
        _magic(1, "approves", "Approves at once.", "approve"),
        _magic(2, "refuses", "Refuses at once: cancelled.", "refuse"),
        _magic(3, "fails", "The transaction fails at once: failure.", "fail"),
        _magic(4, "expires", "The transaction expires at once.", "expire"),
        _magic(5, "silent", "Is asked and never answers, so that the time runs out.", "ignore"),
        _magic(6, "wrong-icon", "Taps the wrong icon at once.", "wrong_icon"),
        _magic(7, "status-late", "Approves; each status answer takes 5 seconds.", "approve", status_delay=LATE),
        _magic(8, "status-never", "Approves; the status is never answered.", "approve", status_delay=math.inf),
        _magic(9, "link", "Approves; the way back is a link, to be opened anywhere.", "approve", return_by="link"),
        _magic(10, "twice", "Approves; the browser is sent back twice.", "approve", return_by="twice"),
        _magic(11, "slow", "Approves after 5 seconds.", "approve", after=LATE),
    )
}


def habit_of(magic: Magic) -> Habit | None:
    """What the person does as anybody might, or None if the transaction ends without them."""
    if magic.does == "fail" or magic.does == "expire":  # noqa: PLR1714 - a type checker follows no `in`
        return None
    return Habit(magic.does, magic.after)

"""Several steps of the world at once, for tests that are about something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .world import BANKS, Refused, UnknownBank

if TYPE_CHECKING:
    from .world import World


def activate_at_bank(world: World, person_id: str, bank: str) -> None:
    """Make somebody's itsme active at a bank: log in with card and card reader, choose itsme, and sign (ENROL).

    Raises:
        UnknownPerson: Nobody has this id.
        UnknownBank: No bank has this id.
        Refused: They have no card of it, or no itsme account that works, or it is active there.
    """
    if bank not in BANKS:
        raise UnknownBank(f"there is no such bank; there are: {', '.join(BANKS)}")
    card = next((card for card in world.banks.cards(person_id) if card.bank == bank), None)
    if card is None:
        raise Refused("card-unknown", bank=BANKS[bank])
    visit = world.banks.log_in_with_card(bank, card.number)
    try:
        for choose in (False, True):
            if choose:
                visit = world.banks.choose_itsme(visit.id)
            response = world.banks.use_reader(card.number, card.pin, visit.challenge or "")
            world.banks.respond(visit.id, response)
    finally:
        world.banks.log_out(visit.id)

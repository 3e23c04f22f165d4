"""Listeners are told what changes, and told nothing once they are gone."""

from itsme_facade.sandbox.world import Change, World
from tests.sandbox.world.town import LUCAS, NOON, enrol, request, still_world


def heard(world: World) -> list[Change]:
    changes: list[Change] = []
    world.listen(changes.append)
    return changes


def test_a_transactions_life_is_told_step_by_step() -> None:
    world = still_world()
    changes = heard(world)
    transaction = world.create(request())
    assert changes == [Change("transaction", transaction.id, NOON.timestamp())]
    changes.clear()
    world.give_number(transaction.id, LUCAS)
    assert {(change.kind, change.id) for change in changes} == {("transaction", transaction.id), ("phone", "lucas")}
    changes.clear()
    world.answer(LUCAS, "approve", transaction.id)
    assert {(change.kind, change.id) for change in changes} == {("transaction", transaction.id), ("phone", "lucas")}


def test_what_happens_by_itself_is_told_with_the_time_at_which_it_was_due() -> None:
    world = still_world()
    transaction = world.create(request())
    changes = heard(world)
    world.advance(3000)
    assert Change("transaction", transaction.id, NOON.timestamp() + 600) in changes
    assert changes[-1].kind == "clock"


def test_an_enrolment_tells_of_the_desk_the_card_the_phone_and_the_account() -> None:
    world = still_world()
    changes = heard(world)
    enrol(world)
    assert {change.kind for change in changes} == {"enrolment", "card", "phone", "account"}


def test_visits_to_a_bank_are_told() -> None:
    world = still_world()
    changes = heard(world)
    session = world.banks.log_in_with_card("kbc", world.banks.cards("lucas")[3].number)
    assert changes[-1] == Change("bank", session.id, NOON.timestamp())


def test_a_reset_is_told() -> None:
    world = still_world()
    changes = heard(world)
    world.reset()
    assert [change.kind for change in changes] == ["reset"]


def test_a_listener_that_ended_hears_nothing_and_the_others_still_do() -> None:
    world = still_world()
    gone: list[Change] = []
    end = world.listen(gone.append)
    there = heard(world)
    end()
    end()
    world.create(request())
    assert gone == []
    assert len(there) == 1


def test_what_was_due_before_a_reset_does_not_happen_after_it() -> None:
    world = still_world()
    world.create(request())
    world.reset()
    changes = heard(world)
    world.advance(7200)
    assert [change.kind for change in changes] == ["clock"]

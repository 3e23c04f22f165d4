"""The world is light: to make, to reset, and to remember transactions in."""

import gc
import time
import tracemalloc

from tests.sandbox.world.town import EMAIL, LUCAS, NEWCOMER, enrol, request, still_world

WORLD = "*/itsme_facade/sandbox/world/*"


def taken_by_the_world() -> int:
    """Bytes that the world's own code has taken; what other threads of this process take does not count."""
    gc.collect()
    own = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(inclusive=True, filename_pattern=WORLD)])
    return sum(trace.size for trace in own.traces)


def test_a_finished_transaction_takes_four_kilobytes_at_most_and_nothing_after_its_retention() -> None:
    world = still_world()

    def live(times: int) -> None:
        for _ in range(times):
            transaction = world.create(request())
            world.open_page(transaction.id, None)
            world.give_number(transaction.id, LUCAS)
            world.answer(LUCAS, "approve", transaction.id)
            world.send_back(transaction.id)
            world.read(transaction.token)

    tracemalloc.start()
    try:
        before = taken_by_the_world()
        live(500)
        full = taken_by_the_world()
        world.advance(2 * 3600)
        # Python keeps some of what it freed for the next time; a second time needs no more of it.
        once = taken_by_the_world()
        live(500)
        world.advance(2 * 3600)
        twice = taken_by_the_world()
    finally:
        tracemalloc.stop()
    assert 0 < (full - before) / 500 <= 4096
    assert twice - once < 16 * 1024


def test_enrolments_and_visits_to_banks_are_forgotten() -> None:
    world = still_world()
    card = world.banks.cards("lucas")[0]
    world.banks.log_in_with_card(card.bank, card.number)
    enrol(world)
    world.desk.begin(NEWCOMER, EMAIL)
    world.advance(48 * 3600)
    assert world.desk.enrolments() == ()
    assert world.banks.sessions() == ()


def test_a_reset_takes_a_millisecond_at_most_and_leaves_nothing_behind() -> None:
    world = still_world()
    taken: list[float] = []
    for _ in range(20):
        world.create(request())
        enrol(world)
        world.accounts.block("lucas")
        world.devices.new_phone("lucas")
        world.advance(10)
        begun = time.perf_counter()
        world.reset()
        taken.append(time.perf_counter() - begun)
    # The fastest of many: the machine is shared, the code is what is measured.
    assert min(taken) <= 0.001
    assert world.transactions() == ()
    assert world.desk.enrolments() == ()
    assert world.accounts.of("newcomer").state == "none"
    assert world.accounts.of("lucas").state == "active"
    assert [phone.id for phone in world.devices.of("lucas")] == ["lucas"]
    assert not world.devices.phone("newcomer").app
    assert world.desk.card("newcomer").tries_left == 3

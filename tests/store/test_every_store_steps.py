"""Each step of a login is taken once in any store, from the claim to the delivery, keeping or erasing what it shall."""

import pytest

from itsme_facade.carrying import carry_out
from itsme_facade.store import Phase, steps
from itsme_facade.store.base import Store
from itsme_facade.store.phases import CODE_TRIES
from tests.store.kinds import steps_of
from tests.store.logins import put, short, started, take, there, wait


def test_one_claim_is_granted_until_its_lease_ends_by_the_stores_clock(store: Store) -> None:
    login_id = started(store)
    first = store.claim(login_id, lease=0.2)
    assert first.mine
    assert first.record is not None
    assert first.record.due_at == pytest.approx(first.now + 0.2)
    second = store.claim(login_id)
    assert second.record is not None
    assert (second.mine, second.record.version) == (False, 2)
    wait(0.2)
    third = store.claim(login_id)
    assert third.record is not None
    assert (third.mine, third.record.version) == (True, 3)


def test_a_browser_that_has_both_secrets_reads_and_claims_at_once(store: Store) -> None:
    login_id = started(store)
    record = there(store, login_id)
    first = take(store, record)
    assert first.record is not None
    assert (first.mine, first.record.phase, first.record.bound, first.record.version) == (True, Phase.CLAIMED, True, 2)
    assert first.record.due_at == pytest.approx(first.now + 0.2, abs=1e-6)
    assert first.record == there(store, login_id)
    second = take(store, record)
    assert (second.mine, second.record) == (False, first.record)  # it is told what there is
    wait(0.2)
    assert not take(store, record).mine  # a lease that is over is for the claim, which looks at it
    assert store.claim(login_id).mine
    store.release(login_id)
    again = take(store, record)
    assert again.record is not None
    assert (again.mine, again.record.version) == (True, 5)


@pytest.mark.parametrize("wrong", ["state_digest", "browser_digest"])
def test_a_browser_that_has_one_secret_only_reads(store: Store, wrong: str) -> None:
    record = there(store, started(store))
    for value in (b"", b"\0", b"another", bytes(32), getattr(record, wrong)[:-1]):
        seen = take(store, record, **{wrong: value})
        assert (seen.mine, seen.record) == (False, record)
    assert there(store, record.login_id) == record


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in (Phase.STARTED, Phase.EXPIRED)])
def test_a_login_that_is_further_is_only_read(store: Store, phase: Phase) -> None:
    record = there(store, put(store, phase))
    seen = take(store, record)
    assert (seen.mine, seen.record) == (False, record)


def test_a_login_whose_life_is_over_cannot_be_taken(store: Store) -> None:
    record = there(store, short(store))
    wait(0.2)
    seen = take(store, record)
    assert not seen.mine
    assert seen.record is None or seen.record == record
    assert carry_out(steps.take(record.login_id, state_digest=b"", browser_digest=b""), store.do).record is None


def test_a_claim_remembers_that_the_browser_came_back(store: Store) -> None:
    login_id = started(store)
    store.claim(login_id, bound=True)
    store.release(login_id)
    store.claim(login_id, bound=False)
    assert there(store, login_id).bound


def test_a_released_claim_is_free_at_once(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED)
    assert store.release(login_id).mine
    assert (there(store, login_id).phase, there(store, login_id).due_at) == (Phase.STARTED, None)
    assert store.claim(login_id).mine


@pytest.mark.parametrize("phase", [Phase.REFUSED, Phase.LOST])
def test_a_login_that_ended_without_an_identity_is_not_asked_for_again(store: Store, phase: Phase) -> None:
    login_id = put(store, Phase.CLAIMED)
    seen = store.release(login_id, phase, "word")
    assert seen.record is not None
    assert (seen.mine, seen.record.phase, seen.record.reason, seen.record.due_at) == (True, phase, "word", None)
    assert seen.record.expires_at == pytest.approx(seen.now + store.lives.finished)
    assert not store.claim(login_id).mine
    assert not store.deliver(login_id).mine
    assert not store.delivered(login_id, b"x").mine


@pytest.mark.parametrize("phase", [Phase.STARTED, Phase.CLAIMED, Phase.REFUSED, Phase.LOST])
def test_an_answer_with_an_identity_is_kept_even_over_lost(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    seen = store.capture(login_id, b"sealed answer", bound=True)
    assert seen.mine
    found = there(store, login_id)
    assert (found.phase, found.answer, found.bound, found.reason) == (Phase.CAPTURED, b"sealed answer", True, "")
    assert found.expires_at == pytest.approx(seen.now + store.lives.undelivered)


@pytest.mark.parametrize("phase", [Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED])
def test_the_first_answer_stays(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    before = there(store, login_id)
    assert not store.capture(login_id, b"another answer", bound=True).mine
    assert there(store, login_id) == before


def test_a_late_answer_of_a_worker_whose_lease_is_over_is_kept(store: Store) -> None:
    login_id = started(store)
    store.claim(login_id, lease=0.0)
    assert store.claim(login_id).mine
    assert store.capture(login_id, b"the first worker's").mine
    assert not store.capture(login_id, b"the second worker's").mine
    assert there(store, login_id).answer == b"the first worker's"


def test_an_answer_is_delivered_by_one_worker_until_its_lease_ends(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED)
    assert store.deliver(login_id, lease=0.2).mine
    assert not store.deliver(login_id).mine
    wait(0.2)
    assert store.deliver(login_id).mine


def test_an_answer_for_a_browser_that_did_not_come_back_is_not_delivered(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED, bound=False)
    assert not store.deliver(login_id).mine
    assert store.sweep() == ([], [])
    assert steps_of(store)(steps.bind(login_id, lives=store.lives)).mine
    assert store.sweep() == ([login_id], [])
    assert store.deliver(login_id).mine


@pytest.mark.parametrize("phase", [Phase.CAPTURED, Phase.DELIVERING])
def test_delivered_erases_the_answer_and_keeps_the_reference(store: Store, phase: Phase) -> None:
    login_id = put(store, phase)
    seen = store.delivered(login_id, b"sealed reference")
    found = there(store, login_id)
    assert (seen.mine, found.phase, found.reference) == (True, Phase.DELIVERED, b"sealed reference")
    assert (found.answer, found.departure, found.code_digest, found.due_at) == (b"", b"", b"", None)
    assert found.delivered_at == seen.now
    assert found.expires_at == pytest.approx(seen.now + store.lives.finished)
    assert not store.delivered(login_id, b"another").mine
    assert there(store, login_id) == found


def test_an_identity_that_is_not_wanted_is_erased(store: Store) -> None:
    login_id = put(store, Phase.DELIVERING)
    assert steps_of(store)(steps.declined(login_id, "too_young", lives=store.lives)).mine
    found = there(store, login_id)
    assert (found.phase, found.reason, found.answer) == (Phase.REFUSED, "too_young", b"")


def test_a_delivery_that_failed_is_tried_again_later(store: Store) -> None:
    login_id = put(store, Phase.DELIVERING)
    seen = steps_of(store)(steps.failed(login_id))
    found = there(store, login_id)
    assert (found.phase, found.attempts, found.answer) == (Phase.CAPTURED, 1, b"sealed answer")
    assert found.due_at == pytest.approx(seen.now + 30)
    assert store.sweep() == ([], [])
    assert store.deliver(login_id).mine


def test_an_answer_that_cannot_be_read_is_kept_and_the_login_goes_on(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED)
    assert steps_of(store)(steps.keep_odd(login_id, b"odd")).mine
    assert (there(store, login_id).phase, there(store, login_id).answer) == (Phase.STARTED, b"odd")
    store.claim(login_id)
    store.capture(login_id, b"good")
    assert there(store, login_id).answer == b"good"


def test_a_logout_is_noted_once_and_changes_no_time(store: Store) -> None:
    login_id = put(store, Phase.DELIVERED)
    before = there(store, login_id)
    assert steps_of(store)(steps.sign_out(login_id)).mine
    assert not steps_of(store)(steps.sign_out(login_id)).mine
    after = there(store, login_id)
    assert (after.signed_out, after.expires_at, after.delivered_at) == (True, before.expires_at, before.delivered_at)


def test_binding_a_claimed_login_leaves_the_lease_as_it_is(store: Store) -> None:
    login_id = put(store, Phase.CLAIMED, bound=False)
    before = there(store, login_id)
    assert steps_of(store)(steps.bind(login_id, lives=store.lives)).mine
    assert (there(store, login_id).bound, there(store, login_id).due_at) == (True, before.due_at)


def test_a_code_is_offered_for_a_while_and_gone_after_the_last_wrong_try(store: Store) -> None:
    login_id = put(store, Phase.CAPTURED, bound=False)
    seen = steps_of(store)(steps.offer_code(login_id, b"digest", 120.0))
    found = there(store, login_id)
    assert (found.code_digest, found.code_tries) == (b"digest", 0)
    assert found.code_until == pytest.approx(seen.now + 120)
    for tries in range(1, CODE_TRIES + 1):
        steps_of(store)(steps.wrong_code(login_id))
        found = there(store, login_id)
        assert (found.code_tries, found.code_digest) == (tries, b"digest" if tries < CODE_TRIES else b"")
    assert not steps_of(store)(steps.wrong_code(login_id)).mine

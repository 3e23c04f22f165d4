"""Made-up logins for the tests of the stores."""

import secrets
import time
from typing import Any

from itsme_facade.carrying import carry_out
from itsme_facade.store import Phase, Record, steps
from itsme_facade.store.base import Store
from itsme_facade.store.phases import Lives
from itsme_facade.store.record import Seen
from itsme_facade.store.steps import Insert, Take

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
FAST = Lives(open=0.25, undelivered=0.25, finished=0.25)
"""Lives that a test can wait for."""


def new_id() -> str:
    """An id that no other login has."""
    return "".join(secrets.choice(LETTERS) for _ in range(26))


def login(**known: Any) -> Record:
    """A login that has just been started, with made-up sealed text."""
    given: dict[str, Any] = {
        "login_id": new_id(),
        "departure": b"sealed departure",
        "state_digest": secrets.token_bytes(32),
        "browser_digest": secrets.token_bytes(32),
    }
    given.update(known)
    return Record(**given)


def started(store: Store, **known: Any) -> str:
    """Adds a login, and returns its id."""
    record = login(**known)
    store.add(record)
    return record.login_id


def short(store: Store, life: float = 0.2) -> str:
    """Adds a login that does not live long, whatever the store's lives are."""
    record = login()
    store.do(Insert(record, life))
    return record.login_id


def there(store: Store, login_id: str) -> Record:
    """The record, which must be there."""
    record = store.look(login_id).record
    assert record is not None
    return record


def put(store: Store, phase: Phase, *, bound: bool = True) -> str:
    """Adds a login and brings it into a phase the way a flow would."""
    login_id = started(store)
    if phase is Phase.STARTED:
        return login_id
    assert store.claim(login_id, bound=bound).mine
    if phase in {Phase.REFUSED, Phase.LOST}:
        assert store.release(login_id, phase, "cancelled" if phase is Phase.REFUSED else "").mine
    if phase in {Phase.CAPTURED, Phase.DELIVERING, Phase.DELIVERED}:
        assert store.capture(login_id, b"sealed answer").mine
    if phase in {Phase.DELIVERING, Phase.DELIVERED}:
        assert store.deliver(login_id).mine
    if phase is Phase.DELIVERED:
        assert store.delivered(login_id, b"sealed reference").mine
    assert there(store, login_id).phase is phase
    return login_id


def holding(store: Store, phase: Phase, *, bound: bool) -> str:
    """Adds a login that holds an answer, in whatever phase: before the capture it is one that nobody could read."""
    if phase not in {Phase.STARTED, Phase.CLAIMED}:
        return put(store, phase, bound=bound)
    login_id = put(store, Phase.CLAIMED, bound=bound)
    assert carry_out(steps.keep_odd(login_id, b"sealed answer"), store.do).mine
    if phase is Phase.CLAIMED:
        assert store.claim(login_id, bound=bound).mine
    return login_id


def take(store: Store, record: Record, **changed: Any) -> Seen:
    """As when the browser comes back with what belongs to this record, or with something else."""
    known: dict[str, Any] = {
        "login_id": record.login_id,
        "state_digest": record.state_digest,
        "browser_digest": record.browser_digest,
        "lease": 0.2,
    }
    known.update(changed)
    seen = store.do(Take(**known))
    assert isinstance(seen, Seen)
    return seen


def wait(seconds: float) -> None:
    """Waits a little longer than that, by every clock."""
    time.sleep(seconds + 0.05)

"""A record with something in every field, and every step by its name: set-up of the tests of the rules."""

from collections.abc import Callable

from attrs import evolve

from itsme_facade.store import Lives, Phase, Record, phases
from itsme_facade.store.record import Change

NOW = 1_000.0
LIVES = Lives(open=11.0, undelivered=22.0, finished=33.0)
FULL = Record(
    login_id="login",
    version=7,
    created_at=900.0,
    expires_at=2_000.0,
    due_at=None,
    bound=False,
    attempts=2,
    state_digest=b"state",
    browser_digest=b"browser",
    departure=b"departure",
    answer=b"answer",
    reference=b"reference",
    reason="reason",
    delivered_at=950.0,
    signed_out=False,
    code_digest=b"code",
    code_until=1_100.0,
    code_tries=1,
)

STEPS: dict[str, Callable[[Record], Change | None]] = {
    "claim": lambda record: phases.claim(record, NOW, bound=False),
    "start again": lambda record: phases.release(record, Phase.STARTED, "ignored", lives=LIVES),
    "refuse": lambda record: phases.release(record, Phase.REFUSED, "cancelled", lives=LIVES),
    "lose": lambda record: phases.release(record, Phase.LOST, lives=LIVES),
    "bind": lambda record: phases.bind(record, lives=LIVES),
    "capture": lambda record: phases.capture(record, b"new answer", bound=False, lives=LIVES),
    "deliver": lambda record: phases.deliver(record, NOW),
    "delivered": lambda record: phases.delivered(record, b"new reference", lives=LIVES),
    "decline": lambda record: phases.declined(record, "too_young", lives=LIVES),
    "fail": phases.failed,
    "expire": lambda record: phases.expire(record, life=44.0),
    "keep odd": lambda record: phases.keep_odd(record, b"odd"),
    "sign out": phases.sign_out,
    "offer code": lambda record: phases.offer_code(record, b"new code", 120.0),
    "wrong code": phases.wrong_code,
}
S, C, K, V, D, R, L, X = Phase  # started, claimed, captured (kept), delivering, delivered, refused, lost, expired


def in_phase(phase: Phase, **known: object) -> Record:
    return evolve(FULL, phase=phase, **known)  # type: ignore[arg-type]

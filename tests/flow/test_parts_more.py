"""Small parts of a flow by themselves: what they say of themselves, what they give back at the edges."""

import errno
import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import evolve

from itsme_facade import InvalidArguments, RawAnswer
from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import AsyncFlow, Declined, Flow, Refused, SignedInAgain
from itsme_facade.flow.asking import _is_lost, _keep_odd
from itsme_facade.flow.construction import MemorySpool, from_environment
from itsme_facade.flow.counters import Counters
from itsme_facade.flow.delivering import outcome_of
from itsme_facade.flow.limits import Limiter, StartLimits
from itsme_facade.flow.room import Arrival, login_in
from itsme_facade.flow.secrets import code_digest
from itsme_facade.flow.targets import wrong_origin, wrong_target
from itsme_facade.store import Phase, Record, Spool, new_key, phases
from itsme_facade.store.record import Seen
from itsme_facade.store.spool import Spooled, _name
from itsme_facade.store.steps import Swap
from tests.flow.site import Browser, Site

ID = "0" * 26
VARIABLES = {
    "ITSME_KEYS": new_key(),
    "ITSME_REDIRECT_URL": "https://shop.example/itsme/back",
    "ITSME_STORE_URL": "memory:",
    "ITSME_TOKEN": "00000000-0000-0000-0000-000000000000",
}
SYNC = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def take(*_: object) -> str:
    return "user"


@SYNC
def test_an_answer_of_which_nothing_came_is_told_and_the_claim_ends(site: Site, browser: Browser) -> None:
    departure = browser.start(service="register")
    record = site.record(departure)
    assert record is not None
    claimed = Seen(evolve(record, phase=Phase.CLAIMED, version=2), time.time(), mine=True)
    assert claimed.record is not None
    steps = _keep_odd(site.room, login_in(site.room, record), RawAnswer(b"", 0), claimed)
    write = next(steps)
    assert isinstance(write, Swap)
    assert write.change == phases.release(claimed.record, Phase.STARTED, lives=site.room.lives)
    event = site.events[-1]
    assert (event.name, event.login_id, event.service, event.reason) == (
        "unreadable",
        departure.login_id,
        "register",
        "http_0",
    )


def test_a_login_that_is_gone_is_as_lost_as_one_that_says_so() -> None:
    lost = Record(login_id=ID, phase=Phase.LOST)
    assert [_is_lost(None), _is_lost(lost), _is_lost(Record(login_id=ID))] == [True, True, False]


@SYNC
def test_what_somebody_faster_made_of_a_login_is_what_the_slower_one_is_told(site: Site, browser: Browser) -> None:
    departure = browser.start(next="/basket", locale="nl", account="alice")
    record = site.record(departure)
    assert record is not None
    login = login_in(site.room, record)
    arrival = Arrival(reference="user", service="login", next="/basket", locale="nl", account="alice")
    sealed = site.room.seal_arrival(arrival, departure.login_id)
    delivered = evolve(record, phase=Phase.DELIVERED, reference=sealed, delivered_at=1_000.0)
    again = outcome_of(site.room, login, Seen(delivered, 1_060.0))
    assert isinstance(again, SignedInAgain)
    assert (again.reference, again.signs_in, again.linked) == ("user", True, True)
    late = outcome_of(site.room, login, Seen(delivered, 1_060.1))
    assert isinstance(late, SignedInAgain)
    assert not late.signs_in
    refused = outcome_of(site.room, login, Seen(evolve(record, phase=Phase.REFUSED, reason="too_young"), 0.0))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.login_id, refused.next, refused.locale) == (
        "too_young",
        departure.login_id,
        "/basket",
        "nl",
    )
    assert outcome_of(site.room, login, Seen(record, 0.0)) is None
    assert outcome_of(site.room, login, Seen(None, 0.0)) is None


def test_who_declines_without_a_word_has_declined() -> None:
    assert (Declined().reason, Declined("too_young").reason, str(Declined("too_young"))) == (
        "declined",
        "too_young",
        "too_young",
    )


def test_answers_that_wait_in_memory_are_each_taken_away_alone() -> None:
    spool = MemorySpool()
    spool.put(ID, b"one", bound=True)
    spool.put(ID, b"one", bound=False)
    first, second = spool.entries()
    assert (first.bound, second.bound) == (True, False)
    spool.remove(first)
    assert spool.entries() == [second]
    assert spool.entries()[0] == Spooled(ID, b"one", bound=False)


def test_variables_that_are_handed_over_are_the_ones_that_count(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "wrong")
    assert from_environment(VARIABLES)["redirect_url"] == VARIABLES["ITSME_REDIRECT_URL"]
    flow = Flow.from_env(take, environ=VARIABLES)
    assert flow._room.redirect_url == AsyncFlow.from_env(take, environ=VARIABLES)._room.redirect_url


@pytest.mark.parametrize("name", ["ITSME_KEYS", "ITSME_REDIRECT_URL", "ITSME_STORE_URL"])
def test_a_variable_that_is_not_set_is_named(name: str) -> None:
    without = {each: value for each, value in VARIABLES.items() if each != name}
    with pytest.raises(InvalidArguments) as caught:
        from_environment(without)
    assert [(problem.argument, problem.reason) for problem in caught.value.problems] == [(name, "not set")]


def test_a_flow_that_made_its_client_closes_it() -> None:
    flow = Flow.from_env(take, environ=VARIABLES)
    closed: list[str] = []
    flow._itsme.close = lambda: closed.append("client")  # type: ignore[method-assign]
    with flow:
        assert closed == []
    assert closed == ["client"]


@pytest.mark.anyio
async def test_an_async_flow_that_made_its_client_closes_it() -> None:
    flow = AsyncFlow.from_env(take, environ=VARIABLES)
    closed: list[str] = []

    async def close() -> None:
        closed.append("client")

    flow._itsme.aclose = close  # type: ignore[method-assign]
    async with flow:
        assert closed == []
    assert closed == ["client"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://shop.example", True),
        ("https://shop.example:8443", True),
        ("https://shop.example/", False),
        ("https://shop.example?a=b", False),
        ("https://shop.example#a", False),
        ("shop.example", False),
        (None, False),
    ],
)
def test_an_origin_is_scheme_host_and_port_and_nothing_more(origin: object, good: bool) -> None:
    assert (wrong_origin(origin) is None) is good


@pytest.mark.parametrize(
    ("target", "origins", "good"),
    [
        ("https://shop.example/a", ["https://shop.example:443"], True),
        ("https://shop.example:443/a", ["https://shop.example"], True),
        ("http://127.0.0.1/a", ["http://127.0.0.1:80"], True),
        ("http://127.0.0.1:80/a", ["http://127.0.0.1"], True),
        ("http://127.0.0.1/a", ["http://127.0.0.1:443"], False),
        ("http://127.0.0.1/a", ["http://127.0.0.1:81"], False),
        ("https://shop.example", ["https://shop.example"], True),
        ("https://shop.example/é", ["https://shop.example"], False),
        ("https://shop.example/a", [], False),
        ("https://other.example/a", ["https://shop.example"], False),
        ("https://user@shop.example/a", ["https://shop.example"], False),
        ("https://user:secret@shop.example/a", ["https://shop.example"], False),
    ],
)
def test_a_target_elsewhere_is_compared_by_scheme_host_and_port(target: str, origins: list[str], good: bool) -> None:
    assert (wrong_target(target, origins) is None) is good


def test_a_limiter_says_what_it_counts_and_no_address() -> None:
    assert repr(Limiter(StartLimits(browser=None, address=None, number="1 per hour"), "key")) == "Limiter(number)"
    assert repr(Limiter(None, "key")) == "Limiter(off)"


def test_a_limiter_begins_anew_with_nothing_counted() -> None:
    limiter = Limiter(StartLimits(browser=None, address=None, number="1 per hour"), "key")
    assert limiter.hit(number="+32471234567") is None
    assert limiter.hit(number="+32471234567") is not None
    limiter.begin_anew()
    assert limiter.hit(number="+32471234567") is None
    assert limiter.hit(number="+32471234567") is not None
    with limiter._lock:
        assert not limiter._failing
    off = Limiter(None, "key")
    off.begin_anew()
    assert off.hit(number="+32471234567") is None


def test_forgetting_what_was_never_counted_is_no_error() -> None:
    counters = Counters()
    counters.clear("never")
    with pytest.raises(NotImplementedError):
        counters.incr("key", 60)


def test_a_spool_says_where_it_is_and_names_its_argument(tmp_path: Path) -> None:
    assert repr(Spool(tmp_path / "spool")) == f"Spool({str(tmp_path / 'spool')!r})"
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "file" / "spool")
    assert [problem.argument for problem in caught.value.problems] == ["spool_dir"]


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(errno.ENOSPC, "full"), "ENOSPC"),
        (OSError(99_999, "odd"), "OSError"),
        (PermissionError(), "PermissionError"),
    ],
)
def test_what_a_disk_says_is_named_by_its_code_or_its_kind(error: OSError, named: str) -> None:
    assert _name(error) == named


def test_a_disk_that_takes_nothing_is_told_with_the_login_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match=f"{ID} \\(ENOSPC\\)") as caught:
        spool.put(ID, b"sealed", bound=True)
    assert "Make room" in caught.value.advice
    assert list((tmp_path / "spool").glob(".*.part")) == []


def full(_: Mapping[str, str]) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("typed", "meant"), [("IlO0", "1100"), ("u-V 8", "vv8"), ("ABC", "abc")])
def test_a_code_is_the_same_however_people_read_and_type_it(typed: str, meant: str) -> None:
    assert code_digest(ID, typed) == code_digest(ID, meant)
    assert code_digest(ID, typed) != code_digest("1" * 26, meant)


def test_counters_let_go_of_what_counts_for_nothing_any_more() -> None:
    counters = Counters()
    counters.storage = {"old": (3, 10, 1, 1), "ending": (5, 10, 1, 1), "new": (6, 10, 1, 1)}
    counters._forget(69.9)
    assert sorted(counters.storage) == ["ending", "new"]
    counters._forget(70.0)
    assert sorted(counters.storage) == ["new"]


def test_a_spool_takes_an_answer_of_a_login_and_of_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Spool(tmp_path / "spool").put("../out", b"sealed", bound=True)
    assert [problem.argument for problem in caught.value.problems] == ["login_id"]

"""Starts are counted per browser, address and number, together and in one process; what is counted cannot be read."""

import os
import threading
import time
from typing import Any

import pytest

from itsme_facade import InvalidArguments, MissingExtra
from itsme_facade.flow.counters import Counters
from itsme_facade.flow.limits import Limiter, StartLimits
from itsme_facade.store.sealing import new_key
from tests.flow.conftest import NUMBER
from tests.programs import python


@pytest.mark.parametrize(("kind", "who"), [("browser", "b"), ("address", "192.0.2.1"), ("number", NUMBER)])
def test_one_too_many_of_a_kind_is_told_how_long_to_wait(hit: Any, key: str, kind: str, who: str) -> None:
    limiter = Limiter(StartLimits(**{kind: "3 per 10 minutes"}), key)
    assert [hit(limiter, **{kind: who}) for _ in range(3)] == [None] * 3
    wait = hit(limiter, **{kind: who})
    assert wait is not None
    assert 1 <= wait <= 600
    assert hit(limiter, **{kind: who + "0"}) is None


def test_the_limits_are_those_in_the_documentation_unless_told_otherwise(key: str) -> None:
    limiter = Limiter(StartLimits(), key)
    assert sum(limiter.hit(number=NUMBER) is None for _ in range(100)) == 5
    assert sum(limiter.hit(browser="b") is None for _ in range(100)) == 10
    assert sum(limiter.hit(address="192.0.2.1") is None for _ in range(100)) == 60


def test_who_is_over_a_limit_is_told_to_wait_as_long_as_it_takes(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    limiter = Limiter(StartLimits(number="1 per 10 seconds"), key)
    assert limiter.hit(number=NUMBER) is None
    now += 11
    assert limiter.hit(number=NUMBER) is None
    now += 4
    assert limiter.hit(number=NUMBER) == 5.0
    now += 4.5
    assert limiter.hit(number=NUMBER) == 1.0


def test_several_limits_on_one_thing_all_hold(key: str) -> None:
    limiter = Limiter(StartLimits(browser="100 per minute; 4 per day"), key)
    waits = [limiter.hit(browser="b") for _ in range(5)]
    assert waits[:4] == [None] * 4
    assert waits[4] is not None
    assert waits[4] > 60


def test_without_limits_nothing_is_counted(hit: Any, key: str) -> None:
    for off in (None, StartLimits(browser=None, address=None, number=None)):
        limiter = Limiter(off, key)
        assert [hit(limiter, browser="b", address="a", number=NUMBER) for _ in range(100)] == [None] * 100


def test_a_browser_that_is_over_its_limit_does_not_use_up_somebody_elses_number(key: str) -> None:
    limiter = Limiter(StartLimits(browser="2 per hour", number="4 per hour"), key)
    for _ in range(50):
        limiter.hit(browser="nuisance", number=NUMBER)
    assert limiter.hit(browser="another", number=NUMBER) is None


@pytest.mark.parametrize(
    "same",
    [
        {"address": ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2")},
        {"address": ("192.0.2.1", "::ffff:192.0.2.1")},
        {"address": ("fe80::1%eth0", "fe80::1")},
        {"address": ("192.0.2.1%eth0", "192.0.2.1")},
        {"number": ("+32 471 23 45 67", NUMBER)},
    ],
    ids=["an IPv6 network", "IPv4 inside IPv6", "a zone", "a zone of IPv4", "a number with spaces"],
)
def test_one_caller_in_two_spellings_counts_as_one(same: dict[str, tuple[str, str]], key: str) -> None:
    ((kind, (one, other)),) = same.items()
    limiter = Limiter(StartLimits(**{kind: "1 per hour"}), key)
    assert limiter.hit(**{kind: one}) is None
    assert limiter.hit(**{kind: other}) is not None


def test_two_networks_and_what_is_no_address_count_apart(key: str) -> None:
    limiter = Limiter(StartLimits(address="1 per hour"), key)
    for address in ("2001:db8:0:1::1", "2001:db8:0:2::1", "192.0.2.1", "192.0.2.2", "testclient", ""):
        assert limiter.hit(address=address) is None


def test_nothing_that_is_kept_shows_who_started(key: str) -> None:
    limiter = Limiter(StartLimits(), key)
    limiter.hit(browser="cookie-of-lucas", address="192.0.2.77", number=NUMBER)
    kept = limiter._strategy.storage
    assert isinstance(kept, Counters)
    text = repr(kept.storage)
    assert text.count("/") > 3
    for who in ("cookie-of-lucas", "192.0.2", "471234567", key):
        assert who not in text
        assert who not in repr(limiter)


def test_the_digests_depend_on_the_key_so_that_numbers_cannot_be_tried_out() -> None:
    kept: list[str] = []
    for key in (new_key(), new_key()):
        limiter = Limiter(StartLimits(address=None, browser=None), key)
        limiter.hit(number=NUMBER)
        kept += limiter._strategy.storage.storage
    assert len(set(kept)) == 2


def test_two_processes_with_the_same_keys_count_the_same_thing(key: str) -> None:
    older = new_key()
    one, other = Limiter(StartLimits(), f"{key},{older}"), Limiter(StartLimits(), [key])
    one.hit(number=NUMBER)
    other.hit(number=NUMBER)
    assert one._strategy.storage.storage.keys() == other._strategy.storage.storage.keys()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"browser": "often"}, "limits.browser"),
        ({"address": "5 per fortnight"}, "limits.address"),
        ({"number": ""}, "limits.number"),
        ({"storage": "memcached://host"}, "limits.storage"),
        ({"storage": "redis:host"}, "limits.storage"),
        ({"storage": "redis://:geheim@host:port"}, "limits.storage"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(wrong: dict[str, str], named: str, key: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Limiter(StartLimits(**wrong), key)
    assert [problem.argument for problem in caught.value.problems] == [named]
    assert "geheim" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_storage_that_is_not_supported_is_told_which_ones_are(key: str) -> None:
    with pytest.raises(InvalidArguments, match=r"memory://, redis://, .*valkeys://"):
        Limiter(StartLimits(storage="memcached://host"), key)


def test_threads_that_start_at_once_get_no_more_than_the_limit(key: str) -> None:
    limiter = Limiter(StartLimits(number="20 per hour"), key)
    barrier, passed = threading.Barrier(8), list[bool]()

    def start() -> None:
        barrier.wait()
        passed.extend(limiter.hit(number=NUMBER) is None for _ in range(10))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 20


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_counts_for_itself(key: str) -> None:
    limiter = Limiter(StartLimits(number="1 per hour"), key)
    assert limiter.hit(number=NUMBER) is None
    child = os.fork()
    if child == 0:
        os._exit(0 if limiter.hit(number=NUMBER) is None and limiter.hit(number=NUMBER) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert limiter.hit(number=NUMBER) is not None


WITHOUT = """
import sys

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == sys.argv[1]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden)
from itsme_facade import MissingExtra
from itsme_facade.flow.limits import Limiter, StartLimits
try:
    Limiter(StartLimits(storage=sys.argv[2]), "key")
except MissingExtra as error:
    print(error.what)
"""


@pytest.mark.parametrize(
    ("hidden", "storage", "extra"), [("limits", "memory://", "store"), ("redis", "redis://host", "redis")]
)
def test_what_is_not_installed_is_named_with_its_extra(hidden: str, storage: str, extra: str) -> None:
    assert issubclass(MissingExtra, ImportError)
    ended = python("-c", WITHOUT, hidden, storage)
    assert f"pip install 'itsme-facade[{extra}]'" in ended.stdout, ended.stderr


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

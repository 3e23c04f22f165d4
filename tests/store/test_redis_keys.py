"""What stands on the server: whose it is, for how long, and that nothing there can be read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from itsme_facade.store.phases import Lives
from itsme_facade.store.record import Phase
from itsme_facade.store.sealing import Seal, new_key
from itsme_facade.store.steps import Due
from tests.store.redis_stores import login, new_id, opened

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from tests.engines.valkey import Valkey

DAY = 86_400


def test_applications_with_other_prefixes_do_not_see_each_other(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    url = own_valkey.url()
    with opened(side, portal, url, prefix="shop_") as shop, opened(side, portal, url, prefix="shop_2") as bank:
        shop.add(record := login())
        assert bank.look(record.login_id).record is None
        assert bank.stats().by_phase == {}
        assert bank.purge() == 0
        bank.add(record)
        assert shop.purge() == 1
        assert bank.stats().by_phase == {Phase.STARTED: 1}
        with own_valkey.connect() as client:
            assert {key.partition(b"}")[0] for key in client.scan_iter()} == {b"{shop_2"}


def test_the_server_itself_erases_a_login_a_day_after_its_life(
    valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    lives = Lives(open=100.0, undelivered=1_000.0, finished=50.0)
    with (
        opened(side, portal, valkey.url(), prefix=(prefix := f"e{new_id()}"), lives=lives) as store,
        valkey.connect() as client,
    ):

        def left() -> float:
            return float(client.pttl(f"{{{prefix}}}login:{record.login_id}")) / 1_000

        store.add(record := login())
        assert left() == pytest.approx(100.0 + DAY, abs=5)
        store.claim(record.login_id, bound=True)
        assert left() == pytest.approx(100.0 + DAY, abs=5)
        store.capture(record.login_id, b"sealed answer", bound=True)
        assert left() == pytest.approx(1_000.0 + DAY, abs=5)
        store.deliver(record.login_id)
        store.delivered(record.login_id, b"sealed reference")
        assert left() == pytest.approx(50.0 + DAY, abs=5)


def test_names_of_what_the_server_erased_by_itself_hold_nobody_up(
    valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with (
        opened(side, portal, valkey.url(), prefix=(prefix := f"n{new_id()}"), lives=Lives(open=0.05)) as store,
        valkey.connect() as client,
    ):
        logins = [login() for _ in range(12)]
        for each in logins:
            store.add(each)
        time.sleep(0.06)
        for gone in logins[:8]:
            client.delete(f"{{{prefix}}}login:{gone.login_id}")
        assert store.stats().by_phase == {Phase.STARTED: 4}
        due, erased = store.sweep(3)
        assert (due, len(erased)) == ([], 3)
        due, erased = store.sweep(3)
        assert len(erased) == 1
        assert client.keys(f"{{{prefix}}}*") == []


def test_without_any_sweep_every_start_clears_up_what_is_long_over(
    valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with (
        opened(side, portal, valkey.url(), prefix=(prefix := f"s{new_id()}")) as store,
        valkey.connect() as client,
    ):
        old = [login() for _ in range(15)]
        for each in old:
            store.add(each)
        with valkey.connect() as other:  # two days pass
            for each in old:
                other.zadd(f"{{{prefix}}}over", {each.login_id: time.time() - 2 * DAY})
        store.add(login())
        assert client.zcard(f"{{{prefix}}}born") == 6
        store.add(login())
        assert client.zcard(f"{{{prefix}}}born") == client.zcard(f"{{{prefix}}}over") == 2
        assert len(client.keys(f"{{{prefix}}}login:*")) == 2


def test_a_hash_holds_only_what_a_login_has(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with (
        opened(side, portal, valkey.url(), prefix=(prefix := f"h{new_id()}")) as store,
        valkey.connect() as client,
    ):
        store.add(record := login())
        name = f"{{{prefix}}}login:{record.login_id}"
        begun = {b"phase", b"version", b"created_at", b"expires_at", b"state_digest", b"browser_digest"}
        assert set(client.hkeys(name)) == begun | {b"departure"}
        store.claim(record.login_id, bound=True)
        assert set(client.hkeys(name)) == begun | {b"departure", b"due_at", b"bound"}
        store.capture(record.login_id, b"sealed answer", bound=True)
        store.deliver(record.login_id)
        store.delivered(record.login_id, b"sealed reference")
        assert set(client.hkeys(name)) == begun | {b"bound", b"reference", b"delivered_at"}


def test_binary_values_come_back_as_they_were(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    every_byte = bytes(range(256)) * 40
    with opened(side, portal, valkey.url(), prefix=f"b{new_id()}") as store:
        store.add(record := login(departure=every_byte))
        captured = store.capture(record.login_id, every_byte[::-1], bound=True).record
        seen = store.look(record.login_id).record
        assert seen == captured
        assert seen is not None
        assert (seen.departure, seen.answer) == (every_byte, every_byte[::-1])


def test_nothing_on_the_disk_can_be_read(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    seal, record = Seal(new_key()), login(departure=b"")
    secrets = {"departure": b"transaction-token-0123", "answer": b'{"familyName": "Maes"}', "reference": b"user-4711"}
    sealed = {what: seal.seal(content, login_id=record.login_id, purpose=what) for what, content in secrets.items()}
    with opened(side, portal, own_valkey.url()) as store:
        store.add(login(login_id=record.login_id, departure=sealed["departure"]))
        store.capture(record.login_id, sealed["answer"], bound=True)
        store.deliver(record.login_id)
        store.delivered(record.login_id, sealed["reference"])
    own_valkey.stop()
    on_disk = own_valkey.on_disk()
    assert all(text in on_disk for text in sealed.values())  # this is where they are
    for content in secrets.values():
        assert content not in on_disk


def test_due_logins_come_the_longest_waiting_first(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, valkey.url(), prefix=f"d{new_id()}") as store:
        leases = [-100.0, -300.0, -200.0, 300.0]
        ids = [new_id() for _ in leases]
        for login_id, lease in zip(ids, leases, strict=True):
            store.add(login(login_id=login_id))
            store.claim(login_id, lease=lease)
        assert store.sweep()[0] == [ids[1], ids[2], ids[0]]
        assert store.sweep(2)[0] == [ids[1], ids[2]]
        assert store.stats().overdue == 3


def test_a_login_whose_life_is_over_is_not_due(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, valkey.url(), prefix=f"g{new_id()}", lives=Lives(open=0.5)) as store:
        store.add(record := login())
        store.claim(record.login_id, lease=-100.0)
        time.sleep(0.5)
        assert store.do(Due(10)) == []
        stats = store.stats()
        assert (stats.overdue, stats.expired) == (0, 1)


def test_more_logins_than_one_page_are_counted_and_purged(
    valkey: Valkey, side: str, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.store.redis_scripts.PAGE", 7)
    with opened(side, portal, valkey.url(), prefix=f"p{new_id()}") as store:
        for number in range(40):
            store.add(record := login())
            if number % 2:
                store.claim(record.login_id, lease=0.0)
        stats = store.stats()
        assert stats.by_phase == {Phase.STARTED: 20, Phase.CLAIMED: 20}
        assert stats.overdue == 20
        assert 0.0 < stats.oldest < 60.0
        assert store.purge() == 40
        assert store.stats().by_phase == {}

"""A server that may forget what it has acknowledged is refused, by the name of the setting that must change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from itsme_facade.errors import StoreNotDurable, StoreUnavailable
from itsme_facade.store.redis_durability import QUESTIONS, judge
from tests.engines.valkey import DURABLE, Valkey, running
from tests.store.redis_stores import login, made, opened

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

WRONG = [
    ("appendfsync", "everysec"),
    ("appendfsync", "no"),
    ("appendonly", "no"),
    ("maxmemory-policy", "allkeys-lru"),
    ("maxmemory-policy", "volatile-ttl"),
    ("no-appendfsync-on-rewrite", "yes"),
]
INFO = (
    b"# Server\r\nredis_version:7.2.4\r\n",
    b"# Replication\r\nrole:master\r\n",
    b"# Persistence\r\naof_enabled:1\r\naof_last_write_status:ok\r\n",
    b"# Cluster\r\ncluster_enabled:0\r\n",
)


def answers(*info: bytes, **settings: str) -> list[object]:
    """What a durable server says to QUESTIONS, but for what is given."""
    names = [question[2] for question in QUESTIONS if question[0] == "CONFIG"]
    changed = {name.replace("_", "-"): value for name, value in settings.items()}
    return [*(info or INFO), *([name.encode(), (DURABLE | changed)[name].encode()] for name in names)]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_each_setting_that_would_lose_something_is_named_with_its_value(
    own_valkey: Valkey, side: str, portal: BlockingPortal, name: str, value: str
) -> None:
    with own_valkey.connect() as client:
        client.config_set(name, value)
    with made(side, portal, own_valkey.url()) as store:
        with pytest.raises(StoreNotDurable) as caught:
            store.open()
        assert f"{name} {value}; it must be {name} {DURABLE[name]}" in str(caught.value)
        with pytest.raises(StoreNotDurable):
            store.add(login())  # nor is anything kept by those who do not look
    with opened(side, portal, own_valkey.url(), accept_loss=True) as store:
        store.add(login())


def test_a_durable_server_is_accepted(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, valkey.url()) as store:
        store.open()
        store.open()


def test_a_server_that_comes_back_with_another_setting_is_refused(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(login())
        own_valkey.restart({"appendfsync": "everysec"})
        with pytest.raises(StoreNotDurable, match="appendfsync everysec"):
            store.add(login())
        own_valkey.restart({"appendfsync": "always"})
        store.add(login())


def test_a_setting_changed_while_connections_are_open_is_found_by_opening_again(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        with own_valkey.connect() as client:
            client.config_set("appendfsync", "no")
        with pytest.raises(StoreNotDurable, match="appendfsync no"):
            store.open()


@pytest.mark.parametrize("forbidden", [("-config",), ("-info",), ("-config", "-info")])
def test_where_looking_is_forbidden_it_says_that_it_cannot_be_checked(
    own_valkey: Valkey, side: str, portal: BlockingPortal, forbidden: tuple[str, ...]
) -> None:
    with own_valkey.connect() as client:
        client.execute_command("ACL", "SETUSER", "shop", "on", ">made-up-password", "~*", "+@all", *forbidden)
    url = f"unix://shop:made-up-password@{own_valkey.socket}"
    with made(side, portal, url) as store:
        with pytest.raises(StoreNotDurable, match="does not let this user look") as caught:
            store.open()
        assert "made-up-password" not in str(caught.value)
    with opened(side, portal, url, accept_loss=True) as store:
        store.add(login())


@pytest.mark.parametrize("accept_loss", [False, True])
def test_a_replica_is_refused_even_where_loss_is_accepted(side: str, portal: BlockingPortal, accept_loss: bool) -> None:
    with (
        running({"replicaof": "127.0.0.1 1"}) as replica,
        made(side, portal, replica.url(), accept_loss=accept_loss) as store,
        pytest.raises(StoreNotDurable, match="replica"),
    ):
        store.open()


def test_a_server_is_judged_by_all_of_its_answers() -> None:
    judge(answers(), accept_loss=False)
    old = (b"redis_version:6.2.1\r\n", *INFO[1:])
    with pytest.raises(StoreUnavailable, match=r"too old \(Redis 6.2.1\)"):
        judge(answers(*old), accept_loss=True)
    failing = (*INFO[:2], b"aof_enabled:1\r\naof_last_write_status:err\r\n", INFO[3])
    with pytest.raises(StoreUnavailable, match="cannot write to its disk"):
        judge(answers(*failing), accept_loss=False)
    idle = (*INFO[:2], b"aof_enabled:0\r\n", INFO[3])
    with pytest.raises(StoreNotDurable, match="not appending"):
        judge(answers(*idle), accept_loss=False)
    for part in (b"cluster_enabled:1\r\n", b"redis_mode:sentinel\r\n"):
        with pytest.raises(StoreUnavailable, match="part of a cluster or a sentinel"):
            judge(answers(*INFO[:3], part), accept_loss=True)
    judge([None] * len(QUESTIONS), accept_loss=True)
    with pytest.raises(StoreNotDurable, match="appendonly, appendfsync"):
        judge([None] * len(QUESTIONS), accept_loss=False)

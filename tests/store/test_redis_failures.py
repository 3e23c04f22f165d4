"""What goes wrong on a server is told in words that help, without password or data, and leaves everything as it was."""

from __future__ import annotations

import secrets
import traceback
from typing import TYPE_CHECKING

import pytest

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store.async_redis_store import AsyncRedisStore
from itsme_facade.store.record import Phase
from itsme_facade.store.redis_link import connection_arguments
from itsme_facade.store.redis_store import RedisStore
from tests.programs import python
from tests.store.logins import FAST, put, wait
from tests.store.redis_stores import login, made, new_id, opened

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from tests.engines.valkey import Valkey

PASSWORD = "made-up-and-secret"


def said(error: BaseException) -> str:
    """All that a log would show of an error."""
    return "".join(traceback.format_exception(error)) + repr(error)


def test_a_full_memory_writes_nothing_and_says_so(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        claimed = store.claim(record.login_id, bound=True).record
        with own_valkey.connect() as client:
            client.config_set("maxmemory", "1")
        with pytest.raises(StoreUnavailable, match="full"):
            store.add(login())
        with pytest.raises(StoreUnavailable, match="full"):
            store.capture(record.login_id, b"sealed answer", bound=True)
        assert store.look(record.login_id).record == claimed
        assert sum(store.stats().by_phase.values()) == 1
        assert store.purge() == 1  # erasing works, and so makes room
        with own_valkey.connect() as client:
            assert client.dbsize() == 0


def test_a_full_memory_does_not_keep_a_sweep_from_ending_what_is_over(
    own_valkey: Valkey, side: str, portal: BlockingPortal
) -> None:
    with opened(side, portal, own_valkey.url(), lives=FAST) as store:
        login_id = put(store, Phase.DELIVERING)
        wait(0.25)
        with own_valkey.connect() as client:
            client.config_set("maxmemory", "1")
        due, (ended,) = store.sweep()
        assert (due, ended.login_id, ended.phase, ended.answer) == ([], login_id, Phase.EXPIRED, b"")


@pytest.mark.parametrize("user", ["shop", "nobody", ""])
def test_a_wrong_password_is_told_without_it(own_valkey: Valkey, side: str, portal: BlockingPortal, user: str) -> None:
    with own_valkey.connect() as client:
        client.execute_command("ACL", "SETUSER", "shop", "on", ">another", "~*", "+@all")
        client.execute_command("ACL", "SETUSER", "default", "on", "resetpass", ">another")
    with made(side, portal, f"unix://{user}:{PASSWORD}@{own_valkey.socket}") as store:
        with pytest.raises(StoreUnavailable, match="refused the user's name or password") as caught:
            store.open()
        assert PASSWORD not in said(caught.value)
        with pytest.raises(StoreUnavailable, match="refused the user's name or password"):
            store.look(new_id())


def test_a_missing_password_is_told(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with own_valkey.connect() as client:
        client.config_set("requirepass", PASSWORD)
    with made(side, portal, own_valkey.url()) as store, pytest.raises(StoreUnavailable, match="name or password"):
        store.open()
    with opened(side, portal, f"unix://:{PASSWORD}@{own_valkey.socket}") as store:
        store.add(login())


def test_a_user_who_may_not_run_scripts_is_told(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with own_valkey.connect() as client:
        client.execute_command("ACL", "SETUSER", "shop", "on", f">{PASSWORD}", "~*", "+@all", "-@scripting")
    with opened(side, portal, f"unix://shop:{PASSWORD}@{own_valkey.socket}") as store:
        with pytest.raises(StoreUnavailable, match="does not let this user") as caught:
            store.add(login())
        assert PASSWORD not in said(caught.value)


def test_no_error_shows_what_was_being_kept(own_valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, own_valkey.url()) as store:
        store.add(record := login())
        with own_valkey.connect() as client:
            client.set(f"{{itsme_}}login:{record.login_id}", "somebody else's")
        answer = secrets.token_hex(16).encode()
        with pytest.raises(StoreUnavailable) as caught:
            store.capture(record.login_id, answer, bound=True)
        assert "refused a command (WRONGTYPE)" in str(caught.value)
        assert answer.decode() not in said(caught.value)


def test_a_login_is_not_added_over_another_one(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, valkey.url(), prefix=f"o{new_id()}") as store:
        store.add(record := login())
        store.capture(record.login_id, b"sealed answer", bound=True)
        with pytest.raises(InvalidArguments, match="there is such a login already"):
            store.add(record)
        kept = store.look(record.login_id).record
        assert kept is not None
        assert kept.answer == b"sealed answer"


def test_what_another_version_wrote_is_not_misread(valkey: Valkey, side: str, portal: BlockingPortal) -> None:
    with opened(side, portal, valkey.url(), prefix=(prefix := f"v{new_id()}")) as store:
        store.add(record := login())
        with valkey.connect() as client:
            client.hset(f"{{{prefix}}}login:{record.login_id}", "phase", "pondering")
        with pytest.raises(StoreUnavailable, match="this version cannot read"):
            store.look(record.login_id)
        assert store.stats().by_phase == {}
        assert store.purge() == 1  # erasing goes on all the same
        assert store.look(record.login_id).record is None


@pytest.mark.parametrize("kind", [RedisStore, AsyncRedisStore])
def test_a_repr_shows_the_place_and_not_the_password(kind: type[RedisStore | AsyncRedisStore]) -> None:
    store = kind(f"redis://shop:{PASSWORD}@db.example:6380/3", "shop_")
    assert repr(store) == f"{kind.__name__}(db.example:6380, prefix='shop_')"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://db.example", {"host": "db.example"}),
        ("valkey://db.example:6380/2", {"host": "db.example", "port": 6380, "db": 2}),
        ("unix:///run/valkey.sock?db=1", {"path": "/run/valkey.sock", "db": 1}),
        ("valkey://shop:p%40ss@db.example", {"host": "db.example", "username": "shop", "password": "p@ss"}),
        ("valkeys://db.example?ssl_ca_certs=/ca.pem", {"host": "db.example", "ssl_ca_certs": "/ca.pem"}),
        ("REDISS://db.example", {"host": "db.example"}),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_a_url_names_the_place_and_nothing_that_matters_to_the_store(
    url: str, place: dict[str, object], waits: bool
) -> None:
    arguments = connection_arguments(url, waits=waits)
    limits = {
        name: arguments.pop(name)
        for name in ("socket_timeout", "socket_connect_timeout", "timeout", "protocol", "max_connections")
    }
    kind = arguments.pop("connection_class").__name__
    assert arguments.pop("retry").get_retries() == 0
    assert arguments == place
    assert limits == {
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "timeout": 5,
        "protocol": 2,
        "max_connections": 50,
    }
    encrypted = url.lower().startswith(("rediss", "valkeys"))
    assert kind == ("SSLConnection" if encrypted else "UnixDomainSocketConnection" if "path" in place else "Connection")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis:",
        "memcached://db.example",
        f"redis://shop:{PASSWORD}@db.example:sixty",
        f"redis://shop:{PASSWORD}@db.example?decode_responses=yes",
        f"redis://shop:{PASSWORD}@db.example?retry_on_timeout=yes",
        f"redis://shop:{PASSWORD}@db.example?socket_timeout=never",
        f"redis+sentinel://shop:{PASSWORD}@db.example",
        f"unix://:{PASSWORD}@",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        RedisStore(url)
    assert [problem.argument for problem in caught.value.problems] == ["url"]
    assert PASSWORD not in said(caught.value)


@pytest.mark.parametrize("prefix", ["", "a b", "{a}", "a\n", "x" * 65, "é"])
def test_a_prefix_that_could_reach_other_keys_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidArguments, match="prefix"):
        RedisStore("redis://db.example", prefix)


@pytest.mark.parametrize("module", ["redis_store", "async_redis_store"])
def test_without_redis_py_it_says_which_extra_to_install(module: str) -> None:
    program = f"import sys; sys.modules['redis'] = None; import itsme_facade.store.{module}"
    ended = python("-c", program)
    assert "MissingExtra" in ended.stderr
    assert "itsme-facade[redis]" in ended.stderr

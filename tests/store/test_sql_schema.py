"""The tables are made and migrated by the store itself, by many processes at once if need be."""

# ruff: noqa: S608 - the prefix is ours

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store import Phase, SqlStore, sql_schema
from itsme_facade.store.sql_statements import Dialect
from tests.engines.postgres import Postgres
from tests.store.kinds import Place
from tests.store.logins import put, started, there
from tests.store.sql_stores import made, opened
from tests.store.test_sql_durability import asked

pytestmark = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
Migration = Callable[[Dialect, str], list[str]]


def second(dialect: Dialect, prefix: str) -> list[str]:
    assert dialect.name in {"sqlite", "postgresql"}
    return [
        f"ALTER TABLE {prefix}logins ADD COLUMN colour TEXT NOT NULL DEFAULT 'orange'",
        f"CREATE TABLE {prefix}colours (colour TEXT)",
    ]


def broken(dialect: Dialect, prefix: str) -> list[str]:
    return [*second(dialect, prefix), "ALTER TABLE there_is_none ADD COLUMN colour TEXT"]


def version(place: Place) -> object:
    return asked(place.open(), f"SELECT version FROM {place.prefix}schema")


def test_a_new_place_gets_the_newest_version(place: Place) -> None:
    assert version(place) == [(len(sql_schema.MIGRATIONS),)]


def test_tables_of_version_1_are_migrated_with_what_is_in_them(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.open()
    login_id = put(store, Phase.CAPTURED)
    assert version(place) == [(1,)]
    monkeypatch.setattr(sql_schema, "MIGRATIONS", [*sql_schema.MIGRATIONS, second])
    newer = place.open()
    assert version(place) == [(2,)]
    assert asked(newer, f"SELECT colour FROM {place.prefix}logins") == [("orange",)]
    assert there(newer, login_id).answer == b"sealed answer"
    assert store.deliver(login_id).mine  # a process of the older version that is still running
    started(store)
    assert newer.delivered(login_id, b"reference").mine


def test_a_new_place_goes_through_every_version(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_schema, "MIGRATIONS", [*sql_schema.MIGRATIONS, second])
    assert version(place) == [(2,)]
    assert asked(place.open(), f"SELECT count(*) FROM {place.prefix}colours") == [(0,)]


def test_tables_of_a_newer_version_are_left_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(sql_schema, "MIGRATIONS", [*sql_schema.MIGRATIONS, second])
        place.open()
    with pytest.raises(StoreUnavailable, match=r"are of version 2, and this itsme-facade knows versions up to 1") as it:
        place.open()
    assert "Install the version of itsme-facade that made them" in it.value.advice
    assert not it.value.retry_safe


def test_a_migration_that_fails_changes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.open()
    login_id = started(store)
    with monkeypatch.context() as newer:
        newer.setattr(sql_schema, "MIGRATIONS", [*sql_schema.MIGRATIONS, broken])
        with pytest.raises(StoreUnavailable):
            place.open()
    assert version(place) == [(1,)]
    assert there(place.open(), login_id).phase is Phase.STARTED
    with pytest.raises(StoreUnavailable):
        asked(store, f"SELECT colour FROM {place.prefix}logins")


@pytest.mark.parametrize("side", ["sync"])
def test_many_may_migrate_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.open()
    monkeypatch.setattr(sql_schema, "MIGRATIONS", [*sql_schema.MIGRATIONS, second])
    with ThreadPoolExecutor(8) as threads:
        stores = [future.result() for future in [threads.submit(place.open) for _ in range(8)]]
    assert len(stores) == 8
    assert version(place) == [(2,)]


@pytest.mark.parametrize(
    "prefix", ["", "1a", "A", "itsme-", "a b", "a;drop table x", 'a"', "a" * 41, "é", "a\n", "itsme_\0"]
)
@pytest.mark.parametrize("side", ["sync"])
def test_a_prefix_that_is_no_name_is_refused_before_anything_is_asked(place: Place, prefix: str) -> None:
    with pytest.raises(InvalidArguments, match="prefix: must be 1 to 40 lower-case letters"):
        SqlStore(place.url, prefix)


@pytest.mark.parametrize("prefix", ["a", "_", "shop_2_", "a" * 40])
def test_any_other_prefix_will_do(
    place: Place, side: str, portal: BlockingPortal, prefix: str, postgres: Postgres, tmp_path: Path
) -> None:
    own = f"sqlite:///{tmp_path}/own.db" if place.kind == "sqlite" else postgres.create(f"own{secrets.token_hex(4)}")
    with opened(side, portal, own, prefix=prefix) as store, made(side, portal, own, prefix=f"x{prefix[1:]}") as other:
        login_id = started(store)
        assert other.look(login_id).record is None
        assert there(store, login_id).phase is Phase.STARTED

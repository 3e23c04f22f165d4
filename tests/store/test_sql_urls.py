"""Which URLs name a store, what is refused and how, and that no password is ever shown."""

import builtins
import sys
from collections.abc import Callable
from typing import Any

import pytest

from itsme_facade.errors import InvalidArguments, StoreUnavailable
from itsme_facade.store import (
    AsyncMemoryStore,
    AsyncRedisStore,
    AsyncSqlStore,
    MemoryStore,
    SqlStore,
    open_async_store,
    open_store,
)
from tests.programs import python

Made = Callable[..., SqlStore | AsyncSqlStore]
both = pytest.mark.parametrize("store", [SqlStore, AsyncSqlStore])


@both
@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("sqlite:///a.db", "SQLite"),
        ("sqlite+pysqlite:///a.db", "SQLite"),
        ("sqlite+aiosqlite:///a.db", "SQLite"),
        ("postgresql://u:s3cret@h:5432/d", "PostgreSQL"),
        ("postgres://u:s3cret@h/d?sslmode=require", "PostgreSQL"),
        ("postgresql+psycopg://u@h/d?password=s3cret", "PostgreSQL"),
    ],
)
def test_one_url_serves_both_sides_and_a_repr_shows_no_password(store: Made, url: str, called: str) -> None:
    made = store(url)
    assert repr(made) == f"{store.__name__}({called}, prefix='itsme_')"
    assert "s3cret" not in repr(vars(made))


@both
@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/d",
        "mariadb+pymysql://u:s3cret@h/d",
        "oracle://u:s3cret@h/d",
        "mssql://u:s3cret@h/d",
        "postgresql+asyncpg://u:s3cret@h/d",
        "postgresql+psycopg2://u:s3cret@h/d",
        "sqlite+pysqlcipher://:s3cret@/a.db",
        "cockroachdb://u:s3cret@h/d",
        "no url s3cret",
        "postgresql://u:s3cret@h:port/d",
        "",
    ],
)
def test_what_is_not_supported_is_refused_plainly_and_without_its_password(store: Made, url: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        store(url)
    text = f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}"
    assert "supported are SQLite (sqlite:///file) and PostgreSQL by psycopg" in text
    assert "s3cret" not in text
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@both
@pytest.mark.parametrize(
    ("package", "url", "extra"),
    [
        ("sqlalchemy", "sqlite:///a.db", "store"),
        ("greenlet", "postgresql://h/d", "postgres"),
        ("psycopg", "postgresql://h/d", "postgres"),
    ],
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    store: Made, package: str, url: str, extra: str
) -> None:
    program = f"""
import sys
class Missing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing)
from itsme_facade import MissingExtra
from itsme_facade.store import {store.__name__}
try:
    {store.__name__}({url!r})
except MissingExtra as error:
    print(error)
"""
    ended = python("-c", program)
    assert ended.returncode == 0, ended.stderr
    needed = store is AsyncSqlStore or package in {"sqlalchemy", "psycopg"}
    assert (f"pip install 'itsme-facade[{extra}]'" in ended.stdout) == needed


def test_the_scheme_chooses_the_store() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)
    assert isinstance(open_store("sqlite:///a.db"), SqlStore)
    assert isinstance(open_store("SQLite:///a.db"), SqlStore)
    assert isinstance(open_store("postgresql+psycopg://h/d", prefix="a_"), SqlStore)
    assert isinstance(open_async_store("memory://"), AsyncMemoryStore)
    assert isinstance(open_async_store("sqlite:///a.db"), AsyncSqlStore)
    for scheme in ("redis", "rediss", "valkey", "valkeys", "unix"):
        where = ":///tmp/socket" if scheme == "unix" else "://localhost"
        assert type(open_store(scheme + where)).__name__ == "RedisStore"
        assert type(open_async_store(scheme + where)).__name__ == "AsyncRedisStore"


@pytest.mark.parametrize("opening", [open_store, open_async_store])
@pytest.mark.parametrize("url", ["", "mysql://u:s3cret@h/d", "s3cret", "file:///s3cret", "http://s3cret"])
def test_a_scheme_that_no_store_has_is_refused_with_those_there_are(opening: Callable[..., Any], url: str) -> None:
    with pytest.raises(InvalidArguments, match="sqlite, postgresql, redis") as caught:
        opening(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("kind", [AsyncSqlStore, AsyncRedisStore])
def test_an_async_store_says_that_it_needs_asyncio(
    kind: type[AsyncSqlStore | AsyncRedisStore], tmp_path: object
) -> None:
    import trio

    store = kind(f"sqlite:///{tmp_path}/a.db" if kind is AsyncSqlStore else "redis://127.0.0.1:1")
    with pytest.raises(StoreUnavailable, match="works on asyncio only"):
        trio.run(store.open)


def test_the_names_of_the_room_are_there_and_no_others() -> None:
    import itsme_facade.store as room

    for name in room.__all__:
        assert getattr(room, name).__name__ == name
        assert name in dir(room)
    with pytest.raises(AttributeError, match="no attribute 'MysqlStore'"):
        getattr(room, "MysqlStore")  # noqa: B009 - a type checker would refuse it
    assert builtins.set(room.__all__) <= builtins.set(dir(room))
    assert sys.modules["itsme_facade.store"] is room

"""Which store an address names, on either side, and what is said when it names none."""

import pytest
from anyio import run

from itsme_facade import InvalidArguments
from itsme_facade.store import open_async_store, open_store


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory:", "MemoryStore"),
        ("MEMORY:", "MemoryStore"),
        ("sqlite:///logins.db", "SqlStore"),
        ("sqlite+pysqlite:///logins.db", "SqlStore"),
        ("redis://127.0.0.1", "RedisStore"),
        ("valkey://127.0.0.1", "RedisStore"),
    ],
)
def test_an_address_names_the_store_of_each_side(url: str, kind: str) -> None:
    store, other = open_store(url), open_async_store(url)
    assert [type(store).__name__, type(other).__name__] == [kind, f"Async{kind}"]
    store.close()
    run(other.aclose)


def test_an_address_may_name_a_driver_a_port_and_a_password() -> None:
    for url, kind in (
        ("sqlite+pysqlite:///logins.db", "SqlStore"),
        ("SQLite:///a:b.db", "SqlStore"),
        ("redis://shop:hunter2@127.0.0.1:6379/1", "RedisStore"),
    ):
        store = open_store(url)
        assert type(store).__name__ == kind
        store.close()


def test_a_store_that_an_address_names_is_made_with_what_else_is_given() -> None:
    def clock() -> float:
        return 1_000.0

    store, other = open_store("memory:", clock=clock), open_async_store("memory:", clock=clock)
    assert store.look("0" * 26).now == run(other.look, "0" * 26).now == 1_000.0


@pytest.mark.parametrize("opens", [open_store, open_async_store])
def test_an_address_that_names_none_is_told_without_its_password(opens: type) -> None:
    with pytest.raises(InvalidArguments) as caught:
        opens("mysql://shop:hunter2@db.example/shop")
    assert [problem.argument for problem in caught.value.problems] == ["url"]
    assert "sqlite, postgresql, redis" in str(caught.value)
    assert "hunter2" not in str(caught.value)

"""The store goes away before, during and after the only read, and comes back. Nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines import postgres, valkey
from tests.proof import django_project
from tests.proof.cutting import cut_connections
from tests.proof.shop import Shop, Started
from tests.proof.workers import Raised, Worker, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from itsme_facade.sandbox import Sandbox
    from tests.engines.postgres import Postgres
    from tests.engines.valkey import Valkey

pytestmark = pytest.mark.timeout(90)
WRITES_OF_A_CALLBACK = ("claim", "capture", "delivered")


@pytest.fixture(scope="module", params=["postgres", "valkey", "django"])
def one_place(request: pytest.FixtureRequest) -> Iterator[tuple[Postgres | Valkey, str]]:
    """A server of this module's own, and the URL of the store on it."""
    with (valkey.running if request.param == "valkey" else postgres.running)() as server:
        url = server.url()
        if request.param == "django":
            url = f"{django_project.MARK}{url}"
            run(django_project.migrate, url)
        yield server, url


@pytest.fixture
def server(one_place: tuple[Postgres | Valkey, str]) -> Postgres | Valkey:
    """The server, running: the test before may have left it dead."""
    server, _ = one_place
    if server._process is None:
        server.start()
    return server


@pytest.fixture
def shop(
    sandbox: Sandbox, server: Postgres | Valkey, one_place: tuple[Postgres | Valkey, str], tmp_path: Path
) -> Iterator[Shop]:
    """An application whose store is on that server."""
    there, url = one_place
    assert there is server  # and running
    with Shop(sandbox, url, tmp_path, read_lease=0.2, delivery_lease=0.2) as shop:
        yield shop


def comes_back_until(shop: Shop, worker: Worker, point: str) -> Started:
    """A browser comes back, and its worker waits at a point."""
    login = shop.start(worker)
    worker.pauses_at(point)
    worker.tell("finish", query=login.query, cookies=login.cookies)
    worker.until_paused(point)
    return login


def test_down_before_the_read_nothing_is_consumed(shop: Shop, server: Postgres | Valkey) -> None:
    worker = shop.worker()
    login = shop.start(worker)
    server.kill()
    for _ in range(2):
        with pytest.raises(Raised, match="StoreUnavailable"):
            shop.come_back(worker, login)
    assert shop.reads(login) == 0
    server.start()
    assert shop.come_back(worker, login)["kind"] == "signed_in"
    assert (shop.reads(login), shop.became(login).given) == (1, 1)


@pytest.mark.parametrize("then", ["callback", "sweep"])
@pytest.mark.parametrize("point", ["before-read", "after-read"])
def test_down_when_the_answer_arrives_it_waits_in_the_spool_and_comes_in_by_itself(
    shop: Shop, server: Postgres | Valkey, point: str, then: str
) -> None:
    worker = shop.worker()
    login = comes_back_until(shop, worker, point)
    server.kill()
    worker.go_on()
    assert worker.answer()["kind"] == "busy"
    (file,) = shop.spooled()
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Lucas" not in file.read_bytes()
    server.start()
    if then == "sweep":
        shop.sweep_until_over(worker, login)
    assert shop.until_over(worker, login)["reference"] == f"user-{login.login_id}"
    became = shop.became(login)
    assert (shop.reads(login), became.given, became.is_named_lost) == (1, 1, False)
    assert "spooled" in became.events
    assert shop.spooled() == []


@pytest.mark.parametrize("point", ["before-spool", "after-spool", "before-drop", "after-drop"])
def test_killed_around_the_spool_it_is_lost_only_if_it_was_not_yet_there(
    shop: Shop, server: Postgres | Valkey, point: str
) -> None:
    worker = shop.worker()
    login = comes_back_until(shop, worker, "after-read")
    server.kill()
    worker.go_on(then=point)
    if point.endswith("drop"):  # is reached once the store is back
        assert worker.answer()["kind"] == "busy"
        server.start()
        worker.tell("sweep")
    worker.until_dead()
    if not point.endswith("drop"):
        server.start()
    another = shop.worker()
    shop.sweep_until_over(another, login)
    became = shop.became(login)
    assert became.is_named_lost == (point == "before-spool")
    assert became.given == (0 if point == "before-spool" else 1)
    assert shop.until_over(another, login)["kind"] == ("lost" if point == "before-spool" else "signed_in_again")
    another.ask("sweep")
    assert shop.spooled() == []
    assert shop.became(login).given == became.given


@pytest.mark.parametrize("point", ["after-capture", "after-work"])
def test_down_after_the_answer_is_kept_it_is_delivered_when_the_store_is_back(
    shop: Shop, server: Postgres | Valkey, point: str
) -> None:
    worker = shop.worker()
    login = comes_back_until(shop, worker, point)
    server.kill()
    worker.go_on()
    with pytest.raises(Raised, match="StoreUnavailable"):
        worker.answer()
    server.start()
    assert shop.until_over(worker, login)["reference"] == f"user-{login.login_id}"
    became = shop.became(login)
    # What the application had taken could not be noted, so it is given again: the same login_id, the same person.
    assert became.given == 2
    assert not became.is_named_lost
    assert shop.reads(login) == 1


@pytest.mark.parametrize("how", ["cut", "restart"])
def test_a_connection_cut_or_a_restart_before_any_write_is_not_even_noticed(
    shop: Shop, server: Postgres | Valkey, how: str
) -> None:
    worker = shop.worker(read_lease=30.0, delivery_lease=30.0)
    for write in WRITES_OF_A_CALLBACK:
        login = comes_back_until(shop, worker, f"before-{write}")
        if how == "cut":
            cut_connections(server)
        else:
            server.restart()
        worker.go_on()
        assert worker.answer()["kind"] == "signed_in", write
        became = shop.became(login)
        assert (shop.reads(login), became.given, became.is_named_lost) == (1, 1, False), write
        assert shop.come_back(worker, login)["kind"] == "signed_in_again", write


def test_down_at_a_start_the_browser_is_not_sent_away(shop: Shop, server: Postgres | Valkey) -> None:
    worker = shop.worker()
    shop.start(worker)
    server.kill()
    with pytest.raises(Raised, match="StoreUnavailable"):
        shop.start(worker)
    server.start()
    assert shop.come_back(worker, shop.start(worker))["kind"] == "signed_in"

"""After logins in which everything went wrong, no secret and nothing about a person stands anywhere in clear."""

from __future__ import annotations

import base64
import secrets
import sqlite3
import time
from typing import TYPE_CHECKING, cast

import pytest

from itsme_facade.sandbox import Address, Person, Sandbox
from itsme_facade.store import SqlStore
from tests.engines.postgres import Postgres
from tests.proof.application import lines
from tests.proof.scanning import files_in, find, spellings
from tests.proof.shop import Shop, Started
from tests.proof.storm import Storm
from tests.proof.workers import Raised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines.valkey import Valkey

pytestmark = pytest.mark.timeout(180)
LOGINS = 60
ADDRESS = "203.0.113.77"


def somebody(place: int) -> Person:
    """A person of whom no letter stands anywhere by chance."""
    mark = "".join(secrets.choice("bcdfghklmnprstvwz") for _ in range(6))
    return Person(
        id=f"somebody-{place}",
        phone_number=f"+3247{secrets.randbelow(10**7):07}",
        email_address=f"{mark}@{mark}-mail.example",
        given_name=f"Xanthi-{mark}",
        family_name=f"Quä{mark}",
        birthdate=f"19{37 + place}-11-29",
        address=Address(street=f"Zavel{mark}straat {place}", city=f"Ooster{mark}", country_code="BE"),
    )


@pytest.fixture
def crowd() -> Iterator[Sandbox]:
    """A sandbox whose people nobody else's tests know."""
    with Sandbox(people={person.id: person for person in map(somebody, range(8))}) as sandbox:
        for person in sandbox.people:
            person.always("approve")
        yield sandbox


def personal(sandbox: Sandbox) -> list[str]:
    """All that is known of all people."""
    found: list[str] = []
    for person in sandbox.world.people.values():
        address = person.address
        assert address is not None
        known = [person.phone_number, person.phone_number[1:], person.email_address, person.given_name]
        known += [person.family_name, person.name, person.birthdate, address.city, address.street]
        found += [text for text in known if text]
        found.append(sandbox.person(person.id).user_id())
    return found


def secret(shop: Shop, logins: list[Started]) -> list[str]:
    """All that only a browser, CM or the application's own memory may know."""
    found = [ADDRESS, shop.setup.key, shop.setup.key[:-1], shop.setup.token]
    for login in logins:
        transaction = shop.sandbox.world.transaction(login.location.rpartition("/")[2])
        state = login.query.partition("state=")[2]
        found += [transaction.token, transaction.id, state, state.partition(".")[2], *login.cookies.values()]
    return found


@pytest.mark.parametrize("server", [None, "own_postgres", "own_valkey"], ids=["sqlite", "postgres", "valkey"])
def test_nothing_stands_in_clear_in_any_log_trace_database_or_spool(
    request: pytest.FixtureRequest, crowd: Sandbox, tmp_path: Path, server: str | None
) -> None:
    engine = None if server is None else cast("Postgres | Valkey", request.getfixturevalue(server))
    counting = cast("Valkey", request.getfixturevalue("own_valkey"))
    url = f"sqlite:///{tmp_path / 'logins.db'}" if engine is None else engine.url()
    began = time.time()
    known = {"log": True, "trace": True, "limits": counting.url(), "read_lease": 1.0, "delivery_lease": 1.0}
    with Shop(crowd, url, tmp_path, **known) as shop:
        storm = Storm(shop, [person.id for person in crowd.people], seed=1, workers=3, killing=0.1)
        storm.blow(LOGINS)
        logins = [lived.login for lived in storm.lived]
        worker = shop.worker()
        raising, open_one = shop.start(worker, "somebody-1"), shop.start(worker, "somebody-2", address=ADDRESS)
        worker.ask("handler", raises=2)
        for _ in range(2):
            with pytest.raises(Raised, match="LookupError"):
                shop.come_back(worker, raising)
        unbound = shop.start(worker, "somebody-3")
        assert worker.ask("finish", query=unbound.query, cookies={})["kind"] == "other_browser"
        if engine is not None:
            spooled = shop.start(worker, "somebody-4")
            worker.pauses_at("after-read")
            worker.tell("finish", query=spooled.query, cookies=spooled.cookies)
            worker.until_paused("after-read")
            engine.kill()
            worker.go_on()
            assert worker.answer()["kind"] == "busy"
            logins.append(spooled)
            assert shop.spooled()
            engine.start()
        logins += [raising, open_one, unbound]
        if isinstance(engine, Postgres):
            with engine.connect() as connection:
                connection.execute("CHECKPOINT")
        known_texts = [*personal(crowd), *secret(shop, logins)]
        folders = [tmp_path, counting.folder, *([] if engine is None else [engine.folder])]
        # What the application wrote down of people is its own.
        files = [file for file in files_in(*folders, since=began) if file != tmp_path / "given"]
        assert find(known_texts, files) == []
    seen = {file.name.partition("-")[0] for file in files_in(tmp_path)}
    assert {"log", "trace", "events"} <= seen
    assert b"itsme.finish" in b"".join(file.read_bytes() for file in tmp_path.glob("trace-*"))
    assert b"itsme_starts" in b"".join(file.read_bytes() for file in files_in(counting.folder))
    found = find([shop.sandbox.person("somebody-1").user_id()], [tmp_path / "given"])
    assert found, "the scanner finds nothing at all"
    assert all(entry["user_id"] for entry in lines(tmp_path / "given"))


def sealed_in(url: str, prefix: str, login: Started) -> bytes:
    """The sealed answer of a login."""
    with SqlStore(url, prefix=prefix) as store:
        record = store.look(login.login_id).record
    assert record is not None
    return record.answer


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_delivered_identity_is_gone_from_the_sqlite_file_and_its_log_after_a_sweep(
    shop: Shop, tmp_path: Path
) -> None:
    worker = shop.worker(read_lease=30.0, delivery_lease=30.0)
    sealed: list[bytes] = []
    for _ in range(5):
        login = shop.start(worker)
        worker.pauses_at("after-capture")
        worker.tell("finish", query=login.query, cookies=login.cookies)
        worker.until_paused("after-capture")
        sealed.append(sealed_in(shop.setup.url, shop.setup.prefix, login))
        worker.go_on()
        assert worker.answer()["kind"] == "signed_in"
    pieces = [text[at : at + 40] for text in sealed for at in range(0, len(text) - 40, 40)]
    assert len(pieces) > 50

    def on_disk() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.glob("logins.db*"))

    before = on_disk()
    assert any(piece in before for piece in pieces)
    worker.ask("sweep")
    after = on_disk()
    assert after
    assert not [piece for piece in pieces if piece in after]
    with sqlite3.connect(tmp_path / "logins.db") as database:
        (count,) = database.execute(f"SELECT count(*) FROM {shop.setup.prefix}logins").fetchone()  # noqa: S608 - ours
    database.close()
    assert count == 5


@pytest.mark.parametrize("around", ["", "{", '{"x":', "ab"])
def test_the_scanner_finds_every_spelling(tmp_path: Path, around: str) -> None:
    text = "Quästraat 12"
    ways = [
        text.encode(),
        text.encode("utf-16-le"),
        text.encode().hex().encode(),
        base64.b64encode((around + text + around).encode()),
        base64.urlsafe_b64encode((around + text + around).encode()),
        b"Qu%C3%A4straat%2012",
        b"Qu\\u00e4straat 12",
    ]
    for place, way in enumerate(ways):
        file = tmp_path / str(place)
        file.write_bytes(b"xyz" + way + b"xyz")
        assert find([text], [file]), way
    assert len(set(spellings(text))) > 10
    (tmp_path / "other").write_bytes(b"Somebody else lives in Quastraat 13.")
    assert find([text], [tmp_path / "other"]) == []

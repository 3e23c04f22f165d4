"""A flow of either kind keeps to what it was told when it was made, and to its defaults where it was told nothing."""

from pathlib import Path
from typing import Any

import pytest

from itsme_facade.errors import StoreUnavailable, TooManyStarts
from itsme_facade.flow import Flow, StartLimits
from itsme_facade.flow.secrets import new_login_id
from itsme_facade.store import Record
from itsme_facade.store.steps import Operation
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, keeps_an_answer

pytestmark = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


def test_a_sweep_looks_after_a_hundred_unless_told_otherwise(site: Site) -> None:
    for _ in range(101):
        site.call(site.store.add, Record(login_id=new_login_id()))
    site.clock.advance(3_601)
    assert [len(site.sweep().expired) for _ in range(3)] == [100, 1, 0]


@pytest.mark.parametrize(
    ("kind_of_limit", "wish"), [("address", {"address": "192.0.2.1"}), ("number", {"phone_number": "+32471234567"})]
)
def test_starts_are_counted_as_the_flow_was_told(make_site: MakeSite, kind_of_limit: str, wish: dict[str, str]) -> None:
    none: dict[str, Any] = {"browser": None, "address": None, "number": None}
    browser = Browser(make_site(limits=StartLimits(**(none | {kind_of_limit: "1 per hour"}))))
    browser.start(**wish)
    with pytest.raises(TooManyStarts):
        browser.start(**wish)
    browser.start()


def test_an_answer_is_put_aside_in_the_folder_that_the_flow_was_told(
    make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(operation: Operation) -> None:
        if keeps_an_answer(operation):
            raise StoreUnavailable("not today")

    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", ())
    site = make_site(spool_dir=tmp_path / "spool")
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    site.before_store = down
    browser.come_back(departure)
    last = site.events[-1]
    assert (last.name, last.service, last.reason) == ("spooled", "login", "")
    assert len(list((tmp_path / "spool").iterdir())) == 1


def test_a_client_that_a_flow_was_given_stays_open_when_the_flow_is_closed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    async def close_async() -> None:
        closed.append("client")

    with monkeypatch.context() as patch:
        if isinstance(site.flow, Flow):
            patch.setattr(site.itsme, "close", lambda: closed.append("client"))
            site.flow.close()
        else:
            patch.setattr(site.itsme, "aclose", close_async)
            site.call(site.flow.aclose)
    assert closed == []

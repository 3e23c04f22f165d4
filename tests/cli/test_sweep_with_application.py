"""`itsme store sweep --app` delivers what waits with the application's own flow."""

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import pytest

from itsme_facade import Itsme
from itsme_facade.flow import Flow
from itsme_facade.sandbox import Sandbox
from itsme_facade.store import SqlStore, new_key
from tests.cli.command import itsme, two_lines

BACK = "https://shop.example/itsme/back"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.person("lucas").always("approve")
        yield sandbox


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A folder with an application's module in it, and a login whose identity the application did not take."""
    url, key = f"sqlite:///{tmp_path / 'logins.db'}", new_key()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "login.py").write_text(
        dedent(f"""
            from pathlib import Path
            from itsme_facade import AsyncItsme, Itsme
            from itsme_facade.flow import AsyncFlow, Flow
            from itsme_facade.store import AsyncSqlStore, SqlStore

            def take(identity, login_id):
                Path({str(tmp_path / "taken")!r}).write_text(f"{{login_id}} {{identity.name.given}}")
                return "user 1"

            given = ({key!r}, {BACK!r}, take)
            flow = Flow(Itsme({sandbox.token!r}, base_url={sandbox.api_url!r}), SqlStore({url!r}), *given)

            def make():
                client = AsyncItsme({sandbox.token!r}, base_url={sandbox.api_url!r})
                return AsyncFlow(client, AsyncSqlStore({url!r}), *given)

            class App:
                flow = flow

            something = "else"
        """),
        encoding="utf-8",
    )
    (tmp_path / "shop" / "broken.py").write_text("raise LookupError('Lucas Maes')", encoding="utf-8")

    def raises(*_: object) -> str:
        raise KeyError

    with Itsme(sandbox.token, base_url=sandbox.api_url) as client, SqlStore(url) as store:
        flow = Flow(client, store, key, BACK, raises)
        # Left as by a worker that was killed: what a handler raised for would wait for half a minute.
        departure = flow.start(phone_number=sandbox.person("lucas").phone.number)
        cookies = {each.name: each.value for each in departure.set_cookies}
        query = sandbox.world.transaction(departure.location.rpartition("/")[2]).request.redirect_url
        with pytest.raises(KeyError):
            flow.finish("GET", urlsplit(query).query, cookies, {})
        store.deliver(departure.login_id, lease=0.0)
    (tmp_path / "login_id").write_text(departure.login_id, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("app", ["shop.login:flow", "shop.login:make", "shop.login:App.flow"])
def test_what_waits_is_delivered_by_the_applications_handler(shop: Path, app: str) -> None:
    ended = itsme("store", "sweep", "--app", app, "--json", cwd=shop)
    login_id = (shop / "login_id").read_text("utf-8")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert report["delivered"] == [login_id]
    assert report["failed"] == []
    assert (shop / "taken").read_text("utf-8") == f"{login_id} Lucas"


def test_the_report_is_for_people_too(shop: Path) -> None:
    ended = itsme("store", "sweep", "--app", "shop.login:flow", cwd=shop)
    assert (shop / "login_id").read_text("utf-8") in ended.stdout
    assert "Expired with identity  none" in ended.stdout


@pytest.mark.parametrize(
    ("app", "named", "code"),
    [
        ("shop.login", "names no flow", 2),
        (":flow", "names no flow", 2),
        ("nowhere.login:flow", "no module 'nowhere'", 2),
        ("shop.login:nothing", "has no 'nothing'", 2),
        ("shop.login:something", "no Flow and no AsyncFlow", 2),
        ("shop.broken:flow", "raised LookupError", 1),
    ],
)
def test_an_application_that_cannot_be_found_gets_two_lines(shop: Path, app: str, named: str, code: int) -> None:
    ended = itsme("store", "sweep", "--app", app, cwd=shop)
    wrong, advice = two_lines(ended, code)
    assert named in wrong
    assert advice
    assert "Lucas" not in ended.stderr

"""What the other tests stand on: which browser is taken, and that none of its requests leaves this computer."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from itsme_facade.demo.demo import Demo
from tests.e2e import browser as lookup
from tests.e2e.conftest import Machines
from tests.e2e.machines import Machine, is_here


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(lookup, "PLACES", ())
    monkeypatch.delenv(lookup.VARIABLE, raising=False)
    return folder


def test_a_browser_that_is_named_comes_first(empty_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_path / "chromium")
    named = program(tmp_path / "mine" / "chromium")
    monkeypatch.setenv(lookup.VARIABLE, str(named))
    assert lookup.find_browser(packaged="") == str(named)


def test_a_named_browser_that_is_not_there_is_an_error_and_not_another_browser(
    empty_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_path / "chromium")
    monkeypatch.setenv(lookup.VARIABLE, "/nowhere/chromium")
    with pytest.raises(lookup.NoBrowser, match=r"/nowhere/chromium.*unset it"):
        lookup.find_browser(packaged="")


def test_an_installed_browser_comes_before_a_packaged_one(empty_path: Path, tmp_path: Path) -> None:
    installed = program(empty_path / "google-chrome")
    packaged = program(tmp_path / "packaged")
    assert lookup.find_browser(packaged=str(packaged)) == str(installed)


@pytest.mark.usefixtures("empty_path")
def test_a_packaged_browser_comes_before_the_package_manager(tmp_path: Path) -> None:
    packaged = program(tmp_path / "packaged")
    assert lookup.find_browser(packaged=str(packaged), install=lambda: pytest.fail("asked")) == str(packaged)


def test_the_package_manager_comes_last(empty_path: Path) -> None:
    found = lookup.find_browser(packaged="", install=lambda: program(empty_path / "chromium").touch())
    assert found == str(empty_path / "chromium")


def test_without_any_browser_the_error_says_what_to_do(empty_path: Path) -> None:
    with pytest.raises(lookup.NoBrowser, match=rf"install chromium.*set {lookup.VARIABLE}"):
        lookup.find_browser(packaged=str(empty_path / "none"), install=lambda: None)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8484/", True),
        ("http://shop.localhost:8485/itsme/back?state=x", True),
        ("http://[::1]/", True),
        ("data:,", True),
        ("https://fonts.example/a.woff2", False),
        ("http://127.0.0.1.example/", False),
        ("http://notlocalhost/", False),
        ("ws://elsewhere.example/", False),
    ],
)
def test_an_address_is_here_or_elsewhere(url: str, here: bool) -> None:
    assert is_here(url) is here


def test_a_request_to_elsewhere_is_stopped_and_noticed(browser: Browser) -> None:
    machine = Machine(browser)
    page = machine.open("about:blank")
    with page.expect_event("requestfailed") as failed:
        page.set_content('<img src="http://elsewhere.example/a.png" alt="">')
    assert failed.value.failure == "net::ERR_NAME_NOT_RESOLVED"
    with page.expect_event("requestfailed"):
        page.set_content('<img src="http://192.0.2.1/b.png" alt="">')
    machine.context.close()
    assert machine.went_out == ["http://elsewhere.example/a.png", "http://192.0.2.1/b.png"]


def test_the_three_addresses_are_three_sites_to_a_browser(demo: Demo, machines: Machines) -> None:
    machine = machines()
    page = machine.open(demo.shop_url)
    with page.expect_request(f"{demo.bank_url}/**") as asked:
        page.evaluate("url => { location.href = url }", f"{demo.bank_url}/")
    page.wait_for_url(f"{demo.bank_url}/")
    assert asked.value.all_headers()["sec-fetch-site"] == "cross-site"
    cookies = {cookie.get("domain"): cookie.get("value") for cookie in machine.context.cookies()}
    assert set(cookies) == {"shop.localhost", "bank.localhost"}
    assert cookies["shop.localhost"] != cookies["bank.localhost"]

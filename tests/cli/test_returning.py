"""The return address takes one browser with one state, and tells nobody anything."""

import re
from collections.abc import Iterator
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest

from itsme_facade.commands.returning import ReturnAddress
from itsme_facade.commands.saying import Stop


@pytest.fixture
def back() -> Event:
    return Event()


@pytest.fixture
def address(back: Event) -> Iterator[ReturnAddress]:
    with ReturnAddress(0, None, back.set) as address:
        yield address


def get(url: str, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(
        method, url, headers={name.replace("_", "-"): value for name, value in headers.items()}, trust_env=False
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("nl-BE,nl;q=0.9", "Je kunt terug naar de terminal"),
        ("fr", "Vous pouvez retourner au terminal"),
        ("de-AT", "Sie können zum Terminal zurückkehren"),
        ("ja", "You can go back to the terminal"),
    ],
)
def test_the_browser_with_the_state_gets_a_page_in_its_language(
    asked: str, words: str, address: ReturnAddress, back: Event
) -> None:
    page = get(f"{address.url}&trxid=1&ec=2", Accept_Language=asked)
    assert page.status_code == 200
    assert words in page.text
    assert back.wait(5)


def test_the_language_that_was_asked_for_wins(back: Event) -> None:
    with ReturnAddress(0, "nl", back.set) as address:
        assert '<html lang="nl">' in get(address.url, Accept_Language="fr").text


def test_the_page_holds_no_state_and_is_kept_by_nobody(address: ReturnAddress) -> None:
    page = get(address.url)
    assert urlsplit(address.url).query.partition("=")[2] not in page.text + str(page.headers)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Python" not in page.headers["server"]


@pytest.mark.parametrize(
    ("pattern", "instead", "status"),
    [
        ("$", "x", 400),
        (r"\?.*", "", 400),
        ("$", "&state=again", 400),
        ("state=", "State=", 400),
        ("/itsme/back", "/", 404),
        ("/itsme/back", "/favicon.ico", 404),
    ],
    ids=["wrong", "none", "two", "another name", "the root", "an icon"],
)
def test_what_comes_without_the_state_changes_nothing(
    pattern: str, instead: str, status: int, address: ReturnAddress, back: Event
) -> None:
    page = get(re.sub(pattern, instead, address.url, count=1), Accept_Language="nl")
    assert page.status_code == status
    assert "Open het adres dat in de terminal staat." in page.text
    assert not back.is_set()


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("POST", {}), ("GET", {"Sec_Purpose": "prefetch"}), ("GET", {"X_Moz": "prefetch"})],
    ids=["HEAD", "POST", "prefetch", "an old prefetch"],
)
def test_a_browser_that_only_looks_ahead_changes_nothing_and_may_come_again(
    method: str, headers: dict[str, str], address: ReturnAddress, back: Event
) -> None:
    page = get(address.url, method, **headers)
    assert (page.status_code, page.headers["retry-after"]) == (503, "1")
    assert not back.is_set()
    assert get(address.url).status_code == 200
    assert back.wait(5)


def test_another_name_that_leads_here_is_not_answered(address: ReturnAddress, back: Event) -> None:
    port = urlsplit(address.url).port
    assert get(address.url, Host=f"evil.example:{port}").status_code == 404
    assert not back.is_set()


def test_it_listens_on_loopback_only_and_ends_with_its_block(back: Event) -> None:
    with ReturnAddress(0, None, back.set) as address:
        assert urlsplit(address.url).hostname == "127.0.0.1"
        assert address._server.socket.getsockname()[0] == "127.0.0.1"
    with pytest.raises(httpx.ConnectError):
        get(address.url)


def test_each_login_has_a_state_of_its_own_with_256_bits(back: Event) -> None:
    with ReturnAddress(0, None, back.set) as one, ReturnAddress(0, None, back.set) as other:
        states = {urlsplit(each.url).query for each in (one, other)}
    assert len(states) == 2
    assert {len(state) for state in states} == {len("state=") + 43}


def test_a_port_that_is_taken_is_told(address: ReturnAddress, back: Event) -> None:
    with pytest.raises(Stop, match="cannot be listened on"):
        ReturnAddress(urlsplit(address.url).port or 0, None, back.set)

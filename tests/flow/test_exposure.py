"""CM's login address must not show our state: looked for in every encoding that somebody might use."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.flow import exposure
from itsme_facade.flow.exposure import _inflated, _raw, shows_state
from itsme_facade.flow.secrets import new_login_id, new_state
from tests.flow.conftest import MakeSite
from tests.flow.site import BACK, Browser, Site

STATE = new_state(new_login_id())
SECRET = STATE.partition(".")[2]


def url64(text: str | bytes) -> str:
    return base64.urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).decode().rstrip("=")


def deflated(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text.encode()) + packer.flush()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "backwards": lambda text: text[::-1],
    "backwards in capitals": lambda text: text[::-1].upper(),
    "percent": lambda text: quote(f"{BACK}?state={text}", safe=""),
    "percent twice": lambda text: quote(quote(f"{BACK}?state={text}", safe=""), safe=""),
    "percent, every character": lambda text: "".join(f"%{ord(each):02X}" for each in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64url": url64,
    "base64 in percent": lambda text: quote(base64.b64encode(f"??>{text}".encode()).decode(), safe=""),
    "base64 after 1 byte": lambda text: url64("x" + text),
    "base64 after 2 bytes": lambda text: url64("xy" + text),
    "base64 glued to other letters": lambda text: "abc" + url64(text),
    "base64 glued to letters after it": lambda text: (
        base64.b64encode(b"x" * (-len(text) % 3) + text.encode()).decode() + "A"
    ),
    "base64 twice": lambda text: url64(url64(text)),
    "base64 backwards": lambda text: url64(text)[::-1],
    "a JWT": lambda text: f"{url64('{}')}.{url64(json.dumps({'aud': 'x', 'redirect': BACK + '?state=' + text}))}.sig",
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, capitals": lambda text: text.encode().hex().upper(),
    "hexadecimal after one digit": lambda text: "f" + text.encode().hex(),
    "base32": lambda text: base64.b32encode(text.encode()).decode().rstrip("="),
    "deflated, as SAML has it": lambda text: quote(base64.b64encode(deflated(f"<x>{text}</x>")).decode(), safe=""),
    "deflated and backwards, before a path": lambda text: url64(deflated(f"<x>{text}</x>"))[::-1] + "/a/b",
    "gzipped": lambda text: url64(gzip.compress(text.encode())),
    "zlib": lambda text: url64(zlib.compress(text.encode())),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(seed=st.integers(0, 2**32))
def test_an_address_that_shows_the_state_is_found_out(encoding: str, seed: int) -> None:
    secret = url64(Random(seed).randbytes(32))  # noqa: S311 - the same again when it fails
    state = f"{new_login_id()}.{secret}"
    for part in (state, secret):
        shown = ENCODINGS[encoding](part)
        assert shows_state(f"https://login.example/start?to={shown}&x=1", state)
        assert shows_state(f"https://login.example/{shown}", state)
        assert shows_state(f"https://login.example/#{shown}", state)


def test_the_secrets_own_bytes_are_found_too() -> None:
    raw = base64.urlsafe_b64decode(SECRET + "=")
    assert shows_state(f"https://login.example/{raw.hex()}", STATE)
    assert shows_state("https://login.example/?a=" + "".join(f"%{byte:02x}" for byte in raw), STATE)


def backwards(text: str) -> str:
    return text[::-1]


@pytest.mark.parametrize("turn", [str, backwards])
def test_the_secret_in_the_other_alphabet_of_base64_is_found_too(turn: Callable[[str], str]) -> None:
    secret = url64(b"\xfb\xefa\xff" * 8)
    assert secret.count("-") > 3
    assert secret.count("_") > 3
    shown = turn(secret.replace("-", "+").replace("_", "/"))
    assert shows_state(f"https://login.example/?a={shown}", f"{new_login_id()}.{secret}")


def test_an_address_of_very_many_parts_is_looked_into_two_hundred_times_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[str] = []
    really = exposure._unfolded

    def counted(text: str) -> Iterator[str]:
        looks.append(text)
        return really(text)

    monkeypatch.setattr(exposure, "_unfolded", counted)
    parts = "&".join(Random(number).randbytes(40).hex() for number in range(300))  # noqa: S311 - the same each time
    assert not shows_state(f"https://login.example/?{parts}", STATE)
    assert len(looks) == 201
    assert len(set(looks)) == 201


def test_a_secret_that_is_no_base64_has_no_bytes_to_look_for() -> None:
    assert _raw("A") == ""


def test_what_is_small_when_packed_and_large_when_not_is_unpacked_in_part() -> None:
    assert len(_inflated(zlib.compress(bytes(10_000_000)))) == 20_000
    assert _inflated(b"not packed at all") == b""


@given(st.text(max_size=300), st.binary(max_size=300))
def test_an_address_that_does_not_show_it_is_let_through(text: str, content: bytes) -> None:
    address = "https://login.example/?" + urlencode({"a": text, "b": url64(content), "c": content.hex()})
    assert not shows_state(address, STATE)
    assert not shows_state(text, STATE)


def test_the_sandbox_shows_none_and_no_event_says_so(make_site: MakeSite) -> None:
    site = make_site()
    departure = Browser(site).start()
    assert "state_exposed" not in site.named(departure)


def test_an_event_says_at_once_that_cm_shows_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from itsme_facade import Started
    from itsme_facade.flow.effects import Create

    create: Any = site.flow._doing[Create]

    def exposed(step: Create, started: Started) -> Started:
        token, service = started.transaction_token, started.service
        return Started(f"https://login.example/?back={quote(step.redirect_url, safe='')}", token, service)

    async def create_async(step: Create) -> Started:
        return exposed(step, await create(step))

    def create_plainly(step: Create) -> Started:
        return exposed(step, create(step))

    monkeypatch.setitem(site.flow._doing, Create, create_plainly if site.portal is None else create_async)
    departure = Browser(site).start(service="register")
    assert site.named(departure) == ["state_exposed", "started"]
    assert site.events[0].service == "register"

"""Sizes of secrets, comparing in constant time, and no secret or personal data where people look."""

import base64
import hmac
import logging
import pickle
import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.flow import SignedIn
from itsme_facade.flow.secrets import (
    code_digest,
    digest,
    is_login_id,
    is_right,
    login_id_of,
    new_code,
    new_login_id,
    new_secret,
    new_state,
)
from tests.flow.site import Browser, Site, approve


def test_state_and_cookie_are_256_random_bits_each() -> None:
    login_id = new_login_id()
    secrets = [new_secret() for _ in range(100)] + [new_state(login_id).partition(".")[2] for _ in range(100)]
    assert len(set(secrets)) == 200
    for secret in secrets:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
        assert len(base64.urlsafe_b64decode(secret + "=")) * 8 == 256


def test_a_login_id_begins_with_the_time_of_its_making() -> None:
    before = time.time_ns() // 1_000_000
    made = new_login_id()
    after = time.time_ns() // 1_000_000
    assert new_login_id(before)[:10] <= made[:10] <= new_login_id(after)[:10]


def test_login_ids_sort_by_time_and_have_80_random_bits() -> None:
    ids = [new_login_id(milliseconds) for milliseconds in (0, 1, 1_000, 1_700_000_000_000, 2**48 - 1)]
    assert ids == sorted(ids)
    assert all(is_login_id(login_id) for login_id in ids)
    assert len({new_login_id(5) for _ in range(1_000)}) == 1_000
    assert all(login_id[:10] == ids[0][:9] + "5" for login_id in [new_login_id(5)])


def test_an_id_has_its_form_however_late_it_is() -> None:
    assert [new_login_id(2**48 + past)[:10] for past in (0, 5)] == ["0000000000", "0000000005"]
    assert {new_login_id(2**49)[:10] for _ in range(50)} == {"0000000000"}


@pytest.mark.parametrize(
    "text", ["", "x", "0" * 25, "0" * 27, "8" + "0" * 25, "I" * 26, "0" * 25 + "\n", "0" * 25 + "u", 7, None]
)
def test_what_is_no_login_id_is_not_taken_for_one(text: object) -> None:
    assert not is_login_id(text)


def test_half_a_character_is_a_wrong_secret_and_no_error() -> None:
    assert not is_right("\ud800", digest("A"))
    assert is_right("\ud800", digest("\ud800"))


@given(st.text(max_size=80))
def test_only_a_whole_state_names_a_login(text: str) -> None:
    found = login_id_of(text)
    assert found is None or text.startswith(f"{found}.")
    state = new_state(new_login_id())
    assert login_id_of(state) == state[:26]
    assert login_id_of(state + text) == (state[:26] if text == "" else None)


@given(st.text(), st.text())
def test_only_the_same_secret_is_right(one: str, other: str) -> None:
    assert is_right(one, digest(one))
    assert is_right(other, digest(one)) is (one == other)
    assert not is_right(one, b"")


def test_secrets_are_compared_in_constant_time(site: Site, browser: Browser) -> None:
    departure = browser.start()
    state = site.state_of(departure)
    with patch.object(hmac, "compare_digest", wraps=hmac.compare_digest) as compared:
        browser.open({"state": state})
    given_digests = [call.args[0] for call in compared.call_args_list]
    assert digest(state) in given_digests
    assert digest(browser.secret_of(departure) or "") in given_digests


def test_a_code_is_40_bits_without_letters_that_look_alike() -> None:
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)
    assert code_digest("a", "12345678") != code_digest("b", "12345678")


class Everything(logging.Handler):
    """Keeps all that any logger says, with everything that hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record) + repr(record.__dict__))


def test_no_secret_and_nothing_personal_is_in_logs_events_reprs_or_exceptions(site: Site, browser: Browser) -> None:
    everything, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    shown: list[Any] = []
    try:
        departure = browser.start(phone_number="+32 470 12 34 56", account="account-of-lucas", service="register")
        state, secret = site.state_of(departure), browser.secret_of(departure) or ""
        token = site.transaction_of(departure).token
        shown += [departure, site.record(departure), site.room, site.flow]
        approve(site, departure)
        shown.append(Browser(site, {site.room.jar.name(departure.login_id): "wrong"}).come_back(departure))

        def fail(_: str) -> None:
            raise LookupError("the handler's own words")

        site.in_handler = fail
        with pytest.raises(LookupError) as raised:
            browser.come_back(departure, account="account-of-lucas")
        shown.append(raised.value)
        site.in_handler = lambda _: None
        outcome = browser.come_back(departure, account="account-of-lucas")
        assert isinstance(outcome, SignedIn)
        shown += [outcome, browser.come_back(departure, account="account-of-lucas"), site.sweep()]
        shown += site.events
        shown += [SetCookieList(departure.set_cookies)]
    finally:
        root.removeHandler(everything)
        root.setLevel(level)
    text = "\n".join([*everything.said, *map(repr, shown), *map(str, shown)])
    assert departure.login_id in text
    hidden = {state, state[27:], secret, token, departure.location, "account-of-lucas", "Lucas", "Maes", "32470123456"}
    hidden |= {site.sandbox.token, "+32 470 12 34 56"}
    assert [each for each in hidden if each in text] == []


class SetCookieList:
    """Shows cookies the way a debugger would."""

    def __init__(self, cookies: tuple[Any, ...]) -> None:
        self.cookies = cookies

    def __repr__(self) -> str:
        return repr(self.cookies)


def test_outcomes_travel_between_processes(site: Site, browser: Browser) -> None:
    departure = browser.start()
    approve(site, departure)
    outcome = browser.come_back(departure)
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301 - our own


@pytest.mark.parametrize(("typed", "meant"), [("IlO0", "1100"), ("u-V 8", "vv8"), ("ABC", "abc")])
def test_a_code_is_the_same_however_people_read_and_type_it(typed: str, meant: str) -> None:
    assert code_digest("0" * 26, typed) == code_digest("0" * 26, meant)
    assert code_digest("0" * 26, typed) != code_digest("1" * 26, meant)

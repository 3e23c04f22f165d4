"""Nothing personal and nothing secret is shown by repr, str or format, whatever the value and wherever it is kept."""

import json
import math
import traceback

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import (
    Address,
    AsyncItsme,
    Identity,
    InvalidArguments,
    Itsme,
    ItsmeError,
    Name,
    Outcome,
    PartialDate,
    RawAnswer,
    Scope,
    Service,
    Started,
    Success,
    UnreadableAnswer,
)
from itsme_facade.answers import scrubbed
from itsme_facade.settings import Timeouts, resolve
from itsme_facade.wire.exchange import Arriving, Exchange
from tests.facade.values import BACK, GUID

# Marks that appear in no name or text of this package.
marks = st.from_regex(r"QZ[0-9]{6}", fullmatch=True)


def shown(value: object) -> str:
    return f"{value!r} {value!s} {value} {[value]!r} {value!a}"


@given(marks)
def test_no_field_of_an_identity_is_shown(mark: str) -> None:
    identity = Identity(
        user_id=mark,
        name=Name(mark, mark, mark),
        gender=mark,
        birthdate=PartialDate(1974),
        locale=mark,
        phone_number=mark,
        email_address=mark,
        address=Address((mark,), mark, mark, mark),
        extra={mark: {mark: mark}},
    )
    result = Success(raw=RawAnswer(mark.encode(), 200, {mark: mark}), identity=identity, outcome=Outcome.GIVEN)
    for value in (identity, identity.name, identity.address, identity.birthdate, result, result.raw):
        assert "QZ" not in shown(value)
        assert "1974" not in shown(value)


@given(marks)
def test_neither_token_nor_path_of_a_started_transaction_is_shown(mark: str) -> None:
    started = Started(f"https://login.example/{mark}?t={mark}", mark, Service.LOGIN, (Scope.EMAIL,))
    assert "QZ" not in shown(started)
    assert repr(started) == "Started(login, scopes=['email'], at login.example)"


@given(marks)
def test_what_is_sent_and_what_arrives_is_not_shown(mark: str) -> None:
    arriving = Arriving(math.inf)
    arriving.begin(200, {mark: mark})
    arriving.take(mark.encode())
    exchange = Exchange("POST", f"/status/{mark}", {"token": mark}, Timeouts(), 0.0)
    assert "QZ" not in shown(arriving) + shown(exchange)


def test_a_client_shows_where_it_asks_and_not_with_what() -> None:
    for client in (Itsme(GUID), AsyncItsme(GUID)):
        assert GUID not in shown(client)
        assert "base_url='https://api.cmdisp.com/itsme/v1'" in repr(client)
    assert GUID not in shown(resolve(token=GUID))


@given(marks)
def test_an_error_about_an_answer_shows_nothing_of_the_answer(mark: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=f'{{"status": "success", "userId": "{mark}"', headers={"x-note": mark})

    with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme, pytest.raises(UnreadableAnswer) as caught:
        itsme.status(mark)
    assert "QZ" not in shown(caught.value) + "".join(traceback.format_exception(caught.value))
    assert caught.value.raw is not None
    assert mark.encode() in caught.value.raw.body


@given(marks, st.sampled_from([400, 403, 404, 429, 500, 502, 503]), st.booleans())
def test_an_error_about_a_read_never_repeats_what_the_api_said(mark: str, code: int, plain: bool) -> None:
    """It might quote the person."""

    def answer(_: httpx.Request) -> httpx.Response:
        if plain:
            return httpx.Response(code, text=f"{mark} has a problem")
        return httpx.Response(code, json={"message": f"{mark} has a problem"})

    with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme, pytest.raises(ItsmeError) as caught:
        itsme.status("abc")
    assert caught.value.message == f"{mark} has a problem"
    assert "QZ" not in shown(caught.value) + "".join(traceback.format_exception(caught.value))


@given(
    message=st.sampled_from(
        [
            "unknown token {token}",
            "TOKEN {upper} IS UNKNOWN",
            "redirectUrl {url} is not allowed",
            "redirectUrl {quoted} is not allowed",
            "state {state} is too long",
            "state QZ%2Bplus is too long",
            "phoneNumber {phone} is wrong",
            "phoneNumber 32471234567 is wrong",
        ]
    ),
    before=st.integers(0, 600),
)
def test_what_the_api_says_of_a_request_comes_without_what_was_sent_in_confidence(message: str, before: int) -> None:
    token = "0a1b2c3d-QZQZ-0000-0000-000000000000".replace("QZQZ", "aaaa")
    url = f"{BACK}?state=QZsecret&next=QZ%2Bplus"
    said = message.format(
        token=token,
        upper=token.upper(),
        url=url,
        quoted=str(httpx.QueryParams({"u": url}))[2:],
        state="QZsecret",
        phone="+32471234567",
    )
    padded = "x " * before + said

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": padded})

    with Itsme(token, transport=httpx.MockTransport(answer)) as itsme, pytest.raises(ItsmeError) as caught:
        itsme.login(url, phone_number="+32 471 23 45 67")
    everything = f"{caught.value.message} {shown(caught.value)}".lower()
    # Not even the beginning of one, where a long message is cut.
    for secret in (token[:12], "qz", "itsme/back", "32471"):
        assert secret not in everything
    assert caught.value.message is not None
    assert len(caught.value.message) <= 500


@pytest.mark.parametrize(
    ("text", "secret", "left"),
    [
        ("number +32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("number 32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("number %2B32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("token ABC-def", "abc-DEF", "token …"),
        ("no XXabcXX here", "abc", "no XX…XX here"),
        ("state a/b=c", "https://shop.example/back?state=a%2Fb%3Dc", "state …"),
        ("state a%2Fb%3Dc", "https://shop.example/back?state=a%2Fb%3Dc", "state …"),
        ("state one=two", "https://shop.example/back?state=one=two", "state …"),
        ("state a%2F=b", "https://shop.example/back?state=a%2F=b", "state …"),
        ("a flag in a query", "https://shop.example/back?flag", "a flag in a query"),
        ("no address: http://[x", "http://[x", "no address: …"),
        ("avier is not Xavier", "Xavier", "avier is not …"),
        ("at https%3A%2F%2Fshop.example%2Fback", "https://shop.example/back", "at …"),
        ("nothing of it", "", "nothing of it"),
        ("XXXX stays", "secret", "XXXX stays"),
        ("a part b", "https://shop.example/back#part", "a part b"),
    ],
)
def test_a_secret_comes_back_in_no_form(text: str, secret: str, left: str) -> None:
    assert scrubbed(text, [secret]) == left


def test_the_whole_is_taken_out_before_its_parts() -> None:
    secret = "https://shop.example/back?z=https&a=shop"
    assert scrubbed(f"to {secret} now", [secret]) == "to … now"
    assert scrubbed("one two", ["one", "two"]) == "… …"


@given(marks)
def test_an_error_about_arguments_names_them_and_shows_none(mark: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(GUID).login(
            f"ftp://{mark}", scopes=[mark], locale=mark, phone_number=mark, timeout=json.loads(f'"{mark}"')
        )
    assert {problem.argument for problem in caught.value.problems} == {
        "redirect_url",
        "scopes",
        "locale",
        "phone_number",
        "timeout",
    }
    assert "QZ" not in shown(caught.value) + shown(caught.value.problems)
    assert caught.value.__cause__ is None

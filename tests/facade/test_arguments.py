"""Wrong arguments are found before anything is sent, and all named at once."""

import json
import math
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import AsyncItsme, InvalidArguments, Itsme, Locale, Problem, Scope, Started
from itsme_facade.arguments import transaction_request, wrong_transaction_token
from itsme_facade.settings import ENVIRONMENTS, resolve
from itsme_facade.waiting import Schedule
from tests.facade.calls import SENT, record, refused, send_nothing, sent
from tests.facade.values import BACK, GUID, json_values

# all at once


def test_every_wrong_argument_of_a_call_is_named_at_once_and_nothing_is_sent() -> None:
    named = refused(redirect_url="/back", scopes=["mail"], locale="it", phone_number="soon", timeout=-1)
    assert set(named) == {"redirect_url", "scopes", "locale", "phone_number", "timeout"}


def test_the_text_names_each_argument_with_its_reason_and_says_that_nothing_was_sent() -> None:
    with pytest.raises(InvalidArguments, match=r"locale: not one of (en|de)") as caught:
        Itsme(GUID).login(BACK, scopes="email", locale="it")
    text = str(caught.value)
    assert 'scopes: not a list of scopes; write ["email"] for one' in text
    assert "Nothing was sent. Correct what is named here." in text
    assert isinstance(caught.value, ValueError)


def test_every_wrong_argument_of_a_client_is_named_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme("secret", "test", base_url="http://shop.example", timeout=math.nan)
    assert [problem.argument for problem in caught.value.problems] == [
        "token",
        "base_url",
        "environment",
        "base_url",
        "timeout",
    ]
    assert "secret" not in str(caught.value)


def test_every_wrong_argument_of_a_read_is_named_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(GUID, transport=httpx.MockTransport(send_nothing)).status("a b", scopes=["x"], timeout=0)
    assert [problem.argument for problem in caught.value.problems] == ["timeout", "transaction", "scopes"]


def test_every_wrong_argument_of_a_wait_is_named_at_once() -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(GUID, transport=httpx.MockTransport(send_nothing)).wait("", scopes="email", timeout=math.nan)
    assert [problem.argument for problem in caught.value.problems] == ["timeout", "transaction", "scopes"]


@pytest.mark.parametrize("wrong", [-1, math.nan, "60", None, [60], True])
def test_a_time_to_wait_that_is_no_number_of_seconds_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(GUID, transport=httpx.MockTransport(send_nothing)).wait("abc", timeout=wrong)
    assert caught.value.problems == (Problem("timeout", "not a number of seconds"),)


@pytest.mark.parametrize("endless", [math.inf, 1e300, pytest.param(10**400, id="a huge integer")])
def test_a_wait_may_be_as_long_as_one_likes(endless: float) -> None:
    words = iter(["open", "cancelled"])

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": next(words)})

    with Itsme(GUID, transport=httpx.MockTransport(answer)) as itsme:
        itsme._machinery.schedule = Schedule(first=0, shortest=0.001)
        assert itsme.wait("abc", timeout=endless).status == "cancelled"


def test_the_async_client_names_them_too() -> None:
    call = AsyncItsme(GUID).login("x", locale="it")
    with pytest.raises(InvalidArguments) as caught:
        call.send(None)
    assert [problem.argument for problem in caught.value.problems] == ["locale", "redirect_url"]


@given(values=st.fixed_dictionaries({}, optional=dict.fromkeys(["scopes", "locale", "phone_number"], json_values)))
def test_whatever_json_is_given_the_request_is_made_or_the_arguments_are_named(values: dict[str, Any]) -> None:
    try:
        request = transaction_request(token=GUID, service="login", redirect_url=BACK, **values)
    except InvalidArguments as error:
        named = {problem.argument for problem in error.problems}
    else:
        named = set[str]()
        assert request.to_dict()["redirectUrl"] == BACK
    assert named <= values.keys()


@given(value=json_values)
def test_whatever_json_stands_for_the_redirect_url_the_service_or_a_token_it_is_named(value: Any) -> None:
    with pytest.raises(InvalidArguments) as caught:
        transaction_request(token=GUID, service=value, redirect_url=value)
    assert [problem.argument for problem in caught.value.problems] == ["service", "redirect_url"]
    with pytest.raises(InvalidArguments):
        resolve(token=value, timeout=math.inf)


@given(value=json_values.filter(lambda value: value is not None and value not in ENVIRONMENTS.values()))
def test_whatever_json_stands_for_an_environment_it_is_named(value: Any) -> None:
    with pytest.raises(InvalidArguments) as caught:
        resolve(token=GUID, environment=value)
    assert [problem.argument for problem in caught.value.problems] == ["environment"]


# phone numbers


@pytest.mark.parametrize(
    ("came", "number"),
    [
        ("+32471234567", "+32471234567"),
        ("+32 471 23 45 67", "+32471234567"),
        ("+32.471.23.45.67", "+32471234567"),
        ("+32-471-23-45-67", "+32471234567"),
        ("+32 (471) 23/45/67", "+32471234567"),
        ("0032471234567", "+32471234567"),
        ("00 32 471 23 45 67", "+32471234567"),
        (" +32471234567\n", "+32471234567"),
        ("+32\u00a0471\u202f234567", "+32471234567"),
        ("+1 212 555 0100", "+12125550100"),
        ("+1234567", "+1234567"),
        ("+123456789012345", "+123456789012345"),
    ],
)
def test_a_phone_number_is_repaired_where_there_is_one_way_to_read_it(came: str, number: str) -> None:
    assert sent(phone_number=came)["phoneNumber"] == number


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "+", "32471234567", "+123456", "+1234567890123456", "+32471x34567", "+32 471 23 45 67 ext 1"),
        *("+٣٢٤٧١٢٣٤٥٦٧", "++32471234567", "+32471234567+32471234567", 32471234567, ["+32471234567"], True),
    ],
)
def test_a_phone_number_that_cannot_be_e164_is_refused(wrong: object) -> None:
    assert refused(phone_number=wrong) == {
        "phone_number": "not a number in international form (E.164), like +32 and 8 or 9 digits"
    }


@pytest.mark.parametrize("came", ["0471234567", "0471 23 45 67", "0471/23.45.67", "+0471234567", "(0471) 234567"])
def test_a_national_number_is_refused_with_the_international_form_suggested(came: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(GUID).login(BACK, phone_number=came)
    assert caught.value.suggestions == {"phone_number": "+32471234567"}
    assert "a national number" in str(caught.value)
    assert "471" not in str(caught.value)
    assert sent(phone_number=caught.value.suggestions["phone_number"])["phoneNumber"] == "+32471234567"


# scopes, service, locale


@pytest.mark.parametrize(
    ("given_scopes", "asked"),
    [
        ((), None),
        ([], None),
        (["email"], ["email"]),
        ([Scope.EMAIL, "profile"], ["email", "profile"]),
        (("email", Scope.EMAIL, "email"), ["email"]),
        ((scope for scope in Scope), [scope.value for scope in Scope]),
        ({"phone": True}, ["phone"]),
    ],
)
def test_scopes_are_words_or_members_each_sent_once_in_their_order(given_scopes: Any, asked: list[str] | None) -> None:
    assert sent(scopes=given_scopes).get("scopes") == asked


@pytest.mark.parametrize("wrong", ["email", Scope.EMAIL, 5, None])
def test_a_bare_scope_is_refused_with_how_to_write_it(wrong: object) -> None:
    assert refused(scopes=wrong) == {"scopes": 'not a list of scopes; write ["email"] for one'}


@pytest.mark.parametrize("wrong", [["mail"], ["email", ""], ["EMAIL"], [None], [["email"]], b"email", [{}]])
def test_an_unknown_scope_is_refused_with_those_there_are(wrong: object) -> None:
    named = refused(scopes=wrong)
    assert all(scope.value in named.pop("scopes") for scope in [Scope.EMAIL])
    assert named == {}


@pytest.mark.parametrize(("locale", "asked"), [("nl", "nl"), (Locale.DE, "de"), (None, None)])
def test_a_locale_is_a_word_or_a_member(locale: Any, asked: str | None) -> None:
    assert sent(locale=locale).get("locale") == asked


@pytest.mark.parametrize("wrong", ["", "NL", "nl-BE", "it", 1, ["nl"]])
def test_an_unknown_locale_is_refused_with_those_there_are(wrong: object) -> None:
    reason = refused(locale=wrong)["locale"]
    assert all(locale.value in reason for locale in Locale)


def test_the_request_says_which_service_it_is() -> None:
    assert sent()["service"] == "register"
    with Itsme(GUID, transport=httpx.MockTransport(record)) as itsme:
        started = itsme.login(BACK, scopes=["email"])
    assert json.loads(SENT.pop().content)["service"] == "login"
    assert (started.service, started.scopes) == ("login", (Scope.EMAIL,))


# transaction tokens


@pytest.mark.parametrize("wrong", ["", " ", "a b", "a\n", "é", ".", "..", "x" * 513, None, 5, b"abc"])
def test_what_cannot_be_a_transaction_token_is_refused(wrong: object) -> None:
    assert wrong_transaction_token(wrong) is not None


def test_a_started_transaction_needs_no_scopes_and_a_bare_token_may_have_them() -> None:
    def opened(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": "open"})

    with Itsme(GUID, transport=httpx.MockTransport(opened)) as itsme:
        started = Started.from_dict(
            {"authentication_url": BACK, "transaction_token": "abc", "service": "login", "scopes": []}
        )
        assert itsme.status(started).status == "open"
        assert itsme.status("abc", scopes=["email"]).status == "open"

"""Wrong arguments are found before anything is sent, and all named at once."""

import json
import math
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import AsyncItsme, InvalidArguments, Itsme, Locale, Problem, Scope, Started, Timeouts
from itsme_facade.arguments import transaction_request, wrong_transaction_token
from itsme_facade.settings import ENVIRONMENTS, from_environment, is_loopback, resolve, wrong_base_url
from itsme_facade.waiting import Schedule
from tests.facade.values import BACK, GUID, json_values

SENT: list[httpx.Request] = []


def send_nothing(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"sent: {request.method}")


def record(request: httpx.Request) -> httpx.Response:
    SENT.append(request)
    return httpx.Response(200, json={"transactionToken": "abc", "authenticationUrl": "https://login.example/1"})


def refused(**arguments: Any) -> dict[str, str]:
    """The problems that a call names, by argument."""
    with Itsme(GUID, transport=httpx.MockTransport(send_nothing)) as itsme, pytest.raises(InvalidArguments) as caught:
        itsme.login(arguments.pop("redirect_url", BACK), **arguments)
    return {problem.argument: problem.reason for problem in caught.value.problems}


def sent(**arguments: Any) -> dict[str, Any]:
    """The body that a call sends."""
    with Itsme(GUID, transport=httpx.MockTransport(record)) as itsme:
        itsme.register(arguments.pop("redirect_url", BACK), **arguments)
    body: dict[str, Any] = json.loads(SENT.pop().content)
    return body


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


# redirect URLs


@pytest.mark.parametrize(
    "good",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://shop.example:8443/itsme/back?state=a%20b&next=/x#top",
        "https://xn--bcher-kva.example/",
        "https://192.0.2.1/back",
        "https://[2001:db8::1]/back",
        "http://localhost",
        "http://localhost:8000/back",
        "http://shop.localhost:8000/back",
        "http://localhost./back",
        "http://127.0.0.1:8000/back",
        "http://127.8.8.8/back",
        "http://[::1]:8000/back",
        "https://shop.example/" + "a" * 2027,
    ],
)
def test_a_redirect_url_that_is_https_or_stays_on_this_machine_is_sent_as_it_is(good: str) -> None:
    assert sent(redirect_url=good)["redirectUrl"] == good


def test_the_scheme_of_a_redirect_url_is_sent_in_lower_case() -> None:
    assert sent(redirect_url="HTTPS://Shop.example/Back")["redirectUrl"] == "https://Shop.example/Back"


FOOLING = [  # values that have fooled checks of redirects; none is an absolute https URL without tricks
    *("/ok", "/ok?a=1#b", "ok", "", "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test"),
    *("https:evil.test", "https:/evil.test", "http://good.test@evil.test/", "javascript:alert(1)"),
    *(" javascript:alert(1)", "\t//evil.test", "/\t/evil.test", "http://[::1", "//good.test/ok"),
    *("http://good.test:80/x", "/ok\r\nSet-Cookie: a=b", "x:y", "data:text/html,x", "////evil.test"),
    *("/%09/evil.test", "/..//evil.test", "/.//evil.test", "https://good.test@evil.test/"),
]


@pytest.mark.parametrize("wrong", FOOLING)
def test_what_has_fooled_redirect_checks_is_refused(wrong: str) -> None:
    assert set(refused(redirect_url=wrong)) == {"redirect_url"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("http://shop.example/back", "not https (http is for a loopback host only)"),
        ("http://localhost.shop.example/", "not https (http is for a loopback host only)"),
        ("http://notlocalhost/", "not https (http is for a loopback host only)"),
        ("http://128.0.0.1/", "not https (http is for a loopback host only)"),
        ("http://[::2]/", "not https (http is for a loopback host only)"),
        ("http://0.0.0.0/", "not https (http is for a loopback host only)"),
        ("ftp://shop.example/", "not https (http is for a loopback host only)"),
        ("shop://back", "not https (http is for a loopback host only)"),
        ("shop.example/back", "not an absolute URL: it has no host"),
        ("https://", "not an absolute URL: it has no host"),
        ("https:///back", "not an absolute URL: it has no host"),
        ("https://shop.example\\@evil.example/", "not an absolute URL: it has no host"),
        ("https://me@shop.example/", "has a user name or password in it"),
        ("https://me:pw@shop.example/", "has a user name or password in it"),
        ("https://:pw@shop.example/", "has a user name or password in it"),
        ("https://@shop.example/", "has a user name or password in it"),
        ("https://shop.example/a b", "not an absolute URL in printable ASCII characters"),
        (" https://shop.example/", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example/\n", "not an absolute URL in printable ASCII characters"),
        ("https://bücher.example/", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example/é", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example:99999/", "not a URL: its host or port cannot be read"),
        ("https://shop.example:x/", "not a URL: its host or port cannot be read"),
        ("https://[::1/", "not a URL: its host or port cannot be read"),
        ("https://a|b.example/", "has a host that no web address has"),
        ("https://shop%2eexample/", "has a host that no web address has"),
        ("https://shop.example/a|b", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/?next={x}", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/100%", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/#a#b", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/" + "a" * 2028, "longer than 2048 characters"),
        (b"https://shop.example/", "not an absolute URL in printable ASCII characters"),
        (None, "not an absolute URL in printable ASCII characters"),
    ],
)
def test_a_redirect_url_is_refused_with_the_reason(wrong: object, reason: str) -> None:
    assert refused(redirect_url=wrong) == {"redirect_url": reason}


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        *((host, True) for host in ("localhost", "LOCALHOST", "a.b.localhost", "127.0.0.1", "127.255.0.1", "::1")),
        *((host, False) for host in ("", None, "localhost.example", "127.1", "::", "10.0.0.1", "2130706433")),
    ],
)
def test_a_loopback_host_stays_on_this_machine(host: str | None, stays: bool) -> None:
    assert is_loopback(host) is stays


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


# settings


def test_the_environment_is_production_unless_given() -> None:
    assert resolve(token=GUID).base_url == ENVIRONMENTS["production"]
    assert resolve(token=GUID, environment="sandbox").base_url == ENVIRONMENTS["sandbox"]


def test_a_base_url_stands_instead_of_an_environment() -> None:
    assert resolve(token=GUID, base_url="http://127.0.0.1:8000/").base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize("token", [GUID.upper(), "0A1B2C3D-aaaa-BBBB-cccc-0123456789ab"])
def test_a_token_is_a_guid_in_either_case(token: str) -> None:
    assert resolve(token=token).token == token


@pytest.mark.parametrize("wrong", ["", "abc", GUID[:-1], GUID + "0", GUID.replace("-", ""), f"{{{GUID}}}", f"{GUID}\n"])
def test_a_token_that_is_no_guid_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Itsme(wrong)
    assert caught.value.problems == (Problem("token", f"not a GUID like {GUID}"),)


@pytest.mark.parametrize("wrong", ["http://api.example", "api.example", "https://a.example/?q", "https://a.example/#f"])
def test_plain_http_to_another_machine_and_addresses_with_more_than_a_path_are_no_base_url(wrong: str) -> None:
    assert wrong_base_url(wrong) is not None


def test_settings_come_from_the_variables_of_the_environment() -> None:
    settings = from_environment(
        {"ITSME_TOKEN": GUID, "ITSME_BASE_URL": "http://localhost:1", "ITSME_TIMEOUT": "2.5", "ITSME_ENVIRONMENT": ""}
    )
    assert (settings.token, settings.base_url, settings.timeouts.total) == (GUID, "http://localhost:1", 2.5)


def test_the_processs_own_environment_is_read_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITSME_TOKEN", GUID)
    monkeypatch.setenv("ITSME_ENVIRONMENT", "sandbox")
    for kind in (Itsme, AsyncItsme):
        assert ENVIRONMENTS["sandbox"] in repr(kind.from_env())


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_a_blank_variable_is_as_good_as_none_and_space_around_a_value_does_not_count(blank: str) -> None:
    names = ("ITSME_ENVIRONMENT", "ITSME_BASE_URL", "ITSME_TIMEOUT")
    assert from_environment({"ITSME_TOKEN": f"{GUID}{blank}", **dict.fromkeys(names, blank)}) == resolve(token=GUID)


def test_wrong_variables_are_named_all_at_once_as_variables() -> None:
    with pytest.raises(InvalidArguments) as caught:
        from_environment({"ITSME_ENVIRONMENT": "test", "ITSME_TIMEOUT": "soon"})
    assert caught.value.problems == (
        Problem("ITSME_TOKEN", "not set"),
        Problem("ITSME_ENVIRONMENT", "not one of production, sandbox"),
        Problem("ITSME_TIMEOUT", "not a number of seconds above 0"),
    )


# time limits


def test_every_call_has_finite_limits_unless_others_are_given() -> None:
    limits = resolve(token=GUID).timeouts
    assert (limits.total, limits.connect) == (30.0, 5.0)


def test_a_number_limits_the_whole_call_and_the_connecting_with_it() -> None:
    limits = resolve(token=GUID, timeout=2).timeouts
    assert (limits.total, limits.connect) == (2, 2)


def test_limits_can_be_given_one_by_one() -> None:
    limits = Timeouts(total=10, connect=1, read=3)
    assert resolve(token=GUID, timeout=limits).timeouts == limits


@pytest.mark.parametrize(
    "wrong", [0, -1, math.nan, math.inf, True, "5", [5], 1e300, pytest.param(10**400, id="1" + "0" * 9)]
)
def test_a_limit_that_is_no_number_of_seconds_above_0_is_refused(wrong: Any) -> None:
    assert refused(timeout=wrong) == {"timeout": "not a number of seconds above 0"}
    with pytest.raises(InvalidArguments) as caught:
        Timeouts(total=wrong, connect=wrong)
    assert [problem.argument for problem in caught.value.problems] == ["timeout.total", "timeout.connect"]

"""What every outcome is answered, decided without a framework, a server or a flow."""

from collections.abc import Generator
from typing import Any

import pytest

from itsme_facade import ReadInterrupted, RequestRefused, SealBroken, ServerFailed, StoreUnavailable, TimedOut
from itsme_facade.flow import (
    Busy,
    FlowOutcome,
    Forged,
    Lost,
    OtherBrowser,
    Prefetch,
    Refused,
    SetCookie,
    SignedIn,
    SignedInAgain,
    StillOpen,
    Unknown,
)
from itsme_facade.flow.messages import LOCALES
from itsme_facade.web.answers import Answer, SignIn
from itsme_facade.web.asked import Asked
from itsme_facade.web.skin import Call, Skin

LOGIN = "01m80kwtavvwd4xk8zqjbjs3ac"
STATE = f"{LOGIN}.{'S' * 43}"
COOKIE = SetCookie(f"__Host-itsme-{LOGIN}", "", 0, secure=True)
KNOWN: dict[str, Any] = {"login_id": LOGIN, "set_cookies": (COOKIE,), "next": "/cart"}

SHOWN: list[tuple[FlowOutcome, int]] = [
    (Refused(reason="cancelled", **KNOWN), 200),
    (Refused(reason="failure", **KNOWN), 200),
    (Refused(reason="expired", **KNOWN), 200),
    (Refused(reason="too_young", **KNOWN), 200),
    (Refused(reason="account_changed", **KNOWN), 409),
    (StillOpen(**KNOWN), 200),
    (StillOpen(code_wanted=True, **KNOWN), 200),
    (Busy(**KNOWN), 200),
    (OtherBrowser(**KNOWN), 409),
    (OtherBrowser(code="ABCD2345", **KNOWN), 409),
    (Forged(**KNOWN), 403),
    (Unknown(**KNOWN), 404),
    (Lost(**KNOWN), 502),
]


def asked(language: str = "en", **changed: Any) -> Asked:
    given: dict[str, Any] = {
        "method": "GET",
        "secure": True,
        "base": "/itsme",
        "query": f"state={STATE}",
        "parameters": {"state": STATE, "login": LOGIN},
        "headers": {"host": "shop.example", "accept-language": language},
    }
    return Asked(**given | changed)


def answer(steps: Generator[Call, Any, Answer], came: FlowOutcome | Exception) -> Answer:
    """Carry one call out, with this as what came of it."""
    next(steps)
    try:
        if isinstance(came, Exception):
            steps.throw(came)
        else:
            steps.send(came)
    except StopIteration as end:
        value: Answer = end.value
        return value
    raise AssertionError("it asked the flow for more than one thing")


@pytest.mark.parametrize(("outcome", "status"), SHOWN)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_outcome_has_a_page_in_every_language(outcome: FlowOutcome, status: int, locale: str) -> None:
    shown = answer(Skin().wait(asked(locale)), outcome)
    assert shown.status == status
    assert shown.page is not None
    context = shown.page.context
    told = outcome.message(locale)
    assert (context["lang"], context["title"], context["text"]) == (locale, told.title, told.text)
    assert context["reference"] == LOGIN
    assert STATE not in str(context)
    assert shown.set_cookies == (COOKIE,)
    assert shown.headers["cache-control"] == "no-store"
    assert "script-src" not in shown.headers["content-security-policy"]


@pytest.mark.parametrize("outcome", [outcome for outcome, _ in SHOWN])
def test_the_callback_leads_every_outcome_to_a_clean_address(outcome: FlowOutcome) -> None:
    there = answer(Skin().back(asked()), outcome)
    assert there.status == 303
    told = f"&told={outcome.kind}" if outcome.kind in ("forged", "unknown") else ""
    assert there.location == f"/itsme/wait?login={LOGIN}{told}"
    assert there.set_cookies == (COOKIE,)
    assert there.headers["referrer-policy"] == "no-referrer"
    assert (there.sign_in, there.page) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "account", "sign_in"),
    [
        (SignedIn(reference="a", service="login", **KNOWN), None, SignIn("a", LOGIN)),
        (SignedIn(reference="a", service="login", **KNOWN), "b", SignIn("a", LOGIN)),
        (SignedIn(reference="a", service="login", **KNOWN), "a", SignIn("a", LOGIN)),
        (SignedIn(reference="a", service="register", linked=True, **KNOWN), "a", SignIn("a", LOGIN, renew=False)),
        (SignedIn(reference="a", service="register", linked=True, **KNOWN), "b", SignIn("a", LOGIN)),
        (SignedInAgain(reference="a", signs_in=True, **KNOWN), None, SignIn("a", LOGIN)),
        (SignedInAgain(reference="a", signs_in=False, **KNOWN), None, None),
    ],
)
def test_who_has_finished_goes_on_and_their_session_is_new(
    outcome: FlowOutcome, account: str | None, sign_in: SignIn | None
) -> None:
    for steps in (Skin().back(asked(account=account)), Skin().wait(asked(account=account))):
        there = answer(steps, outcome)
        assert (there.status, there.location, there.sign_in) == (303, "/cart", sign_in)


def test_a_browser_that_looked_ahead_is_answered_in_place() -> None:
    there = answer(Skin().back(asked(method="HEAD")), Prefetch(login_id=LOGIN, retry_after=1.0))
    assert (there.status, there.location, there.headers["retry-after"]) == (503, None, "1")


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (StoreUnavailable("x"), 503, "5"),
        (TimedOut("x"), 503, "10"),
        (ServerFailed("x", status_code=500), 503, "10"),
        (ReadInterrupted("x"), 503, "10"),
        (RequestRefused("x", status_code=429), 503, "10"),
        (RequestRefused("x", status_code=403), 502, None),
        (SealBroken("x"), 500, None),
        (ZeroDivisionError("x"), 500, None),
    ],
)
def test_what_is_raised_is_answered_in_place_and_says_when_to_try_again(
    error: Exception, status: int, retry_after: str | None
) -> None:
    for steps in (Skin().back(asked()), Skin().wait(asked())):
        there = answer(steps, error)
        assert (there.status, there.location, there.headers.get("retry-after")) == (status, None, retry_after)
        assert there.page is not None
        assert there.page.context["reference"] == LOGIN
        assert STATE not in str(there.page.context)


def test_what_is_no_login_s_id_stands_in_no_log_and_on_no_page(caplog: pytest.LogCaptureFixture) -> None:
    odd = "x\nERROR all is lost"
    for steps in (
        Skin().wait(asked(parameters={"login": odd})),
        Skin().finish(asked(method="POST", genuine=True, form={"login": odd})),
    ):
        there = answer(steps, StoreUnavailable("The store was not reached."))
        assert "all is lost" not in str(there)
    assert "all is lost" not in caplog.text


def test_a_request_and_an_answer_show_nothing_personal_in_their_repr() -> None:
    shown = repr(asked(account="anna", cookies={"itsme": "secret"}))
    assert shown == "Asked(method='GET')"
    assert "anna" not in repr(SignIn("anna", LOGIN))
    there = answer(Skin().back(asked()), SignedIn(reference="anna", service="login", **KNOWN))
    assert "anna" not in repr(there)
    assert "/cart" not in repr(there)

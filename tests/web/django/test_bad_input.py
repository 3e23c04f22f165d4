"""What a browser should not send: nothing is consumed, and the person is told what to do."""

import json
import logging
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from itsme_facade.flow import StartLimits
from itsme_facade.flow.messages import LOCALES, message
from itsme_facade.web.django.models import Login
from tests.web.django.site import Visitor

TRICKS: list[str] = json.loads((Path(__file__).parents[2] / "data" / "redirect_tricks.json").read_text())["values"]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_form_without_its_token_is_refused_in_the_persons_language(visitor: Visitor, locale: str) -> None:
    visitor.token()
    answer = visitor.post("/itsme/start", headers={"accept-language": locale})
    assert answer.status_code == 403
    told = message("form_too_old", locale)
    assert told.title in unescape(answer.text)
    assert told.action in unescape(answer.text)
    assert not Login.objects.exists()


def test_the_reference_on_a_page_is_in_the_log(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    page = visitor.post("/itsme/start").text
    found = re.search(r"Reference: <code>(\w+)</code>", page)
    assert found is not None
    assert found[1] in caplog.text


def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    token = visitor.token()
    headers = {"origin": "https://evil.test"}
    answer = visitor.post("/itsme/start", data={"csrfmiddlewaretoken": token}, headers=headers)
    assert answer.status_code == 403
    assert not Login.objects.exists()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
@pytest.mark.parametrize("view", ["start", "finish", "logout"])
def test_a_picture_or_a_link_to_what_needs_a_form_does_nothing(visitor: Visitor, view: str, method: str) -> None:
    assert visitor.request(method, f"/itsme/{view}").status_code == 405
    assert not Login.objects.exists()


def test_another_service_is_refused(visitor: Visitor) -> None:
    answer = visitor.post_form("/itsme/start", service="confirm")
    assert answer.status_code == 400
    assert not Login.objects.exists()


@pytest.mark.parametrize("target", TRICKS)
def test_nobody_is_led_to_another_site(visitor: Visitor, target: str) -> None:
    location = visitor.log_in(next=target).headers["location"]
    assert location == (target if target in TRICKS[:2] else "/")


def test_a_project_may_allow_other_origins(visitor: Visitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "NEXT_ORIGINS": ["https://shop.example"]}):
        answer = visitor.log_in(next="https://shop.example/basket")
    assert answer.headers["location"] == "https://shop.example/basket"


AHEAD = [{"sec-purpose": "prefetch"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}, {"sec-purpose": "prerender"}]


@pytest.mark.parametrize("headers", AHEAD)
def test_a_look_ahead_consumes_nothing(visitor: Visitor, headers: dict[str, str]) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    answer = visitor.get(visitor.way_back(login), headers=headers)
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"]
    assert visitor.sandbox.transaction(login).reads == 0
    visitor.get(visitor.way_back(login))
    assert visitor.who() != "user=None itsme=None"


def test_a_look_at_the_headers_consumes_nothing(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    answer = visitor.head(visitor.way_back(login))
    assert (answer.status_code, answer.text) == (503, "")
    assert visitor.sandbox.transaction(login).reads == 0


def test_a_wrong_cookie_consumes_nothing(visitor: Visitor) -> None:
    login = visitor.start()
    visitor.sandbox.person("lucas").phone.approve(login)
    (name,) = [name for name in visitor.cookies if re.fullmatch(r"itsme-[0-9a-z]{26}", name)]
    visitor.cookies.delete(name)
    visitor.cookies.set(name, "x" * 43, domain="127.0.0.1")
    page = visitor.get(visitor.get(visitor.way_back(login)).headers["location"])
    assert page.status_code in {403, 404}
    assert visitor.sandbox.transaction(login).reads == 0
    assert visitor.who() == "user=None itsme=None"


@pytest.mark.parametrize("query", ["", "state=", "state=x", "state=%00", "state=" + "a" * 5000, "state=%ff%fe", "a=b"])
def test_an_unknown_way_back_is_told_so(visitor: Visitor, query: str) -> None:
    answer = visitor.get(f"/itsme/back?{query}")
    assert answer.status_code == 303
    page = visitor.get(answer.headers["location"])
    assert page.status_code in {400, 403, 404}
    assert "<h1>" in page.text


@pytest.mark.parametrize("login", ["", "x", "%00", "0" * 26, "z" * 5000, "%27%3B--"])
def test_an_unknown_login_is_told_so(visitor: Visitor, login: str) -> None:
    page = visitor.get(f"/itsme/wait?login={login}")
    assert page.status_code in {400, 404}
    assert "<h1>" in page.text


def test_too_many_starts_are_told_to_wait(visitor: Visitor) -> None:
    limits = StartLimits(browser="1 per hour")
    with override_settings(ITSME={**settings.ITSME, "LIMITS": limits}):
        visitor.start()
        visitor.start()
        answer = visitor.post_form("/itsme/start")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def only(_: Any) -> str:
    return "192.0.2.1"


def test_starts_are_limited_by_the_address_that_the_project_tells(new_visitor: Callable[[], Visitor]) -> None:
    limited = {"LIMITS": StartLimits(address="1 per hour"), "CLIENT_ADDRESS": f"{__name__}.only"}
    with override_settings(ITSME={**settings.ITSME, **limited}):
        new_visitor().start()
        assert new_visitor().post_form("/itsme/start").status_code == 429


def test_no_answer_about_a_login_is_kept_anywhere(visitor: Visitor) -> None:
    login = visitor.start()
    answers = [visitor.get(visitor.way_back(login)), visitor.get("/itsme/wait?login=x"), visitor.post("/itsme/start")]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}
        assert answer.headers["x-content-type-options"] == "nosniff"

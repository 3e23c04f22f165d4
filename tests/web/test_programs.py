"""Single-page applications: start and finish as JSON, with the same rules as for people."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from itsme_facade.flow.messages import message
from itsme_facade.sandbox import Sandbox
from tests.web.browsers import Browser, approved, callback_of, login_of, state_of
from tests.web.shops import Shop, open_shop


@contextmanager
def program(shop: Shop) -> Generator[tuple[Browser, dict[str, str]]]:
    """A browser whose page asks in the background, and the header that its POSTs need."""
    with shop.browser("fr", accept="application/json") as browser:
        session = browser.get("/itsme/session")
        assert session.headers["cache-control"] == "no-store"
        assert session.json()["reference"] is None
        yield browser, {"x-csrf-token": session.json()["csrf_token"]}


def test_a_page_logs_in_without_leaving_json(shop: Shop, sandbox: Sandbox) -> None:
    with program(shop) as (browser, token):
        away = browser.post("/itsme/start", json={"service": "login", "next": "/members"}, headers=token)
        assert away.status_code == 200
        assert away.headers["cache-control"] == "no-store"
        callback = callback_of(sandbox, away.json()["location"])
        assert away.json()["login_id"] == login_of(callback)
        assert set(away.json()) == {"location", "login_id"}
        early = browser.post("/itsme/finish", json={"state": state_of(callback)}, headers=token)
        assert (early.status_code, early.json()["status"]) == (200, "still_open")
        assert early.json()["retry_after"] > 0
        approved(sandbox, away.json()["location"])
        done = browser.post("/itsme/finish", json={"login": login_of(callback)}, headers=token)
        assert done.status_code == 200
        told = message("signed_in", "fr")
        assert done.json() == {
            "status": "signed_in",
            "login_id": login_of(callback),
            "next": "/members",
            "message": {"title": told.title, "text": told.text, "action": told.action},
            "service": "login",
            "linked": False,
        }
        session = browser.get("/itsme/session").json()
        assert session["reference"] == "customer-1"
        assert session["csrf_token"] != token["x-csrf-token"]
        newer = {"x-csrf-token": session["csrf_token"]}
        again = browser.post("/itsme/finish", json={"state": state_of(callback)}, headers=newer)
        assert again.json()["status"] == "signed_in_again"
        newest = {"x-csrf-token": browser.get("/itsme/session").json()["csrf_token"]}
        assert browser.post("/itsme/logout", headers=newest).json() == {"status": "signed_out"}
        assert browser.get("/itsme/session").json()["reference"] is None
        assert len(shop.told) == 1


@pytest.mark.parametrize("path", ["start", "finish", "logout"])
def test_without_the_token_nothing_is_done_for_a_program(shop: Shop, sandbox: Sandbox, path: str) -> None:
    with program(shop) as (browser, _token):
        answer = browser.post(f"/itsme/{path}", json={})
        assert answer.status_code == 403
        assert answer.json()["status"] == "form_too_old"
        assert answer.json()["reference"]
        assert answer.json()["message"]["title"] == message("form_too_old", "fr").title
        assert sandbox.transactions == ()


def test_a_state_alone_finishes_nothing_in_another_browser(shop: Shop, sandbox: Sandbox) -> None:
    with program(shop) as (first, token), program(shop) as (second, other):
        away = first.post("/itsme/start", json={}, headers=token).json()["location"]
        state = state_of(approved(sandbox, away))
        answer = second.post("/itsme/finish", json={"state": state}, headers=other)
        assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (409, "other_browser", None)
        assert shop.told == []
        assert first.post("/itsme/finish", json={"state": state}, headers=token).json()["status"] == "signed_in"


def test_a_program_is_told_what_is_wrong(shop: Shop, sandbox: Sandbox) -> None:
    with program(shop) as (browser, token):
        for body, status, word in (
            ({}, 404, "unknown"),
            ({"state": "x"}, 404, "unknown"),
            ({"state": 5}, 404, "unknown"),
            ({"login": "x", "code": "y"}, 404, "unknown"),
        ):
            answer = browser.post("/itsme/finish", json=body, headers=token)
            assert (answer.status_code, answer.json()["status"]) == (status, word)
        away = browser.post("/itsme/start", json={}, headers=token).json()["location"]
        sandbox.person("lucas").phone.refuse(away)
        state = {"state": state_of(callback_of(sandbox, away))}
        refused = browser.post("/itsme/finish", json=state, headers=token).json()
        assert (refused["status"], refused["reason"]) == ("refused", "cancelled")
        sandbox.faults.refuse_connections()
        down = browser.post("/itsme/start", json={}, headers=token)
        assert (down.status_code, down.headers["retry-after"], down.json()["retry_after"]) == (503, "10", 10)
        assert down.json()["status"] == "cm_down"
        shop.store_down = True
        down = browser.post("/itsme/finish", json=state, headers=token)
        assert (down.status_code, down.json()["status"]) == (503, "store_down")


def test_a_code_from_another_browser_works_for_a_program_too(sandbox: Sandbox, framework: str) -> None:
    with (
        open_shop(sandbox, framework, flow_options={"code_for_other_browser": True}) as shop,
        program(shop) as (first, token),
        program(shop) as (second, other),
    ):
        away = first.post("/itsme/start", json={}, headers=token).json()["location"]
        callback = approved(sandbox, away)
        login = login_of(callback)
        code = second.post("/itsme/finish", json={"state": state_of(callback)}, headers=other).json()["code"]
        waiting = first.post("/itsme/finish", json={"login": login}, headers=token).json()
        assert (waiting["status"], waiting["code_wanted"]) == ("still_open", True)
        wrong = first.post("/itsme/finish", json={"login": login, "code": "00000000"}, headers=token)
        assert (wrong.status_code, wrong.json()["code_wrong"]) == (400, True)
        right = first.post("/itsme/finish", json={"login": login, "code": code}, headers=token)
        assert right.json()["status"] == "signed_in"

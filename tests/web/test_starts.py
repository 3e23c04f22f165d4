"""What starts a login and what does not: another site's form, an image, a trick, one too many."""

import json
from pathlib import Path
from typing import Any

import pytest

from itsme_facade.flow import StartLimits
from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved
from tests.web.pages import assert_is_page
from tests.web.shops import Shop, open_shop

TRICKS: list[str] = json.loads((Path(__file__).parents[1] / "data/redirect_tricks.json").read_text("utf-8"))["values"]


def test_a_start_without_the_token_starts_nothing(
    shop: Shop, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with shop.browser("nl") as browser, shop.browser() as other:
        for token in ("", "x", other.fields()["csrf_token"]):
            page = browser.post("/itsme/start", data=browser.fields() | {"csrf_token": token})
            assert page.status_code == 403
            assert_is_page(page, "form_too_old", "nl", caplog)
        assert browser.post("/itsme/start").status_code == 403
        assert sandbox.transactions == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_start_that_another_site_asks_for_starts_nothing(
    shop: Shop, sandbox: Sandbox, headers: dict[str, str]
) -> None:
    with shop.browser() as browser:
        assert browser.post("/itsme/start", data=browser.fields(), headers=headers).status_code == 403
        assert sandbox.transactions == ()
        ours = {"origin": shop.url} if "origin" in headers else {"sec-fetch-site": "same-origin"}
        assert browser.post("/itsme/start", data=browser.fields(), headers=ours).status_code == 303


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_nothing_but_a_post_starts_a_login_such_as_an_image_that_points_there(
    shop: Shop, sandbox: Sandbox, method: str
) -> None:
    with shop.browser() as browser:
        browser.get("/")
        answer = browser.request(
            method, "/itsme/start?service=login", headers={"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"}
        )
        assert answer.status_code == 405
        assert sandbox.transactions == ()
        assert not any(name.startswith("itsme-") for name in browser.cookies)


def test_a_service_that_does_not_exist_starts_nothing(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with shop.browser("fr") as browser:
        page = browser.start(service="sign")
        assert page.status_code == 400
        assert_is_page(page, "form_changed", "fr", caplog)


def test_a_body_that_no_form_of_ours_sends_is_no_form(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        fields = browser.fields()
        many = {f"field{number}": "x" for number in range(50)}
        bodies: tuple[dict[str, Any], ...] = (
            {"data": fields | {"more": "x" * 30_000}},
            {"data": fields | many},
            {"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}},
            {"json": [fields]},
            {"content": b"{" * 5_000, "headers": {"content-type": "application/json"}},
        )
        for options in bodies:
            assert browser.post("/itsme/start", **options).status_code == 403
        assert sandbox.transactions == ()


def test_no_trick_leads_anywhere_but_where_it_may(sandbox: Sandbox) -> None:
    with open_shop(sandbox) as shop, shop.browser() as browser:
        went: dict[str, str] = {}
        for trick in TRICKS:
            away = browser.post("/itsme/start", data=browser.fields() | {"next": trick})
            assert away.status_code == 303
            went[trick] = browser.get(approved(sandbox, away.headers["location"])).headers["location"]
        assert {trick: target for trick, target in went.items() if target != "/"} == {
            "/ok": "/ok",
            "/ok?a=1#b": "/ok?a=1#b",
        }


def test_too_many_starts_are_told_to_wait(sandbox: Sandbox, framework: str, caplog: pytest.LogCaptureFixture) -> None:
    limits = StartLimits(browser="2 per minute", address=None)
    with (
        open_shop(sandbox, framework, flow_options={"limits": limits}) as shop,
        shop.browser("de") as browser,
    ):
        pages = [browser.start() for _ in range(5)]
        refused = [page for page in pages if page.status_code == 429]
        assert len(refused) >= 2
        assert 1 <= int(refused[0].headers["retry-after"]) <= 60
        # The button has chosen the language of the form that it stands in.
        assert_is_page(refused[0], "too_many_starts", "de", caplog)

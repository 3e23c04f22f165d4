"""A login in every framework, from the button to who is signed in, over real HTTP."""

import re

from itsme_facade.sandbox import Sandbox
from tests.web.browsers import approved, callback_of, fields_of, login_of, state_of
from tests.web.shops import Shop, open_shop


def test_the_button_leads_to_itsme_and_the_callback_signs_the_person_in(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        away = browser.start("/?next=/members")
        assert away.status_code == 303
        assert away.headers["location"].startswith(f"{sandbox.url}/login/")
        back = browser.get(approved(sandbox, away.headers["location"]))
        assert (back.status_code, back.headers["location"]) == (303, "/members")
        assert "members only, customer-1" in browser.get("/members").text
        assert [identity.user_id for identity in shop.told] == [sandbox.person("lucas").user_id()]


def test_the_same_browser_that_comes_back_again_is_told_the_same(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        assert {browser.get(callback).headers["location"] for _ in range(3)} == {"/"}
        assert len(shop.told) == 1
        assert "Hello customer-1" in browser.get("/").text


def test_a_login_in_two_tabs_at_once_signs_in_by_both(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        first, second = browser.start("/?next=/first"), browser.start("/?next=/second")
        for away, target in ((second, "/second"), (first, "/first")):
            assert browser.get(approved(sandbox, away.headers["location"])).headers["location"] == target


def test_the_state_stands_on_no_page_and_in_no_location(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        away = browser.start()
        callback = callback_of(sandbox, away.headers["location"])
        waiting = browser.get(callback)
        page = browser.get(waiting.headers["location"])
        done = browser.get(approved(sandbox, away.headers["location"]))
        for answer in (away, waiting, page, done):
            assert state_of(callback).partition(".")[2] not in answer.text + str(answer.headers)


def test_a_person_who_is_not_done_waits_on_a_page_that_goes_on_by_itself(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        away = browser.start("/?next=/members").headers["location"]
        callback = callback_of(sandbox, away)
        waiting = browser.get(callback).headers["location"]
        assert waiting == f"/itsme/wait?login={login_of(callback)}"
        page = browser.get(waiting)
        assert page.status_code == 200
        assert re.fullmatch(rf"\d+; url={re.escape(waiting)}", page.headers["refresh"])
        assert "Waiting for your confirmation" in page.text
        approved(sandbox, away)
        assert browser.get(waiting).headers["location"] == "/members"
        assert "customer-1" in browser.get("/members").text


def test_the_session_is_renewed_at_a_login_and_keeps_only_what_it_is_told_to(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.get("/basket")
        before = browser.fields()["csrf_token"]
        session_before = browser.cookies["session"]
        browser.log_in(sandbox)
        kept = browser.get("/session").json()
        assert kept["basket"] == "clock"
        assert kept["itsme"]["reference"] == "customer-1"
        assert browser.fields()["csrf_token"] != before
        # A session that somebody else prepared, and knows, says nothing about who logged in.
        with shop.browser() as thief:
            thief.cookies.set("session", session_before)
            assert "Hello nobody" in thief.get("/").text


def test_without_being_told_nothing_of_the_session_before_is_kept(sandbox: Sandbox, framework: str) -> None:
    with open_shop(sandbox, framework) as shop, shop.browser() as browser:
        browser.get("/basket")
        browser.log_in(sandbox)
        assert set(browser.get("/session").json()) == {"itsme"}


def test_the_session_holds_the_reference_and_nothing_of_the_identity(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        browser.get(callback)
        assert browser.get("/session").json()["itsme"] == {"reference": "customer-1", "login_id": login_of(callback)}


def test_after_a_logout_the_back_button_signs_nobody_in(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        callback = approved(sandbox, browser.start().headers["location"])
        browser.get(callback)
        out = browser.post("/itsme/logout", data=browser.fields("/log-out"))
        assert (out.status_code, out.headers["location"]) == (303, "/")
        assert "Hello nobody" in browser.get("/").text
        browser.get(callback)
        assert "Hello nobody" in browser.get("/").text


def test_a_logout_without_its_token_signs_nobody_out(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.log_in(sandbox)
        assert browser.post("/itsme/logout").status_code == 403
        assert browser.get("/itsme/logout").status_code == 405
        assert "Hello customer-1" in browser.get("/").text


def test_pages_for_members_send_others_to_the_login_page_and_programs_away(shop: Shop) -> None:
    with shop.browser() as browser:
        for path in ("/members", "/members-blocking"):
            sent = browser.get(f"{path}?a=1")
            assert (sent.status_code, sent.headers["location"]) == (303, f"/?next=%2F{path[1:]}%3Fa%3D1")
            assert sent.headers["cache-control"] == "no-store"
            assert browser.get(path, headers={"accept": "application/json"}).status_code == 401


def test_register_by_a_person_who_is_signed_in_links_their_itsme(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.get("/password?who=anna")
        browser.get("/basket")
        assert browser.log_in(sandbox, "/?service=register").headers["location"] == "/"
        assert shop.linked == [("anna", sandbox.person("lucas").user_id())]
        assert "Hello anna" in browser.get("/").text
        assert browser.get("/session").json()["basket"] == "clock"


def test_an_itsme_is_not_linked_to_who_is_signed_in_later(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.get("/password?who=anna")
        away = browser.start("/?service=register").headers["location"]
        browser.get("/password?who=mallory")
        waiting = browser.get(approved(sandbox, away)).headers["location"]
        page = browser.get(waiting)
        assert page.status_code == 409
        assert "no longer signed in to the account" in page.text
        assert shop.linked == []


def test_what_the_application_declines_is_told_without_its_word(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as browser:
        browser.get("/password?who=somebody-else")
        page = browser.get(browser.log_in(sandbox, "/?service=register").headers["location"])
        assert page.status_code == 200
        assert "We cannot sign you in" in page.text
        assert "linked_elsewhere" not in page.text


def test_another_browser_that_brings_the_state_is_told_where_to_go_on(shop: Shop, sandbox: Sandbox) -> None:
    with shop.browser() as first, shop.browser() as second:
        callback = approved(sandbox, first.start("/?next=/members").headers["location"])
        page = second.get(second.get(callback).headers["location"])
        assert page.status_code == 409
        assert "Go back to your other browser" in page.text
        assert shop.told == []
        assert first.get(callback).headers["location"] == "/members"
        assert len(shop.told) == 1
        assert "Hello nobody" in second.get("/").text


def test_a_code_from_another_browser_finishes_the_login_in_the_first(sandbox: Sandbox, framework: str) -> None:
    with (
        open_shop(sandbox, framework, flow_options={"code_for_other_browser": True}) as shop,
        shop.browser() as first,
        shop.browser() as second,
    ):
        callback = approved(sandbox, first.start("/?next=/members").headers["location"])
        shown = second.get(second.get(callback).headers["location"])
        (code,) = re.findall(r'class="itsme-code">(\w+)<', shown.text)
        assert f"{shop.url.removeprefix('http://')}/itsme/code" in shown.text
        to_form = first.get("/itsme/code")
        asking = first.get(to_form.headers["location"])
        assert "Type the code from the other browser" in asking.text
        assert "form-action 'self'" in asking.headers["content-security-policy"]
        fields = fields_of(asking)
        wrong = first.post("/itsme/wait", data=fields | {"code": "00000000"})
        assert wrong.status_code == 400
        assert "This code is not right" in wrong.text
        right = first.post("/itsme/wait", data=fields_of(wrong) | {"code": code.lower()})
        assert (right.status_code, right.headers["location"]) == (303, "/members")
        assert "customer-1" in first.get("/members").text
        assert "Hello nobody" in second.get("/").text
        assert first.post("/itsme/wait", data={"login": login_of(callback), "code": code}).status_code == 403

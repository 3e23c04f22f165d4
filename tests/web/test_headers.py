"""What headers say: the person's language, who asks, and what a page may do."""

import pytest

from itsme_facade.web.forms import fields
from itsme_facade.web.headers import (
    comes_from_here,
    form_action_sources,
    is_safe_connection,
    page_headers,
    preferred_language,
)


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("en;q=0.5, de;q=0.7", "de"),
        ("FR", "fr"),
        ("es, it", None),
        ("", None),
        ("*", None),
        ("nl;q=0, en;q=0.1", "en"),
        ("nl;q=x, en", "en"),
        ("nl;q=nan", None),
        (",;,=;q", None),
    ],
)
def test_a_browser_s_first_language_of_ours_is_taken(accepts: str, language: str | None) -> None:
    assert preferred_language(accepts) == language


@pytest.mark.parametrize(
    ("host", "secure", "safe"),
    [
        ("shop.example", True, True),
        ("shop.example", False, False),
        ("localhost:8000", False, True),
        ("shop.localhost", False, True),
        ("127.0.0.1:8000", False, True),
        ("[::1]:8000", False, True),
        ("localhost.evil.example", False, False),
        ("[", False, False),
        ("", False, False),
    ],
)
def test_a_login_travels_over_https_or_not_at_all_but_on_loopback(host: str, secure: bool, safe: bool) -> None:
    assert is_safe_connection(host, secure=secure) is safe


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://shop.example"}, False),
        ({"origin": "https://shop.example"}, True),
        ({"origin": "http://shop.example"}, False),
        ({"origin": "https://shop.example:444"}, False),
        ({"origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_form_of_another_site_is_known_by_what_the_browser_says(headers: dict[str, str], here: bool) -> None:
    assert comes_from_here({"host": "shop.example", **headers}, secure=True) is here


def test_forms_of_ours_may_lead_to_any_https_and_on_loopback_to_the_local_sandbox() -> None:
    assert form_action_sources("shop.example") == ("'self'", "https:")
    assert "http://*.localhost:*" in form_action_sources("shop.localhost:8000")


def test_a_page_with_a_form_tells_this_site_where_it_comes_from_and_another_nobody() -> None:
    assert page_headers(form_action=None)["referrer-policy"] == "no-referrer"
    assert page_headers(form_action=["'self'"])["referrer-policy"] == "same-origin"
    assert "form-action 'none'" in page_headers(form_action=None)["content-security-policy"]


def test_templates_of_one_s_own_may_fetch_styles_from_where_one_says() -> None:
    policy = page_headers(form_action=None, sources=["https://cdn.example"])["content-security-policy"]
    assert "style-src 'self' https://cdn.example;" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("body", "kind", "found"),
    [
        (b"a=1&b=&a=2", "application/x-www-form-urlencoded; charset=utf-8", {"a": "2", "b": ""}),
        (b'{"a": "1", "b": 2, "c": null}', "application/json", {"a": "1"}),
        (b"[]", "application/json", {}),
        (b"{", "application/json", {}),
        (b"[" * 10_000, "application/json", {}),
        (b"a=\xff", "application/x-www-form-urlencoded", {"a": "\ufffd"}),
        (b"a=1", "text/plain", {}),
        (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded", {}),
        (b"&".join(b"a%d=1" % number for number in range(30)), "application/x-www-form-urlencoded", {}),
    ],
)
def test_a_body_is_read_as_a_form_or_as_an_object_of_texts_or_not_at_all(
    body: bytes, kind: str, found: dict[str, str]
) -> None:
    if b"\xff" in body:
        found = {}
    assert fields(body, kind) == found

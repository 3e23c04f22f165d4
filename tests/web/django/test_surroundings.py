"""Behind a proxy, under a prefix, with templates of the project's own, and for single-page applications."""

from html import unescape
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings

from itsme_facade import InvalidArguments
from itsme_facade.sandbox import Sandbox
from itsme_facade.web.button import STYLE
from itsme_facade.web.django.models import Login
from tests.web.django import project
from tests.web.django.site import Visitor

SHOP = "https://shop.example"
PROXY = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}


def through_proxy(sandbox: Sandbox, *, prefix: str = "") -> Visitor:
    """A browser that reaches the project over https, through a proxy that says so."""
    transport = httpx.WSGITransport(WSGIHandler(), script_name=prefix)

    class Proxy(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.headers["x-forwarded-proto"] = "https"
            if prefix:
                path = request.url.raw_path.decode().removeprefix(prefix)
                request.url = request.url.copy_with(raw_path=path.encode())
            return transport.handle_request(request)

    return Visitor(SHOP, sandbox, transport=Proxy())


def test_behind_a_proxy_cookies_are_for_https_and_this_host_only(sandbox: Sandbox) -> None:
    with override_settings(ITSME=project.setting(sandbox, SHOP), **PROXY), through_proxy(sandbox) as visitor:
        referer = {"referer": f"{SHOP}/"}
        answer = visitor.post("/itsme/start", data={"csrfmiddlewaretoken": visitor.token()}, headers=referer)
        assert answer.status_code == 303
        cookies = [each.strip() for each in answer.headers.get_list("set-cookie") if "itsme" in each]
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-itsme-")
            assert "; Secure" in cookie
            assert "Path=/;" in cookie
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
        sandbox.person("lucas").phone.approve(answer.headers["location"])
        assert visitor.get(visitor.way_back(answer.headers["location"])).headers["location"] == "/"
        assert visitor.who() != "user=None itsme=None"


def test_without_https_nobody_is_logged_in_from_elsewhere(site: str, caplog: pytest.LogCaptureFixture) -> None:
    del site
    client = Client(HTTP_HOST="shop.example")
    for answer in (client.post("/itsme/start"), client.get("/itsme/back?state=x"), client.get("/itsme/wait?login=x")):
        assert answer.status_code == 400
        assert "not secure" in answer.content.decode()
    assert "X-Forwarded-Proto" in caplog.text
    assert not Login.objects.exists()


def test_under_a_prefix_every_address_has_it(sandbox: Sandbox) -> None:
    with (
        override_settings(ITSME=project.setting(sandbox, f"{SHOP}/app"), **PROXY),
        through_proxy(sandbox, prefix="/app") as visitor,
    ):
        page = visitor.get("/app/").text
        assert 'action="/app/itsme/start"' in page
        assert 'href="/app/itsme/itsme.css"' in page
        token, referer = visitor.token("/app/"), {"referer": f"{SHOP}/app/"}
        answer = visitor.post("/app/itsme/start", data={"csrfmiddlewaretoken": token}, headers=referer)
        login = answer.headers["location"]
        sandbox.person("lucas").phone.refuse(login)
        answer = visitor.get(visitor.way_back(login))
        assert answer.headers["location"].startswith("/app/itsme/wait?login=")
        page = visitor.get(answer.headers["location"]).text
        assert 'href="/app/"' in page
        assert 'href="/app/itsme/itsme.css"' in page


def test_who_says_nothing_of_where_to_go_comes_to_the_page_that_the_project_names(visitor: Visitor) -> None:
    with override_settings(ITSME={**settings.ITSME, "HOME": "itsme:style"}):
        assert visitor.log_in().headers["location"] == "/itsme/itsme.css"


def test_the_style_is_served(visitor: Visitor) -> None:
    answer = visitor.get("/itsme/itsme.css")
    assert (answer.content, answer.headers["content-type"]) == (STYLE, "text/css; charset=utf-8")


@pytest.mark.parametrize("name", ["page", "message"])
def test_a_project_may_have_templates_of_its_own(visitor: Visitor, tmp_path: Path, name: str) -> None:
    template = tmp_path / "itsme" / f"{name}.html"
    template.parent.mkdir()
    template.write_text("ours for {{ user }}: {{ title }} {% block content %}{{ text }}{% endblock %}")
    engine = {**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}
    more = {"ITSME": {**settings.ITSME, "PAGE_SOURCES": ["https://static.example"]}, "TEMPLATES": [engine]}
    with override_settings(**more):
        answer = visitor.get("/itsme/wait?login=x")
    assert answer.text.startswith("ours for AnonymousUser: This login is not known any more")
    assert "style-src 'self' https://static.example" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("templates", [[], [{"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True}]])
def test_a_project_without_templates_of_django_has_our_pages(visitor: Visitor, templates: list[Any]) -> None:
    with override_settings(TEMPLATES=templates):
        assert "<h1>This login is not known any more</h1>" in visitor.get("/itsme/wait?login=x").text


def button(tag: str, **more: Any) -> str:
    request = RequestFactory().get("/")
    return unescape(Template("{% load itsme %}" + tag).render(Context({"request": request, **more})))


def test_the_button_speaks_the_language_of_the_page() -> None:
    from django.utils import translation

    with translation.override("nl-be"):
        assert "Aanmelden met itsme" in button("{% itsme_button %}")
    with translation.override("es"):
        assert "Log in with itsme" in button("{% itsme_button %}")
    assert "S'inscrire avec itsme" in button('{% itsme_button "register" locale="fr" %}')


def test_what_the_button_is_given_is_escaped() -> None:
    shown = Template("{% load itsme %}{% itsme_button next=target %}").render(
        Context({"request": RequestFactory().get("/"), "target": '"><script>alert(1)</script>'})
    )
    assert "<script>" not in shown
    with pytest.raises(InvalidArguments):
        button('{% itsme_button "confirm" %}')


def test_on_an_asynchronous_server_a_person_logs_in_as_well(sandbox: Sandbox) -> None:
    site = "http://127.0.0.1"

    async def log_in() -> tuple[str, str]:
        scopes: list[Any] = []
        inside: Any = ASGIHandler()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scopes.append(scope)
            await inside(scope, receive, send)

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=site) as browser:
            token = (await browser.get("/itsme/session", headers=JSON)).json()["csrf_token"]
            headers = {**JSON, "x-csrftoken": token}
            login = (await browser.post("/itsme/start", json={"next": "/inside"}, headers=headers)).json()["location"]
            sandbox.person("lucas").phone.approve(login)
            answer = await browser.get(sandbox.world.transaction(login.rpartition("/")[2]).request.redirect_url)
            assert scopes[-1]["query_string"] == b""
            return answer.headers["location"], (await browser.get("/who")).text

    with override_settings(ITSME=project.setting(sandbox, site)):
        location, who = anyio.run(log_in)
    assert location == "/inside"
    assert who != "user=None itsme=None"


JSON = {"accept": "application/json"}


def test_a_single_page_application_logs_a_person_in(visitor: Visitor) -> None:
    session = visitor.get("/itsme/session", headers=JSON).json()
    headers = {**JSON, "x-csrftoken": session["csrf_token"]}
    started = visitor.post("/itsme/start", json={"next": "/inside"}, headers=headers).json()
    visitor.sandbox.person("lucas").phone.approve(started["location"])
    state = httpx.URL(visitor.way_back(started["location"])).params["state"]
    finished = visitor.post("/itsme/finish", json={"state": state}, headers=headers)
    assert finished.status_code == 200
    assert finished.json()["status"] == "signed_in"
    assert finished.json()["next"] == "/inside"
    assert visitor.who() != "user=None itsme=None"
    assert "Lucas" not in finished.text
    fresh = visitor.get("/itsme/session", headers=JSON).json()
    assert f"user={fresh['reference']} " in visitor.who()
    over = visitor.post("/itsme/logout", headers={**JSON, "x-csrftoken": fresh["csrf_token"]})
    assert over.json() == {"status": "signed_out"}
    assert visitor.who() == "user=None itsme=None"


def test_a_single_page_application_needs_the_token_too(visitor: Visitor) -> None:
    for path in ("start", "finish", "logout"):
        answer = visitor.post(f"/itsme/{path}", json={}, headers=JSON)
        assert answer.status_code == 403
        assert answer.json()["status"] == "form_too_old"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"state": 1}', b"\xff", b"null"])
def test_a_body_that_is_no_object_of_texts_finishes_nothing(visitor: Visitor, body: bytes) -> None:
    token = visitor.get("/itsme/session", headers=JSON).json()["csrf_token"]
    headers = {**JSON, "x-csrftoken": token, "content-type": "application/json"}
    answer = visitor.post("/itsme/finish", content=body, headers=headers)
    assert answer.status_code == 404
    assert answer.json()["status"] == "unknown"

"""Behind a proxy that ends TLS, and below a path: the site is what the browser sees."""

import re
from typing import Any

import httpx
import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from itsme_facade.flow import StartLimits
from itsme_facade.sandbox import Sandbox
from tests.web import flask_shop
from tests.web.browsers import approved, fields_of, login_of
from tests.web.shops import Shop, open_shop

PROXY = {"host": "shop.example", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
ASGI = ("starlette", "starlette-async", "fastapi")


class BehindProxy:
    """What a browser sees of a site over https: cookies are handed on by hand, as they are for https only."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, headers=PROXY | {"accept": "text/html"}, trust_env=False)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.client.request(method, path, headers={"cookie": cookie} if cookie else {}, **options)
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            value, _, flags = rest.partition(";")
            self.cookies[name] = value
            if name.startswith("__Host-"):
                assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {flag.strip() for flag in flags.split(";")}
                assert "domain" not in flags.lower()
        return answer


def log_in(shop: Shop, sandbox: Sandbox, base: str = "") -> None:
    """The whole story, by the paths that the site itself names."""
    browser = BehindProxy(shop.url)
    with browser.client:
        page = browser.ask("GET", "/")
        (action,) = re.findall(r'action="([^"]*)"', page.text)
        assert action == f"{base}/itsme/start"
        away = browser.ask("POST", "/itsme/start", data=fields_of(page))
        assert away.status_code == 303
        location = away.headers["location"]
        sandbox.person("lucas").phone.refuse(location)
        request = sandbox.world.transaction(location.rpartition("/")[2]).request
        assert request.redirect_url.startswith(f"https://shop.example{base}/itsme/back?state=")
        callback = request.redirect_url.removeprefix(f"https://shop.example{base}")
        waiting = browser.ask("GET", callback)
        assert waiting.headers["location"] == f"{base}/itsme/wait?login={login_of(callback)}"
        shown = browser.ask("GET", waiting.headers["location"].removeprefix(base))
        assert f'href="{base}/itsme/itsme.css"' in shown.text
        assert f'<a class="itsme-plain" href="{base}/">' in shown.text
        assert "http://localhost" not in shown.headers["content-security-policy"]
        away = browser.ask("POST", "/itsme/start", data=fields_of(browser.ask("GET", "/")))
        done = browser.ask("GET", approved(sandbox, away.headers["location"]).removeprefix(base))
        assert done.headers["location"] == f"{base}/"
        assert "Hello customer-1" in browser.ask("GET", "/").text


@pytest.mark.parametrize("framework", ASGI)
def test_a_site_behind_a_proxy_sets_host_cookies_and_speaks_https(sandbox: Sandbox, framework: str) -> None:
    server = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"}
    with open_shop(sandbox, framework, redirect_url="https://shop.example/itsme/back", server=server) as shop:
        log_in(shop, sandbox)


@pytest.mark.parametrize("framework", ASGI)
def test_a_site_below_a_path_names_its_own_paths(sandbox: Sandbox, framework: str) -> None:
    server = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1", "root_path": "/shop"}
    with open_shop(sandbox, framework, redirect_url="https://shop.example/shop/itsme/back", server=server) as shop:
        log_in(shop, sandbox, "/shop")


def test_a_flask_site_behind_a_proxy_and_below_a_path_names_its_own_paths(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = flask_shop.application

    def behind_proxy(flow: Any, **options: Any) -> Any:
        app = make(flow, **options)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
        return app

    monkeypatch.setattr(flask_shop, "application", behind_proxy)
    monkeypatch.setitem(PROXY, "x-forwarded-prefix", "/shop")
    with open_shop(sandbox, "flask", redirect_url="https://shop.example/shop/itsme/back") as shop:
        log_in(shop, sandbox, "/shop")


def test_a_proxy_that_nobody_told_the_server_to_believe_is_not_believed(sandbox: Sandbox, framework: str) -> None:
    server = {} if framework == "flask" else {"proxy_headers": False}
    with open_shop(sandbox, framework, redirect_url="https://shop.example/itsme/back", server=server) as shop:
        browser = BehindProxy(shop.url)
        with browser.client:
            page = browser.ask("POST", "/itsme/start", data=fields_of(browser.ask("GET", "/")))
            assert page.status_code == 400
            assert "not secure" in page.text


def test_starts_are_counted_by_the_address_that_the_proxy_tells(sandbox: Sandbox) -> None:
    options: dict[str, Any] = {
        "server": {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"},
        "flow_options": {"limits": StartLimits(browser=None, address="1 per hour")},
        "redirect_url": "https://shop.example/itsme/back",
    }
    with open_shop(sandbox, "starlette", **options) as shop:
        answers: list[int] = []
        for address in ("203.0.113.7", "203.0.113.8", "203.0.113.7"):
            browser = BehindProxy(shop.url)
            with browser.client:
                browser.client.headers["x-forwarded-for"] = address
                answers.append(browser.ask("POST", "/itsme/start", data=fields_of(browser.ask("GET", "/"))).status_code)
        assert answers == [303, 303, 429]

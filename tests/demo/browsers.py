"""Browsers without a window, on the demo's sites."""

import re
from urllib.parse import urlsplit

import httpx

from itsme_facade.demo.demo import Demo

STARTS = {"login": "/itsme/start", "register": "/itsme/register/start"}


class Browser(httpx.Client):
    """A browser on one site, which it reaches by number and calls by name."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        super().__init__(
            base_url=f"http://127.0.0.1:{parts.port}",
            headers={"host": parts.netloc, "accept": "text/html"},
            trust_env=False,
            timeout=20,
        )

    def form(self) -> dict[str, str]:
        """The hidden fields of the first page's form."""
        page = self.get("/").raise_for_status().text
        return {**dict(re.findall(r'type="hidden" name="(csrf\w+)" value="([^"]+)"', page)), "locale": "en"}

    def start(self, service: str = "register", **fields: str) -> str:
        """Presses the button; where the browser is sent."""
        answer = self.post(STARTS[service], data={**self.form(), "service": service, **fields})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def follow(self, path: str) -> httpx.Response:
        """Opens an address, and where that leads to."""
        answer = self.get(path)
        while answer.is_redirect:
            assert not answer.headers["location"].startswith("http")
            answer = self.get(answer.headers["location"])
        return answer

    def log_out(self) -> httpx.Response:
        """Presses the button."""
        page = self.get("/").text
        (path,) = re.findall(r'action="([\w/]+/logout)"', page)
        return self.post(path, data=self.form())


def way_back(demo: Demo, authentication_url: str) -> str:
    """Where itsme would send the browser, which only the sandbox knows."""
    transaction = demo.sandbox.world.transaction(authentication_url.rpartition("/")[2])
    parts = urlsplit(transaction.request.redirect_url)
    return f"{parts.path}?{parts.query}"


def approve(demo: Demo, authentication_url: str, person: str = "lucas") -> None:
    demo.sandbox.person(person).phone.approve(authentication_url)


def come_in(demo: Demo, site: Browser, service: str = "register", person: str = "lucas") -> httpx.Response:
    """From the button to the page at the end."""
    url = site.start(service)
    approve(demo, url, person)
    return site.follow(way_back(demo, url))

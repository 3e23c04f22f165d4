"""Somebody with a browser without JavaScript: reads pages, fills in their forms, follows where that leads.

Every page that comes along is looked at: its headers, its form, and what a screen reader needs.
"""

from typing import Final, Self
from urllib.parse import urljoin, urlsplit

import httpx

from tests.sandbox.pages.parsed import Button, Form, Page

POLICY: Final = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
WARNINGS: Final = {
    "en": "This is a local sandbox for developers. It is not itsme, no bank, and nobody here is real.",
    "nl": "Dit is een lokale sandbox voor ontwikkelaars. Dit is niet itsme, geen bank, en niemand hier is echt.",
    "fr": "Ceci est un bac à sable local pour développeurs. Ce n\u2019est ni itsme ni une banque, "
    "et personne ici n\u2019est réel.",
    "de": "Dies ist eine lokale Sandbox für Entwickler. Dies ist weder itsme noch eine Bank, "
    "und niemand hier ist echt.",
}


class Visitor:
    """A browser at one page of the sandbox.

    Attributes:
        page: Where it is, or None.
        answer: What the server answered last.
        left_for: Where it was sent that is no page of the sandbox, or None.
    """

    def __init__(self, url: str, client: httpx.Client) -> None:
        self._url = url
        self._client = client
        self.answer: httpx.Response
        self.page: Page
        self.left_for: str | None = None

    def go(self, path: str) -> Self:
        """Open an address of the sandbox."""
        self._follow(self._client.get(urljoin(self._url, path)))
        return self

    def click(self, text: str) -> Self:
        """Follow a link."""
        return self.go(urljoin(str(self.answer.url), self.page.links[text]))

    def press(self, text: str, **fields: str) -> Self:
        """Press a button, having filled in the fields of its form. A field of None, as "", is left empty."""
        form, button = self._find(text)
        unknown = set(fields) - set(form.fields) - {"icon", "connective", "reader"}
        assert not unknown, f"no such fields in this form: {unknown}"
        data = form.fields | fields | ({button.name: button.value} if button.name else {})
        site = "{0.scheme}://{0.netloc}".format(urlsplit(str(self.answer.url)))
        self._follow(
            self._client.post(
                urljoin(str(self.answer.url), form.action),
                data=data,
                headers={"origin": site, "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"},
            )
        )
        return self

    def _find(self, text: str) -> tuple[Form, Button]:
        for form in self.page.forms:
            for button in form.buttons:
                if button.text == text:
                    return form, button
        raise AssertionError(f"no button {text!r} among {[b.text for form in self.page.forms for b in form.buttons]}")

    def _follow(self, answer: httpx.Response) -> None:
        self.left_for = None
        while answer.is_redirect:
            check_headers(answer)
            address = urljoin(str(answer.url), answer.headers["location"])
            if urlsplit(address).netloc != urlsplit(self._url).netloc:
                self.answer, self.left_for = answer, address
                return
            answer = self._client.get(address)
        self.answer = answer
        self.page = look_at(answer)


def check_headers(answer: httpx.Response) -> None:
    """Fail unless the answer is guarded as every page is."""
    headers = answer.headers
    assert set(headers["content-security-policy"].split("; ")) == POLICY
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def look_at(answer: httpx.Response) -> Page:
    """Read a page; fail unless it is guarded, well-formed, and made for everybody."""
    check_headers(answer)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")
    page = Page(answer.text)
    locale = page.one("html").attributes["lang"]
    assert answer.headers["content-language"] == locale
    assert page.text.count(WARNINGS[locale]) == 1
    check_barriers(page)
    check_nothing_from_elsewhere(page)
    return page


def check_barriers(page: Page) -> None:
    """Fail on what keeps people out: no landmark, no label, no heading, an id twice, a reference to nothing."""
    assert page.one("h1").text
    assert page.title.count(" \u2013 ") >= 2
    for landmark in ("header", "main"):
        page.one(landmark)
    names = [nav.attributes["aria-label"] for nav in page.all("nav")]
    assert len(set(names)) == len(names)
    assert page.all("a")[0].attributes["href"] == "#main"
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids), f"ids twice: {sorted(id_ for id_ in ids if ids.count(id_) > 1)}"
    for element in page.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            referred = element.attributes.get(name, "").split()
            assert set(referred) <= set(ids), f"<{element.tag} {name}> refers to nothing: {referred}"
        if element.attributes.get("href", "").startswith("#"):
            assert element.attributes["href"][1:] in ids
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for entry in [*page.all("input"), *page.all("select")]:
        wrapped = entry.attributes.get("type") == "checkbox"
        assert wrapped or entry.attributes.get("type") == "hidden" or entry.attributes["id"] in labelled
    assert all(button.text for form in page.forms for button in form.buttons)


def check_nothing_from_elsewhere(page: Page) -> None:
    """Fail on anything that the page would load from another site, and on scripts and styles in it."""
    for element in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in element.attributes)
        if element.tag in ("script", "link", "img"):
            address = element.attributes.get("src") or element.attributes["href"]
            assert address.startswith("/static/")
    assert not page.all("style")
    assert all(not script.text for script in page.all("script"))

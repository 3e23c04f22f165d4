"""A person's browser on the sandbox's login page, as far as that takes one: cookies, a form, reloads."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_PAGES: Final = 400


class WentAstray(Exception):
    """The login page did something that a browser could not follow."""


def go_through_login_page(
    authentication_url: str,
    phone_number: str,
    *,
    back_to: str,
    wait: Callable[[float], None],
    step: Callable[[str], None],
) -> None:
    """Opens the login page, writes the phone number, and follows the page until it sends the browser back.

    Args:
        authentication_url: where the site sends the person.
        phone_number: what the person writes, E.164.
        back_to: where the page has to send the browser at the end; that address is not opened.
        wait: lets so many seconds pass. The sandbox's clock can be moved instead of waiting.
        step: is told of each step when it is done.

    Raises:
        WentAstray: The page did something that a browser could not follow.
        httpx.HTTPError: The sandbox did not answer.
    """
    # A local page: no proxy of the environment is asked for it.
    with httpx.Client(timeout=10, trust_env=False) as browser:
        page = browser.get(authentication_url).raise_for_status()
        step("opened the login page: authenticationUrl")
        page = browser.post(authentication_url, data=_Reader(page).fields | {"phoneNumber": phone_number})
        step("wrote the phone number; the app on that phone asked its owner")
        for _ in range(_MOST_PAGES):
            if page.is_redirect:
                break
            seconds, address = _refresh(page)
            wait(seconds)
            page = browser.get(urljoin(authentication_url, address))
    if page.headers.get("location", "").partition("?")[0] != back_to:
        raise WentAstray(f"the login page did not send the browser back to the site (HTTP {page.status_code})")
    step("was sent back to the site: redirectUrl")


class _Reader(HTMLParser):
    """What a browser without scripts gathers from a page: the fields of its forms, and when to ask for it again."""

    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.refresh = page.headers.get("refresh", "")
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")
        if tag == "meta" and found.get("http-equiv") == "refresh":
            self.refresh = found.get("content", "")


def _refresh(page: httpx.Response) -> tuple[float, str]:
    """When the page wants to be asked again, in seconds, and where."""
    seconds, _, address = _Reader(page).refresh.partition("; url=")
    if not address:
        raise WentAstray(f"the login page does not go on by itself (HTTP {page.status_code})")
    return float(seconds), address

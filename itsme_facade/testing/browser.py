"""A person's browser on the sandbox's login page: cookies, a form, reloads, over real HTTP and without scripts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.sandbox import SandboxClock

_TIMEOUT: Final = 10.0
_MOST_RELOADS: Final = 500
_PATIENT_RELOADS: Final = 10  # so often a page is asked again when it wants to be; then the clock goes in larger steps
_LARGER_STEP: Final = 15.0  # seconds
_MOST_SAID: Final = 300  # characters of a page that an error shows
_INLINE: Final = frozenset({"a", "b", "em", "span", "strong"})


class LoginStopped(Exception):
    """The login page did not send the browser back to the site. The message says what it shows, and what to do."""


class Browser:
    """Somebody's browser, with its cookies. It may be at several logins at once.

    Args:
        url: Where the sandbox is.
        clock: Is moved forward where a browser would wait.
    """

    def __init__(self, url: str, clock: SandboxClock) -> None:
        self.url: Final = urlsplit(url)
        self.clock: Final = clock
        # A local page: no proxy of the environment is asked for it.
        self.client: Final = httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def close(self) -> None:
        """Close it, with its cookies."""
        self.client.close()

    def open(self, authentication_url: str) -> LoginVisit:
        """Open the login page.

        Raises:
            LoginStopped: It is no login page of this sandbox, is unknown there, or belongs to another browser.
        """
        __tracebackhide__ = True
        return LoginVisit(self, self._checked(authentication_url))

    def _checked(self, authentication_url: object) -> str:
        __tracebackhide__ = True
        if not isinstance(authentication_url, str):
            raise TypeError("log_in takes an address, a str: the Location header of the answer that began the login")
        try:
            parts = urlsplit(authentication_url)
            here = (parts.scheme, parts.port) == (self.url.scheme, self.url.port) and parts.path.startswith("/login/")
        except ValueError:
            raise LoginStopped("what was given is no address; give what your application redirected to") from None
        if here:
            return authentication_url
        # The rest of the address may be secret.
        where = f"an address at {parts.hostname}" if parts.hostname else "an address without a host"
        raise LoginStopped(
            f"{where} is no login page of this sandbox, which are {self.url.geturl()}/login/... "
            "Give what your application redirected to when the login started. If it redirected elsewhere: "
            "its ITSME_BASE_URL, or the base_url of its Itsme, has to be itsme_sandbox.api_url."
        )


class LoginVisit:
    """A browser at the page of one login.

    Args:
        browser: Which browser.
        address: Of the page, which is opened.

    Attributes:
        login_id: The id of the login.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        __tracebackhide__ = True
        self._browser = browser
        self._address = address
        self._page: _Page
        self.login_id: Final = urlsplit(address).path.rpartition("/")[2]
        self._take(browser.client.get(address))

    def give_number(self, number: str) -> None:
        """Write a phone number into the page's form, if it asks for one.

        Raises:
            LoginStopped: The page does not accept it.
        """
        __tracebackhide__ = True
        if "phoneNumber" in self._page.fields:
            self._take(self._browser.client.post(self._address, data=self._page.fields | {"phoneNumber": number}))

    def go_back(self, is_open: Callable[[], bool]) -> str:
        """Follow the page until it sends the browser back; return the address that it sends it to.

        Args:
            is_open: Whether the login has no end yet. Once it has, the page shows it at once, as with scripts.

        Raises:
            LoginStopped: It does not.
        """
        __tracebackhide__ = True
        for reload in range(_MOST_RELOADS):
            if self._page.way_back:
                return self._page.way_back
            seconds, address = self._page.refresh
            if not address:
                raise LoginStopped(f"the login page does not go on by itself. {self._page.said}")
            address = urljoin(self._address, address)
            if urlsplit(address).netloc != self._browser.url.netloc:
                return address
            if seconds and is_open():
                self._browser.clock.advance(seconds if reload < _PATIENT_RELOADS else _LARGER_STEP)
            self._take(self._browser.client.get(address))
        raise LoginStopped(f"the login page went on for hours of the sandbox's time. {self._page.said}")

    def _take(self, answer: httpx.Response) -> None:
        __tracebackhide__ = True
        self._page = _Page(answer)
        if answer.is_error:
            raise LoginStopped(f"the login page answered HTTP {answer.status_code}. {self._page.said}")


class _Page(HTMLParser):
    """What a browser without scripts finds on a page.

    Attributes:
        fields: The fields of its form.
        refresh: After how many seconds it wants to go on, and where; an empty address: not at all.
        way_back: Where it sends the browser at once, or offers to by a link; or nothing.
        said: What it says to a person.
    """

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.way_back: str = answer.headers.get("location", "")
        self._refresh: str = answer.headers.get("refresh", "")
        self._open: list[str] = []
        self._blocks: list[list[str]] = [[]]
        self.feed(answer.text)

    @property
    def refresh(self) -> tuple[float, str]:
        seconds, _, address = self._refresh.partition("; url=")
        return (float(seconds), address) if address else (0.0, "")

    @property
    def said(self) -> str:
        blocks = (" ".join("".join(block).split()) for block in self._blocks)
        return f"It says: {' / '.join(block for block in blocks if block)[:_MOST_SAID]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._blocks.append([])
        match tag:
            case "input" if "name" in found:
                self.fields[found["name"]] = found.get("value", "")
            case "meta" if found.get("http-equiv") == "refresh":
                self._refresh = found.get("content", "")
            case "a" if found.get("rel") == "noreferrer":
                # The sandbox's own links have none: this is the way back, left to the person.
                self.way_back = found.get("href", "")
            case "main" | "svg" | "form":
                self._open.append(tag)
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if self._open == ["main"]:
            self._blocks[-1].append(data)

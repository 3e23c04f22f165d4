"""A request as no framework has it: what a skin hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, field, frozen

from itsme_facade.web.headers import is_safe_connection, preferred_language
from itsme_facade.web.html import Html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _no_token() -> str:
    return ""


@frozen(kw_only=True)
class Asked:
    """One request.

    Args:
        method: the HTTP method.
        secure: it came over https, as the framework sees it behind its proxies.
        base: where our paths are, as the browser sees them, without a slash at the end: "/itsme", "/app/itsme".
        home: the page that people go to when there is nothing better, as the browser sees it.
        login_page: the page with the button, as the browser sees it; `home` unless given.
        query: the query string, undecoded.
        parameters: the query, decoded: the last value of each name.
        form: fields of the form or of the JSON object that was sent; empty for a GET.
        headers: by names in lower case.
        cookies: by name.
        address: where it comes from, as the framework sees it behind its proxies.
        account: the reference of the person who is signed in.
        signed_in_by: the id of the login that signed that person in.
        genuine: what was posted comes with the CSRF token of this browser's session.
        program: a program asks, whatever it accepts.
        csrf_field: makes the framework's hidden field, when a page has a form.
        csrf_token: makes the token, when a program asks for it.

    Its `repr` shows the method alone: all else may be personal or secret.
    """

    method: str
    secure: bool = field(repr=False)
    base: str = field(repr=False)
    home: str = field(default="/", repr=False)
    login_page: str = field(default="", repr=False)
    query: str = field(default="", repr=False)
    parameters: Mapping[str, str] = field(default=Factory(dict[str, str]), repr=False)
    form: Mapping[str, str] = field(default=Factory(dict[str, str]), repr=False)
    headers: Mapping[str, str] = field(default=Factory(dict[str, str]), repr=False)
    cookies: Mapping[str, str] = field(default=Factory(dict[str, str]), repr=False)
    address: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    signed_in_by: str | None = field(default=None, repr=False)
    genuine: bool = field(default=False, repr=False)
    program: bool = field(default=False, repr=False)
    csrf_field: Callable[[], str] = field(default=Html, repr=False)
    csrf_token: Callable[[], str] = field(default=_no_token, repr=False)

    @property
    def language(self) -> str | None:
        """The language that the browser prefers, of those we have."""
        return preferred_language(self.headers.get("accept-language", ""))

    @property
    def wants_document(self) -> bool:
        """Whether a program asks, which wants JSON, and no person."""
        accept = self.headers.get("accept", "")
        return self.program or ("application/json" in accept and "text/html" not in accept)

    @property
    def is_safe(self) -> bool:
        """Whether a login may travel this way: https, or http that does not leave this machine."""
        return is_safe_connection(self.headers.get("host", ""), secure=self.secure)

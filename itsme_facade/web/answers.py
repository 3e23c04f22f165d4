"""A response as no framework has it: what a skin makes one of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.flow.cookies import SetCookie


@frozen
class Page:
    """A template and what it is rendered with: text, and HTML that is ready (`Html`)."""

    template: str
    context: Mapping[str, object] = field(repr=False)


@frozen
class SignIn:
    """Who is to be signed in.

    Args:
        reference: the application's own word for the person, which `current_login` gives from now on.
        login_id: the login that signs them in.
        renew: begin a new session, so that one that somebody else knew before is worth nothing. False only where the
            same person was signed in already.
    """

    reference: str = field(repr=False)
    login_id: str | None
    renew: bool = True


@frozen(kw_only=True)
class Answer:
    """One response. It has a location, a page, a document or a plain text.

    Args:
        status: the HTTP status.
        location: where a redirect leads.
        page: what a person sees.
        document: what a program reads, as JSON.
        headers: by name.
        set_cookies: cookies of logins, to set and to delete.
        sign_in: who is to be signed in first.
        sign_out: the session is to be ended.
    """

    status: int = 200
    location: str | None = field(default=None, repr=False)
    page: Page | None = None
    document: Mapping[str, object] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = Factory(dict[str, str])
    set_cookies: tuple[SetCookie, ...] = ()
    sign_in: SignIn | None = None
    sign_out: bool = False

"""Routes of pages: who may use them, which language they are in, and the page that says what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.routing import Route

from itsme_facade.sandbox.control import is_cross_site, is_loopback_name
from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world.errors import (
    Refused,
    SandboxError,
    UnknownBank,
    UnknownPerson,
    UnknownPhone,
    UnknownSession,
    UnknownTransaction,
)

from .forms import Problem
from .language import language_choice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from .rendering import Pages

    Endpoint = Callable[[Request], Awaitable[Response]]

_GONE: Final = (UnknownBank, UnknownPerson, UnknownPhone, UnknownSession, UnknownTransaction)


def page_route(pages: Pages, path: str, endpoint: Endpoint, *methods: str) -> Route:
    """Make the route of a page that belongs to the sandbox's own people.

    It answers this machine alone, by a name of its own: the pages can do everything, so another site's name that was
    made to lead here (DNS rebinding) must not. A form is taken from our own pages only.
    """

    async def guarded(request: Request) -> Response:
        pages.begin(request)
        texts = translations(pages.language(request)).gettext
        if not names_this_machine(request):
            heading = texts("This page answers on this machine only")
            text = texts("Open it as http://127.0.0.1 or http://localhost, with the port of the sandbox.")
            return pages.problem(request, 403, heading, text)
        if request.method == "POST" and is_cross_site(request):
            heading = texts("This form was sent by another site")
            text = texts("Nothing was done. Open the page here, and fill in the form on it.")
            return pages.problem(request, 403, heading, text, back=request.scope["path"])
        chosen = language_choice(request)
        if chosen is not None:
            return chosen
        try:
            return await endpoint(request)
        except _GONE:
            heading = texts("This is not here any more")
            text = texts("It never was, or the sandbox was reset, or its time is over. Begin again.")
            return pages.problem(request, 404, heading, text)
        except SandboxError as error:
            return pages.problem(request, 422, texts("That did not work"), refusal(pages, request, error).text)

    return Route(path, guarded, methods=list(methods))


def refusal(pages: Pages, request: Request, error: SandboxError, fields: Mapping[str, str] | None = None) -> Problem:
    """Tell in the page's language why the world refused, tied to the field it is about.

    Args:
        pages: Where the language comes from.
        request: What was refused.
        error: Why.
        fields: The field by message id, or by the beginning of message ids.
    """
    if not isinstance(error, Refused):
        return Problem(str(error))
    about = (field for start, field in (fields or {}).items() if error.message_id.startswith(start))
    return Problem(error.text(translations(pages.language(request)).gettext), next(about, ""))


def names_this_machine(request: Request) -> bool:
    """Whether a browser of this machine asks, by a name of this machine."""
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    # Without a server in between, whoever asks is this very process.
    client = request.client is None or is_loopback_name(request.client.host)
    return client and name is not None and is_loopback_name(name)

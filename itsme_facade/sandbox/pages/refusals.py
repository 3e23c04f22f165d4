"""What the web server refuses by itself, such as an address where nothing is: a page for a browser, JSON elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.replies import http_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from .rendering import Pages


def refuse_with_a_page(pages: Pages, programs: Sequence[str]) -> Callable[[Request, Exception], Response]:
    """Make what answers instead of an exception of Starlette.

    Args:
        pages: Makes the page.
        programs: What the paths begin with that are for programs: those are answered in JSON whoever asks.
    """

    def refuse(request: Request, error: Exception) -> Response:
        path: str = request.scope["path"]
        if path.startswith(tuple(programs)) or "text/html" not in request.headers.get("accept", ""):
            return http_error(request, error)
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        text = translations(pages.language(request)).gettext
        if error.status_code == 404:
            heading, advice = text("There is no such page"), text("Check the address, or begin in the control room.")
        else:
            heading = text("That did not work")
            advice = text("This page does not take such a request. Open it in the control room.")
        response = pages.problem(request, error.status_code, heading, advice)
        response.headers.update(error.headers or {})
        return response

    return refuse

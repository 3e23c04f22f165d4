"""The demo sites' pages."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from itsme_facade.demo.received import of_age, rows


class Pages:
    """Renders the templates of one site, with the headers that keep its pages to themselves.

    Args:
        name: the site's, which every page shows.
        itsme_url: where the forms may send the browser on to.
    """

    def __init__(self, name: str, itsme_url: str) -> None:
        self._templates = Environment(
            loader=PackageLoader("itsme_facade.demo"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._shared: Final = {"name": name, "itsme_url": itsme_url, "rows": rows, "of_age": of_age}
        self._headers: Final = {
            "cache-control": "no-store",
            # Browsers hold form-action against the redirect that follows the form, so itsme's address is in it.
            "content-security-policy": (
                "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
                f"form-action 'self' {itsme_url}"
            ),
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }

    def render(self, template: str, status: int = 200, **values: object) -> Response:
        """Renders a page."""
        page = self._templates.get_template(template).render(self._shared, **values)
        return Response(page, status, self._headers, media_type="text/html")

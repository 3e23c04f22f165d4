"""Pages out of templates, in the language of whoever reads them, with the headers that guard them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from starlette.responses import Response

from itsme_facade.sandbox.languages import translations

from .headers import HEADERS
from .language import language_links, language_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment
    from starlette.requests import Request

    from itsme_facade.sandbox.world import World

    from .live import Live


class Pages:
    """Makes the pages of one world.

    Args:
        world: What they show.
        live: What tells open pages that the world has changed.
    """

    def __init__(self, world: World, live: Live) -> None:
        self._world = world
        self._live = live

    def begin(self, request: Request) -> None:
        """Note how the world is before a page looks at it, so that a change in between makes the page out of date.

        A form changes the world itself; its page is up to date with that.
        """
        if request.method == "GET":
            request.state.version = self._live.version

    def language(self, request: Request, wanted: str | None = None) -> str:
        """The language of a page: chosen on it, else `wanted`, else the world's."""
        return language_of(request, wanted, self._world.assumptions.default_locale)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        locale: str | None = None,
        waits: int | None = None,
        leave: bool = False,
        **values: object,
    ) -> Response:
        """Make a page.

        Args:
            request: What is answered.
            template: The file in `templates/`, without `.html`.
            status: The HTTP status.
            locale: The language; by default the one chosen, else the world's.
            waits: Seconds after which it reloads without JavaScript, if there is nothing to fill in on it.
            leave: The browser goes on at once, by a reload: that may lead to another site, where browsers allow no
                redirect after a form.
            values: What the template shows.
        """
        locale = locale or self.language(request)
        path: str = request.scope["path"]
        text = (
            _templates(locale)
            .get_template(f"{template}.html")
            .render(
                languages=language_links(request),
                live=getattr(request.state, "version", self._live.version),
                locale=locale,
                path=path,
                reload_after=waits,
                template=template,
                **values,
            )
        )
        headers = {**HEADERS, "content-language": locale} | ({"refresh": f"0; url={path}"} if leave else {})
        return Response(text, status, headers, media_type="text/html")

    def problem(self, request: Request, status: int, heading: str, text: str, back: str = "/") -> Response:
        """Make a page that says what went wrong and what to do; `back` is where its link leads."""
        return self.page(request, "problem", status=status, heading=heading, text=text, back=back)

    def go(self, path: str) -> Response:
        """Send the browser to another page of this server, with GET."""
        return Response(status_code=303, headers={**HEADERS, "location": path})


@functools.cache
def _templates(locale: str) -> Environment:
    # Not above: most tests open no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("itsme_facade.sandbox"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install: Callable[..., None] = vars(templates)["install_gettext_translations"]
    install(translations(locale), newstyle=True)
    return templates

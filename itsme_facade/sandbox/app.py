"""One web application for one sandbox: the API, the control API, the web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from .api import API_PATH, api_routes
from .control import CONTROL_PATH, control_routes
from .pages import Live, Pages, page_routes, refuse_with_a_page

if TYPE_CHECKING:
    from .instance import Instance


def make_app(instance: Instance, url: str | None = None) -> Starlette:
    """Make the ASGI application of a sandbox.

    Args:
        instance: What it shows.
        url: Where browsers reach it, without a path. By default each request's own scheme and Host.
    """
    live = Live(instance.world, lambda: (instance.calls.count, instance.faults.waiting))
    pages = Pages(instance.world, live)
    app = Starlette(
        routes=[*api_routes(instance), *control_routes(instance), *page_routes(instance, pages, live)],
        exception_handlers={HTTPException: refuse_with_a_page(pages, [API_PATH, CONTROL_PATH])},
    )
    # "/transactions/" is no address of the API, so it is not found rather than redirected.
    app.router.redirect_slashes = False
    app.state.instance = instance
    app.state.world = instance.world
    app.state.url = url
    app.state.live = live
    return app

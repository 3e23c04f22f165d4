"""One web application for one world: the API, the login page, the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from .api import api_routes
from .control import control_routes
from .login_page import login_routes
from .replies import http_error

if TYPE_CHECKING:
    from .world import World


def make_app(world: World, url: str | None = None) -> Starlette:
    """Make the ASGI application of a world.

    Args:
        world: What it shows.
        url: Where browsers reach it, without a path. By default each request's own scheme and Host.
    """
    app = Starlette(
        routes=[*api_routes(world), *login_routes(world), *control_routes(world)],
        exception_handlers={HTTPException: http_error},
    )
    # "/transactions/" is no address of the API, so it is not found rather than redirected.
    app.router.redirect_slashes = False
    app.state.world = world
    app.state.url = url
    return app

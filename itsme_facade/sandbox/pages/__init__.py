"""The sandbox's web pages: the login page, the phones, the enrolment desk, the banks, and the control room.

They are made on the server and work without JavaScript. With it, they follow the world by themselves (`live`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .app_on_phone import app_routes
from .bank import bank_routes
from .control_room import control_room_routes
from .desk import desk_routes
from .faults import faults_routes
from .live import Live
from .login import login_routes
from .people import people_routes
from .phone import phone_routes
from .refusals import refuse_with_a_page
from .rendering import Pages
from .static import static_routes

if TYPE_CHECKING:
    from starlette.routing import Route

    from itsme_facade.sandbox.instance import Instance

__all__ = ["Live", "Pages", "page_routes", "refuse_with_a_page"]


def page_routes(instance: Instance, pages: Pages, live: Live) -> list[Route]:
    """Make the routes of all pages, and of what they need."""
    world = instance.world
    return [
        *control_room_routes(instance, pages),
        *people_routes(world, pages),
        *faults_routes(instance, pages),
        *login_routes(world, pages),
        *phone_routes(world, pages),
        *app_routes(world, pages),
        *desk_routes(world, pages),
        *bank_routes(world, pages),
        *live.routes(),
        *static_routes(),
    ]

"""The control API under /_sandbox/: everything that people do on the pages, one call each, for tests in any language.

It is for this machine's own programs. A page of another site must not reach it through somebody's browser, so it
answers to loopback names only, refuses what a browser sends from elsewhere, and takes nothing but JSON. One table of
operations makes both its routes and its OpenAPI document.
"""

from __future__ import annotations

from .guard import is_cross_site, is_loopback_name
from .operations import CONTROL_PATH
from .routes import control_operations, control_routes

__all__ = ["CONTROL_PATH", "control_operations", "control_routes", "is_cross_site", "is_loopback_name"]

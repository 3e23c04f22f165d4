"""Who is signed in, and pages for those who are, in Starlette and FastAPI."""

# Annotations stay real here: FastAPI reads them to see what a dependency wants.
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast, overload
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from itsme_facade.web import sessions

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])


class Guard(Protocol):
    """A dependency of FastAPI that gives the reference, and a decorator for endpoints of Starlette."""

    @overload
    def __call__(self, request: Request) -> str: ...
    @overload
    def __call__(self, request: _Endpoint) -> _Endpoint: ...


def current_login(request: HTTPConnection) -> str | None:
    """Who is signed in: what `on_identity` gave back for them, or None. Never the identity.

    In FastAPI also a dependency: `who: Annotated[str | None, Depends(current_login)]`.
    """
    return sessions.reference_of(request.session)


def require_login(login_page: str = "/") -> Guard:
    """Makes a `login_required` that sends people to another page than "/".

    Args:
        login_page: a path of the application that is served, where the button is. It gets `next`, the page that was
            asked for, to hand on to the button.
    """

    def login_required(request: Request) -> Any:
        if isinstance(request, HTTPConnection):
            return _reference(request, login_page)
        return _guarded(cast("Callable[..., Any]", request), login_page)

    return cast("Guard", login_required)


login_required = require_login()
"""Lets only those in who are signed in.

In FastAPI a dependency, which gives the reference: `who: Annotated[str, Depends(login_required)]`. In Starlette a
decorator of an endpoint, whose first argument is the request. Others are sent to the login page when they asked for a
page (303), and get 401 otherwise.
"""


def _reference(request: HTTPConnection, login_page: str) -> str:
    reference = current_login(request)
    if reference is not None:
        return reference
    never_kept = {"cache-control": "no-store"}
    if request.scope.get("method") != "GET" or "text/html" not in request.headers.get("accept", ""):
        raise HTTPException(401, "Log in first.", never_kept)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    root: str = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    raise HTTPException(
        303, headers={"location": f"{root.rstrip('/')}{login_page}?{urlencode({'next': wanted})}", **never_kept}
    )


def _guarded(endpoint: Callable[..., Any], login_page: str) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(endpoint):

        @functools.wraps(endpoint)
        async def waiting(request: Request, *arguments: Any, **options: Any) -> Any:
            _reference(request, login_page)
            return await cast("Awaitable[Any]", endpoint(request, *arguments, **options))

        return waiting

    @functools.wraps(endpoint)
    def blocking(request: Request, *arguments: Any, **options: Any) -> Any:
        _reference(request, login_page)
        return endpoint(request, *arguments, **options)

    return blocking

"""The shared skin's answers as responses of Django's."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.backends.django import DjangoTemplates

from itsme_facade.web.django.requests import home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from itsme_facade.web.answers import Answer

_DJANGO_S: Final = "django.template.backends.django.DjangoTemplates"
_SHARED: Final = Path(__file__).resolve().parents[1] / "templates"
_FILES: Final = "django.template.loaders.filesystem.Loader"
_APPS: Final = "django.template.loaders.app_directories.Loader"


def response_of(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Makes a response, without signing anybody in or out."""
    if answer.document is not None:
        response: HttpResponse = JsonResponse(dict(answer.document), status=answer.status)
    elif answer.page is not None:
        page = render(answer.page.template, answer.page.context, request)
        response = HttpResponse(page, status=answer.status)
    else:
        response = _SeeOther(answer.location or home())
    for name, value in answer.headers.items():
        response[name] = value
    for cookie in answer.set_cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.max_age,
            path=cookie.path,
            secure=cookie.secure,
            httponly=cookie.http_only,
            samesite=cookie.same_site,
        )
    return response


class _SeeOther(HttpResponseRedirect):
    """Go on there with a GET. Of Django's own class, because its test client follows no other."""

    status_code = HTTPStatus.SEE_OTHER


def render(template: str, context: Mapping[str, object], request: HttpRequest) -> str:
    """Renders one of our pages: the project's template of that name if it has one, else ours."""
    return str(_engine().get_template(template).render(dict(context), request))


@cache
def _engine() -> DjangoTemplates:
    """The project's templates as its settings say, with ours behind them.

    All frameworks share one folder of templates, which is not where Django looks for this app's.
    """
    nothing: dict[str, Any] = {}
    project = next((each for each in settings.TEMPLATES if each.get("BACKEND") == _DJANGO_S), nothing)
    options = dict(project.get("OPTIONS", {}))
    loaders = [*options.pop("loaders", [_FILES, *([_APPS] if project.get("APP_DIRS") else [])])]
    options["loaders"] = [*loaders, (_FILES, [str(_SHARED)])]
    if not settings.DEBUG:
        options["loaders"] = [("django.template.loaders.cached.Loader", options["loaders"])]
    return DjangoTemplates({"NAME": "itsme", "DIRS": [*project.get("DIRS", [])], "APP_DIRS": False, "OPTIONS": options})


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "TEMPLATES":
        _engine.cache_clear()


setting_changed.connect(_forget, dispatch_uid="itsme.templates")

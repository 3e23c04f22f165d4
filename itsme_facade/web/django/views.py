"""The views: each hands the request to the shared skin and makes a response of what that answers.

None of them runs in a transaction of ATOMIC_REQUESTS: what the store writes has to be kept at once, and so does what
ON_IDENTITY writes, before the only other copy of the identity is erased.
"""

from __future__ import annotations

import logging
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout as end_session
from django.core.signals import setting_changed
from django.db import Error as DriverError
from django.db import connections, transaction
from django.http import HttpResponse
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from itsme_facade.carrying import carry_out
from itsme_facade.errors import ItsmeError, StoreUnavailable
from itsme_facade.flow.requests import is_looking_ahead
from itsme_facade.web.answers import Answer
from itsme_facade.web.button import STYLE
from itsme_facade.web.django import conf
from itsme_facade.web.django.flows import get_flow
from itsme_facade.web.django.requests import asked_of
from itsme_facade.web.django.responses import response_of
from itsme_facade.web.django.sessions import sign_in
from itsme_facade.web.pages import Pages, short_reference
from itsme_facade.web.skin import Skin
from itsme_facade.web.troubles import trouble_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from django.http import HttpRequest

    from itsme_facade.web.asked import Asked
    from itsme_facade.web.skin import Call

log = logging.getLogger("itsme_facade.web.django")


def _view(
    methods: list[str], answers: Callable[[Asked], Answer | Generator[Call, Any, Answer]]
) -> Callable[[HttpRequest], HttpResponse]:
    """Makes a view of a method of the skin."""

    @require_http_methods(methods)
    def answered(request: HttpRequest, asked: Asked) -> HttpResponse:
        raised: list[Exception] = []
        answer = answers(asked)
        if not isinstance(answer, Answer):
            answer = carry_out(answer, lambda call: _do(call, raised))
        response = _responded(request, asked, answer)
        if raised:
            _report(raised[0], request, response)
        elif response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and is_looking_ahead(asked.method, asked.headers):
            # No error: else Django would write one, and a mail to ADMINS.
            log_response("Looked ahead: %s", request.path, response=response, logger=log, level="debug")
        return response

    # Exempt, because Django would refuse with a page of its own; `asked_of` asks the same protection, and the skin
    # answers in the person's language.
    @csrf_exempt
    @sensitive_post_parameters()
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return answered(request, asked_of(request))
        except DriverError as error:
            # Not the store's, which says so itself: sessions and users are in the database too.
            return _without_database(request, error)

    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view


def _without_database(request: HttpRequest, error: Exception) -> HttpResponse:
    reference = short_reference()
    log.error("%s: the database did not answer (%s)", reference, type(error).__name__)
    trouble = trouble_of(StoreUnavailable("The database did not answer.", retry_safe=True), finishing=True)
    return response_of(request, _pages().of_trouble(asked_of(request, database=False), trouble, reference, None))


def _do(call: Call, raised: list[Exception]) -> object:
    try:
        return call.of(get_flow())
    except ItsmeError:
        raise
    except Exception as error:
        raised.append(error)
        raise


def _responded(request: HttpRequest, asked: Asked, answer: Answer) -> HttpResponse:
    if answer.sign_in is not None and not sign_in(request, answer.sign_in):
        login_id = answer.sign_in.login_id or ""
        log.warning("login %s: its user is gone or may not sign in", login_id)
        if asked.parameters.get("state"):  # an address that nobody shall stay on
            answer = Answer(status=303, location=f"{asked.base}/wait?login={login_id}", headers=answer.headers)
        else:
            answer = _pages().of_kind(asked, "refused", 403, login_id or short_reference())
    if answer.sign_out:
        end_session(request)
    return response_of(request, answer)


def _report(error: Exception, request: HttpRequest, response: HttpResponse) -> None:
    """Tells of a handler that raised as Django tells of a view that does: in the log, by mail to ADMINS.

    With the way it came, but without its own text: a database's often quotes what it was given, which is the identity.
    """
    what = RuntimeError(f"{type(error).__name__} (its text is left out, since it may quote the person's data)")
    log_response(
        "Internal Server Error: %s",
        request.path,
        response=response,
        request=request,
        exception=what.with_traceback(error.__traceback__),
    )


@cache
def _skin() -> Skin:
    setting = conf.read()
    return Skin(sources=setting["PAGE_SOURCES"], explain=_explain(setting))


@cache
def _pages() -> Pages:
    setting = conf.read()
    return Pages(sources=tuple(setting["PAGE_SOURCES"]), explain=_explain(setting))


def _explain(setting: conf.Conf) -> Any:
    return None if setting["EXPLAIN"] is None else setting.function("EXPLAIN")


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "ITSME":
        _skin.cache_clear()
        _pages.cache_clear()


setting_changed.connect(_forget, dispatch_uid="itsme.skin")


_SAFE, _POST = ["GET", "HEAD"], ["POST"]

start = _view(_POST, lambda asked: _skin().start(asked))
back = _view(_SAFE, lambda asked: _skin().back(asked))
wait = _view([*_SAFE, *_POST], lambda asked: _skin().confirm(asked) if asked.method == "POST" else _skin().wait(asked))
code = _view(_SAFE, lambda asked: _skin().code(asked))
finish = _view(_POST, lambda asked: _skin().finish(asked))
session = _view(_SAFE, lambda asked: _skin().session(asked))
logout = _view(_POST, lambda asked: _skin().sign_out(asked))


@require_safe
def style(_request: HttpRequest) -> HttpResponse:
    """The style of the button and of our pages."""
    return HttpResponse(STYLE, content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})

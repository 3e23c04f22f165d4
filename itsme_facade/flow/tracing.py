"""Spans of OpenTelemetry around start, finish and sweep, where `opentelemetry-api` is installed; else nothing.

A span holds the login's id, its service and what came of it. Exceptions are named by their type alone: what a
handler's exception says may be about the person.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from itsme_facade.flow.events import Event


class Span:
    """What is being done, as the trace sees it. This one is not seen by anybody."""

    def set(self, *, login_id: str | None = None, service: str | None = None, outcome: str | None = None) -> None:
        """Says more about it: which login, which service, and at the end what came of it."""


class _Recorded(Span):
    """A span that OpenTelemetry takes."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def set(self, *, login_id: str | None = None, service: str | None = None, outcome: str | None = None) -> None:
        for name, value in (("login_id", login_id), ("service", service), ("outcome", outcome)):
            if value is not None:
                self._span.set_attribute(f"itsme.{name}", value)


_UNSEEN = Span()


@cache
def _api() -> Any:
    """OpenTelemetry's `trace` module, or None. Looked for once."""
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace


@cache
def _tracer() -> Any:
    return _api().get_tracer("itsme_facade", version("itsme-facade"))


def _anybody_looks() -> bool:
    """Whether the application has set a provider, so that spans may be recorded. It can do so at any time."""
    api = _api()
    return api is not None and not isinstance(api.get_tracer_provider(), api.ProxyTracerProvider)


@contextmanager
def span(name: str, *, login_id: str | None = None, service: str | None = None) -> Generator[Span]:
    """Opens a span named `itsme.<name>` around what is done inside; works around awaits as well.

    Args:
        name: start, finish, resume, confirm or sweep.
        login_id: which login, where that is known by now.
        service: "login" or "register", where that is known by now.

    Returns:
        The span, to say more about it.

    >>> with span("start", service="login") as opened:
    ...     opened.set(login_id="01jd0000000000000000000000", outcome="departure")
    """
    if not _anybody_looks():
        yield _UNSEEN
        return
    status = _api().StatusCode.ERROR
    # Neither recorded nor described by OpenTelemetry, which would take the exception's text and stack along.
    with _tracer().start_as_current_span(
        f"itsme.{name}", record_exception=False, set_status_on_exception=False
    ) as opened:
        recorded = _Recorded(opened)
        recorded.set(login_id=login_id, service=service)
        try:
            yield recorded
        except BaseException as error:
            opened.set_attribute("error.type", type(error).__name__)
            opened.set_status(status)
            raise


def note(event: Event) -> None:
    """Notes an event on the span that is open, if one is."""
    if not _anybody_looks():
        return
    current = _api().get_current_span()
    if not current.is_recording():
        return
    known = {"login_id": event.login_id, "service": event.service, "reason": event.reason}
    current.add_event(f"itsme.{event.name}", {f"itsme.{name}": value for name, value in known.items() if value})

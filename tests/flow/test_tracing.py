"""Spans of OpenTelemetry where it is installed, nothing where it is not."""

import asyncio

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from itsme_facade.flow import tracing
from itsme_facade.flow.events import Event, EventName, Notifier
from tests.programs import python

LOGIN = "01jd0000000000000000000000"


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_span_says_which_login_which_service_and_what_came_of_it(exporter: InMemorySpanExporter) -> None:
    with tracing.span("start", service="login") as opened:
        opened.set(login_id=LOGIN)
        opened.set(outcome="departure")
    span = only(exporter)
    assert span.name == "itsme.start"
    assert dict(span.attributes or {}) == {
        "itsme.service": "login",
        "itsme.login_id": LOGIN,
        "itsme.outcome": "departure",
    }
    assert span.status.status_code is trace.StatusCode.UNSET


def test_where_no_provider_was_set_nobody_looks() -> None:
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    with tracing.span("start") as opened:
        assert type(opened) is tracing.Span


def test_events_stand_on_the_span_that_is_open(exporter: InMemorySpanExporter) -> None:
    with tracing.span("finish", login_id=LOGIN):
        Notifier()(Event(EventName.RETURNED, LOGIN))
        Notifier()(Event(EventName.REFUSED, LOGIN, "login", "cancelled"))
    returned, refused = only(exporter).events
    assert (returned.name, dict(returned.attributes or {})) == ("itsme.returned", {"itsme.login_id": LOGIN})
    assert refused.name == "itsme.refused"
    assert dict(refused.attributes or {}) == {
        "itsme.login_id": LOGIN,
        "itsme.service": "login",
        "itsme.reason": "cancelled",
    }


def test_an_event_without_a_span_is_no_trouble(exporter: InMemorySpanExporter) -> None:
    Notifier()(Event(EventName.EXPIRED, LOGIN))
    assert not exporter.get_finished_spans()


def test_an_exception_is_named_by_its_type_and_passes_on(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(RuntimeError, match="Lucas"), tracing.span("finish", login_id=LOGIN):
        raise RuntimeError("Lucas Maes could not be saved")
    span = only(exporter)
    assert span.status.status_code is trace.StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "RuntimeError"
    assert "Lucas" not in span.to_json()


def test_spans_hold_across_awaits_and_do_not_mix(exporter: InMemorySpanExporter) -> None:
    async def finish(login_id: str) -> None:
        with tracing.span("finish", login_id=login_id):
            await asyncio.sleep(0)
            Notifier()(Event(EventName.DELIVERED, login_id))
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(finish("a"), finish("b"))

    asyncio.run(both())
    for span in exporter.get_finished_spans():
        (event,) = span.events
        assert (event.attributes or {})["itsme.login_id"] == (span.attributes or {})["itsme.login_id"]
    assert len(exporter.get_finished_spans()) == 2


WITH_THE_SDK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from itsme_facade.flow import tracing

with tracing.span("sweep"):  # before the application has set its provider: kept by nobody
    pass
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
trace.set_tracer_provider(provider)
with tracing.span("start"):
    pass
"""


def test_a_provider_that_is_set_later_gets_what_comes_after() -> None:
    ended = python("-c", WITH_THE_SDK)
    assert ended.returncode == 0, ended.stderr
    assert '"itsme.start"' in ended.stdout
    assert "itsme.sweep" not in ended.stdout


HIDDEN = """
import sys

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            looked.append(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

looked = []
sys.meta_path.insert(0, Hidden)
from itsme_facade.flow import tracing
from itsme_facade.flow.events import Event, EventName, Notifier

for _ in range(3):
    with tracing.span("start", service="login") as span:
        span.set(login_id="a", outcome="departure")
        Notifier()(Event(EventName.STARTED, "a"))
try:
    with tracing.span("finish"):
        raise KeyError("passes on")
except KeyError:
    print("looked", len(looked), "times")
"""


def test_without_the_package_nothing_is_traced_and_it_is_looked_for_once() -> None:
    ended = python("-c", HIDDEN)
    assert (ended.returncode, ended.stdout) == (0, "looked 1 times\n"), ended.stderr

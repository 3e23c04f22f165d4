"""Each call of a flow is a span of OpenTelemetry that names the login and what came of it."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, approved
from tests.flow.telling import fail

BOTH_SIDES = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


@BOTH_SIDES
def test_each_call_is_a_span_of_its_name(make_site: MakeSite, exporter: InMemorySpanExporter) -> None:
    browser = Browser(make_site())
    departure = browser.start()
    browser.come_back(departure)
    browser.wait(departure)
    browser.type_code(departure, "12345678")
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.start", "itsme.finish", "itsme.resume", "itsme.confirm"]
    assert all((span.attributes or {}).get("itsme.login_id") == departure.login_id for span in spans)
    assert (spans[0].attributes or {}).get("itsme.service") == "login"
    outcomes = [(span.attributes or {}).get("itsme.outcome") for span in spans]
    assert outcomes == ["started", "still_open", "still_open", "still_open"]


@BOTH_SIDES
def test_a_sweep_looks_after_as_many_as_it_is_told_and_is_a_span(
    make_site: MakeSite, exporter: InMemorySpanExporter
) -> None:
    site = make_site()
    site.in_handler = fail
    for _ in range(2):
        browser = Browser(site)
        departure = approved(browser)
        with pytest.raises(RuntimeError):
            browser.come_back(departure)
    site.in_handler = str
    site.clock.advance(31)
    exporter.clear()
    assert site.sweep(seconds=-1.0).delivered == ()
    assert [len(site.sweep(limit=1).delivered) for _ in range(3)] == [1, 1, 0]
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.sweep"] * 4
    assert [(span.attributes or {}).get("itsme.outcome") for span in spans] == ["swept"] * 4


@pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)
def test_spans_name_the_login_and_its_outcome_and_nothing_secret(
    make_site: MakeSite, exporter: InMemorySpanExporter
) -> None:
    site = make_site()
    browser = Browser(site)
    departure = approved(browser)
    browser.come_back(departure)
    browser.wait(departure)
    site.sweep()
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.start", "itsme.finish", "itsme.resume", "itsme.sweep"]
    outcomes = [(span.attributes or {}).get("itsme.outcome") for span in spans]
    assert outcomes == ["started", "signed_in", "signed_in_again", "swept"]
    events = [event.name for event in spans[1].events]
    assert events == [f"itsme.{name}" for name in ("returned", "claimed", "captured", "delivering", "delivered")]
    shown = "".join(span.to_json() for span in spans)
    hidden = [site.state_of(departure), browser.secret_of(departure) or "?", "Lucas", departure.location]
    assert not any(each in shown for each in hidden)

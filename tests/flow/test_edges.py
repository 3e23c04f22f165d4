"""What is left: ids that are none, spans, a deployment without on_link, and flows as context managers."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from itsme_facade.flow import Forged, Refused, SignedIn, StillOpen, Unknown, tracing
from itsme_facade.store import Phase
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve


@pytest.mark.parametrize("login_id", ["", "x", "../..", "0" * 26, "a" * 10_000, "0" * 25 + "\n"])
def test_an_id_that_is_none_is_unknown_everywhere(site: Site, browser: Browser, login_id: str) -> None:
    assert isinstance(browser.wait(login_id), Unknown)
    flow = site.flow
    assert isinstance(site.call(flow.confirm, login_id, "12345678", browser.cookies), Unknown)
    cookies = site.call(flow.signed_out, login_id)
    assert [cookie.max_age for cookie in cookies] == ([0] if login_id == "0" * 26 else [])


def test_the_waiting_page_holds_the_account_to_what_it_was(site: Site, browser: Browser) -> None:
    departure = browser.start(account="user-1")
    assert isinstance(browser.come_back(departure, account="user-1"), StillOpen)
    approve(site, departure)
    outcome = browser.wait(departure, account="user-2")
    assert isinstance(outcome, Refused)
    assert outcome.reason == "account_changed"
    assert site.taken == []


def test_a_wrong_cookie_at_the_waiting_page_is_forged_and_named(site: Site, browser: Browser) -> None:
    departure = browser.start()
    browser.cookies[site.room.jar.name(departure.login_id)] = "A" * 43
    assert isinstance(browser.wait(departure), Forged)
    assert (site.events[-1].name, site.events[-1].reason) == ("forged", "cookie")


def test_a_deployment_without_on_link_links_nothing_and_the_identity_stays(
    make_site: MakeSite, site: Site, browser: Browser
) -> None:
    departure = browser.start(account="user-1")
    approve(site, departure)
    other = make_site(on_link=None, store=site.store)
    with pytest.raises(TypeError, match="on_link"):
        Browser(other, browser.cookies).come_back(departure, account="user-1")
    assert site.phase(departure) is Phase.CAPTURED
    assert isinstance(browser.come_back(departure, account="user-1"), SignedIn)


@pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory", "trio-memory"], indirect=True)
def test_spans_name_the_login_and_its_outcome_and_nothing_secret(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("itsme_facade"))
    site = make_site()
    browser = Browser(site)
    departure = browser.start()
    approve(site, departure)
    browser.come_back(departure)
    browser.wait(departure)
    site.sweep()
    spans = kept.get_finished_spans()
    assert [span.name for span in spans] == ["itsme.start", "itsme.finish", "itsme.resume", "itsme.sweep"]
    outcomes = [(span.attributes or {}).get("itsme.outcome") for span in spans]
    assert outcomes == ["started", "signed_in", "signed_in_again", "swept"]
    events = [event.name for event in spans[1].events]
    assert events == [f"itsme.{name}" for name in ("returned", "claimed", "captured", "delivering", "delivered")]
    shown = "".join(span.to_json() for span in spans)
    hidden = [site.state_of(departure), browser.secret_of(departure) or "?", "Lucas", departure.location]
    assert not any(each in shown for each in hidden)
    provider.shutdown()

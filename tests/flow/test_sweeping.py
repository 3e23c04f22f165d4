"""A sweep says of every login that it looked after what came of it, and asks nobody who need not be asked."""

import logging
from pathlib import Path
from typing import cast

import pytest

from itsme_facade.carrying import carry_out
from itsme_facade.errors import StoreUnavailable
from itsme_facade.flow import Declined, Departure, Flow, SweepReport
from itsme_facade.flow.effects import AskStatus
from itsme_facade.flow.sweeping import Sweeping
from itsme_facade.store import Phase
from itsme_facade.store.steps import Operation, Swap
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, Site, approve, keeps_an_answer

pytestmark = pytest.mark.parametrize("kind", ["sync-memory"], indirect=True)


def left_behind(site: Site, browser: Browser, *, bound: bool = True) -> Departure:
    """A login whose worker died while it was asking."""
    departure = browser.start()
    site.call(site.store.claim, departure.login_id, bound=bound)
    site.clock.advance(11)
    return departure


def look_after(site: Site, login: Departure) -> SweepReport:
    """What a sweep does to a login that was due a moment ago."""
    sweeping = Sweeping.of(site.room)
    carry_out(sweeping.look_after(login.login_id), cast("Flow", site.flow)._do)
    return sweeping.report


def test_a_login_that_the_person_has_not_finished_is_still_open(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    assert site.sweep() == SweepReport(asked=(departure.login_id,), still_open=(departure.login_id,))
    assert site.phase(departure) is Phase.STARTED


def test_a_login_that_the_person_refused_is_refused(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    site.sandbox.person("lucas").phone.refuse(departure.location)
    assert site.sweep() == SweepReport(asked=(departure.login_id,), refused=(departure.login_id,))


def test_a_person_whom_the_application_declines_is_refused(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    approve(site, departure)

    def too_young(_: str) -> None:
        raise Declined("too_young")

    site.in_handler = too_young
    assert site.sweep() == SweepReport(asked=(departure.login_id,), refused=(departure.login_id,))


def test_a_login_is_kept_delivered_and_noted_in_as_many_writes(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    approve(site, departure)
    written: list[Phase] = []

    def note(operation: Operation) -> None:
        if isinstance(operation, Swap):
            written.append(operation.change.record.phase)

    site.before_store = note
    assert site.sweep() == SweepReport(asked=(departure.login_id,), delivered=(departure.login_id,))
    assert written == [Phase.CLAIMED, Phase.DELIVERING, Phase.DELIVERED]


def test_a_login_that_has_gone_since_it_was_due_is_no_failure(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    site.call(site.store.purge)
    assert look_after(site, departure) == SweepReport()


def test_a_login_that_another_worker_took_since_it_was_due_is_left_to_it(site: Site, browser: Browser) -> None:
    departure = left_behind(site, browser)
    site.call(site.store.claim, departure.login_id)
    assert look_after(site, departure) == SweepReport()
    assert site.reads(departure) == 0


def test_an_answer_that_goes_to_the_spool_is_no_failure(
    make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsme_facade.flow.asking._TRIES_AGAIN_AFTER", ())
    site = make_site(spool_dir=tmp_path / "spool")
    departure = left_behind(site, Browser(site))
    approve(site, departure)

    def down(operation: Operation) -> None:
        if keeps_an_answer(operation):
            raise StoreUnavailable("not today")

    site.before_store = down
    assert site.sweep() == SweepReport(asked=(departure.login_id,))
    site.before_store = lambda _: None
    report = site.sweep()
    assert (report.brought_in, report.delivered) == ((departure.login_id,), (departure.login_id,))


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (StoreUnavailable("The store sleeps."), "(StoreUnavailable) The store sleeps."),
        (RuntimeError("Lucas Maes, Tongeren"), "(RuntimeError) "),
    ],
)
def test_what_could_not_be_looked_after_is_told_without_what_may_be_about_the_person(
    site: Site, browser: Browser, caplog: pytest.LogCaptureFixture, raised: Exception, said: str
) -> None:
    departure = left_behind(site, browser)

    def fail(_: AskStatus) -> None:
        raise raised

    cast("Flow", site.flow)._doing[AskStatus] = fail
    with caplog.at_level(logging.WARNING, "itsme_facade.flow"):
        assert site.sweep().failed == (departure.login_id,)
    assert [record.getMessage() for record in caplog.records] == [
        f"sweep: login={departure.login_id} could not be looked after {said}"
    ]

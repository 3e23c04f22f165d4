"""`itsme_sweep` and `itsme_stats`; the signal that tells of events."""

import logging
from io import StringIO
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from itsme_facade.flow import Event
from itsme_facade.web.django import itsme_event
from itsme_facade.web.django.models import Login
from tests.web.django.site import Visitor
from tests.web.django.test_trouble import failing


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=out)
    return out.getvalue()


def test_a_sweep_with_nothing_to_do_says_so(site: str) -> None:
    del site
    assert run("itsme_sweep") == "nothing to do\n"


def test_a_sweep_delivers_what_the_handler_could_not_take(visitor: Visitor) -> None:
    failing(visitor)
    Login.objects.update(due_at=0.0)
    assert run("itsme_sweep") == "delivered: 1\n"
    assert get_user_model().objects.count() == 1


def test_a_sweep_erases_what_is_over(visitor: Visitor) -> None:
    visitor.start()
    Login.objects.update(expires_at=0.0)
    assert run("itsme_sweep") == "expired: 1\n"
    assert not Login.objects.exists()


def test_a_sweep_that_is_not_possible_says_why(site: str) -> None:
    del site
    with override_settings(ITSME={**settings.ITSME, "KEYS": ""}), pytest.raises(CommandError, match="keys"):
        run("itsme_sweep")


def test_a_sweep_goes_on_and_on_even_after_a_failure(site: str) -> None:
    del site
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise KeyboardInterrupt

    broken = override_settings(ITSME={**settings.ITSME, "KEYS": ""})
    sleep = patch("itsme_facade.web.django.management.commands.itsme_sweep.time.sleep", wait)
    with broken, sleep, pytest.raises(KeyboardInterrupt):
        run("itsme_sweep", "--every", "0.5")
    assert waits == [0.5, 0.5]
    with pytest.raises(CommandError, match="above 0"):
        run("itsme_sweep", "--every", "0")


def test_the_numbers_of_the_store(visitor: Visitor) -> None:
    visitor.start()
    visitor.log_in()
    lines = run("itsme_stats").splitlines()
    assert lines[:4] == ["started: 1", "delivered: 1", "waiting for a sweep: 0", "over, to be erased: 0"]


def test_events_are_told_by_a_signal(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Event] = []

    def receive(*, event: Event, **_: Any) -> None:
        seen.append(event)

    def breaks(**_: Any) -> None:
        raise ValueError("a counter is broken")

    itsme_event.connect(breaks)
    itsme_event.connect(receive)
    try:
        visitor.log_in()
    finally:
        itsme_event.disconnect(receive)
        itsme_event.disconnect(breaks)
    assert [str(event.name) for event in seen] == [
        "started",
        "returned",
        "claimed",
        "captured",
        "delivering",
        "delivered",
    ]
    assert visitor.who() != "user=None itsme=None"
    assert "a counter is broken" in caplog.text
    assert logging.ERROR in {record.levelno for record in caplog.records}


def test_a_sweep_may_run_beside_the_site(visitor: Visitor) -> None:
    def sweep() -> None:
        run("itsme_sweep")
        connection.close()

    sweeps = [Thread(target=sweep) for _ in range(4)]
    for each in sweeps:
        each.start()
    visitor.log_in()
    for each in sweeps:
        each.join()
    assert visitor.who() != "user=None itsme=None"

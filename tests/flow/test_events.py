"""Events tell what happened to a login, in a form that is safe everywhere."""

import logging
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import InvalidArguments
from itsme_facade.flow.events import Event, EventName, Notifier
from itsme_facade.store.record import Phase

LOGIN = "01jd0000000000000000000000"
LOGGER = "itsme_facade.flow"


def test_every_phase_has_an_event_of_its_name() -> None:
    assert {phase.value for phase in Phase} <= {name.value for name in EventName}
    assert {"returned", "forged", "state_exposed"} <= {name.value for name in EventName}


@pytest.mark.parametrize("name", EventName)
def test_each_event_is_one_line_of_the_same_four_parts(name: EventName, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    Notifier()(Event(name, LOGIN, "login", "why"))
    (record,) = caplog.records
    assert record.getMessage() == f"event={name.value} login={LOGIN} service=login reason=why"
    assert vars(record)["itsme_event"] == name.value
    assert vars(record)["itsme_login_id"] == LOGIN
    assert vars(record)["itsme_reason"] == "why"


def test_what_is_not_known_is_a_dash() -> None:
    assert Event(EventName.FORGED).line == "event=forged login=- service=- reason=-"


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (Event(EventName.STARTED), logging.INFO),
        (Event(EventName.RETURNED), logging.INFO),
        (Event(EventName.CLAIMED), logging.INFO),
        (Event(EventName.CAPTURED), logging.INFO),
        (Event(EventName.DELIVERING), logging.INFO),
        (Event(EventName.DELIVERED), logging.INFO),
        (Event(EventName.REFUSED, reason="captured"), logging.INFO),
        (Event(EventName.EXPIRED), logging.INFO),
        (Event(EventName.EXPIRED, reason="started"), logging.INFO),
        (Event(EventName.EXPIRED, reason="captured"), logging.WARNING),
        (Event(EventName.FORGED), logging.WARNING),
        (Event(EventName.LOST), logging.WARNING),
        (Event(EventName.SPOOLED), logging.WARNING),
        (Event(EventName.UNREADABLE), logging.WARNING),
        (Event(EventName.FAILED), logging.WARNING),
        (Event(EventName.STATE_EXPOSED), logging.ERROR),
    ],
)
def test_the_level_says_whether_somebody_should_look(event: Event, level: int) -> None:
    assert event.level == level


def test_the_function_gets_the_event_itself_and_when_it_was() -> None:
    seen: list[Event] = []
    event = Event(EventName.DELIVERED, LOGIN, "register", at=12.5)
    Notifier(seen.append)(event)
    assert seen == [event]
    assert seen[0].at == 12.5
    assert Event(EventName.STARTED).at > 1_700_000_000


def test_a_function_that_raises_breaks_no_login_and_is_named_by_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def counts(_: Event) -> None:
        raise RuntimeError("Lucas Maes lives in Tongeren")

    Notifier(counts)(Event(EventName.STARTED, LOGIN))
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in told] == [
        "on_event raised RuntimeError at event=started; the login goes on"
    ]
    assert "Lucas" not in caplog.text


def test_a_function_that_ends_the_program_does_so() -> None:
    def ends(_: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Notifier(ends)(Event(EventName.STARTED, LOGIN))


async def _counts(_: Event) -> None: ...


@pytest.mark.parametrize("wrong", [_counts, "counts"])
def test_what_could_not_be_called_is_refused_when_the_flow_is_made(wrong: object) -> None:
    with pytest.raises(InvalidArguments, match="on_event: not a plain function"):
        Notifier(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@given(st.text(alphabet=printable), st.text(alphabet=printable))
def test_no_text_from_elsewhere_can_add_a_line_or_a_part(login_id: str, reason: str) -> None:
    line = Event(EventName.REFUSED, login_id, "login", reason).line
    assert line.count("\n") == line.count("\r") == 0
    assert line.count("=") == 4
    assert line.count(" ") == 3


def test_what_is_no_letter_or_digit_is_one_line_below() -> None:
    assert Event(EventName.REFUSED, LOGIN, "login", "too young, and\nno customer").reason == "too_young_and_no_customer"


def test_a_state_given_by_mistake_does_not_pass_whole() -> None:
    state = f"{LOGIN}.{'s' * 43}"
    event = Event(EventName.FORGED, state, reason="s" * 43)
    assert event.login_id == LOGIN
    assert "s" * 43 not in event.line
    assert "s" * 43 not in repr(event)

"""Tokens and personal data stay out of logs, texts, tracebacks, pickles and warnings, whatever goes wrong."""

import gzip
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from attrs import define, field
from cm_itsme_client.api.transactions import create_transaction, get_status
from cm_itsme_client.models import Service, TransactionRequest

from itsme_facade import ItsmeError, RequestRefused, Success, Timeouts
from tests.sockets.behaviours import answer, drop, flood, hang, refusing_port, reset, send, send_and_close
from tests.sockets.caller import Caller, Kind
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Asked, Behaviour, FaultServer, Line
from tests.sockets.people import (
    AUTHENTICATION_URL,
    CREATED,
    OPEN,
    PERSON,
    PHONE_NUMBER,
    REDIRECT_URL,
    STATE,
    TOKEN,
    TRANSACTION,
    WITH_PERSON,
    WITHOUT_PERSON,
)

WHAT_WAS_SENT = f"{TOKEN} {TOKEN.upper()} {REDIRECT_URL} {STATE} {PHONE_NUMBER} {PHONE_NUMBER[1:]}"
NAMES_A_PERSON = f"Zebulon Quackenbush {TRANSACTION} {WHAT_WAS_SENT}"


def refuse(status: int, content_type: str = "application/json") -> Behaviour:
    """A message that quotes what was sent, and in the answer to a status call also the person."""

    def behave(line: Line, asked: Asked) -> None:
        said = WHAT_WAS_SENT if asked.method == "POST" else NAMES_A_PERSON
        body = said if content_type == "text/plain" else json.dumps({"message": said, "token": TOKEN, **PERSON})
        line.send(answer(body, status, content_type=content_type))

    return behave


FAULTS: dict[str, Behaviour] = {
    "a person": send(answer(WITH_PERSON)),
    "a person with a new status": send(answer(WITH_PERSON.replace("success", "newWord"))),
    "a person, compressed": send(answer(gzip.compress(WITH_PERSON.encode()), content_encoding="gzip")),
    "a person, cut off by compression": send(
        answer(gzip.compress(WITH_PERSON.encode())[:-30], content_encoding="gzip")
    ),
    "a person, cut off": send_and_close(answer(WITH_PERSON)[:-20]),
    "a person in broken JSON": send(answer(WITH_PERSON[:-1])),
    "a person in a list": send(answer(f"[{WITH_PERSON}]")),
    "a person in wrong places": send(answer(json.dumps({"status": PERSON, "userId": [PERSON], "birthdate": PERSON}))),
    "a person in an illegal status line": send_and_close(f"HTTP/1.1 200Zebulon {NAMES_A_PERSON}\r\n\r\n".encode()),
    "a person in an odd reason": send(answer(OPEN, f"500 {NAMES_A_PERSON}")),
    "a person in an illegal header": send_and_close(f"HTTP/1.1 200 OK\r\nZebulon Quackenbush\r\n\r\n{OPEN}".encode()),
    "a person in a header": send(answer(OPEN, 500, x_person=NAMES_A_PERSON, set_cookie=f"p={STATE}")),
    "a person as length": send_and_close(answer(OPEN, content_length="Zebulon")),
    "a person as transfer encoding": send_and_close(answer(OPEN, content_length="", transfer_encoding="Zebulon")),
    "a person as chunk": send_and_close(
        answer(content_length="", transfer_encoding="chunked") + b"Zebulon\r\n" + WITH_PERSON.encode()
    ),
    "a person as compression": send(answer(OPEN, content_encoding="Zebulon")),
    "a person before HTTP": send_and_close(WITH_PERSON.encode()),
    "a person after an answer": send(answer(OPEN) + WITH_PERSON.encode()),
    "a person in a redirect": send(answer("", 302, location=f"https://shop.example/?{NAMES_A_PERSON}")),
    "a person in a refusal": refuse(400),
    "a person in a refusal in plain text": refuse(403, "text/plain"),
    "a person in a failure": refuse(500),
    "a person in HTML": send(answer(f"<h1>{NAMES_A_PERSON}</h1>", 502, content_type="text/html")),
    "a person without end": flood(answer(content_length=""), WITH_PERSON.encode() * 500),
    "no person": send(answer(WITHOUT_PERSON)),
    "a transaction": send(answer(CREATED)),
    "a transaction, half": send(answer(json.dumps({"transactionToken": TRANSACTION}))),
    "a transaction with an odd address": send(
        answer(json.dumps({"transactionToken": TRANSACTION, "authenticationUrl": f"javascript:{STATE}"}))
    ),
    "a transaction of wrong types": send(
        answer(json.dumps({"transactionToken": [TRANSACTION], "authenticationUrl": 1}))
    ),
    "a drop": drop,
    "a reset": reset,
    "a hang": hang,
}


def words_in(value: dict[str, Any] | str) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split("\n")
    else:
        for part in value.values():
            yield from words_in(part)


SECRETS = sorted({TOKEN, TRANSACTION, STATE, "471987654", "wayInOfOnePerson", "nickname", *words_in(PERSON)})


@define(eq=False)
class Everything(logging.Handler):
    """Takes every log record of the process, whoever logs it, and all that tests add."""

    texts: list[str] = field(factory=list[str])
    warned: list[warnings.WarningMessage] = field(factory=list[warnings.WarningMessage])

    def __attrs_pre_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def emit(self, record: logging.LogRecord) -> None:
        self.texts += [record.getMessage(), repr(record.__dict__)]
        if record.exc_info and record.exc_info[1]:
            self.add_error(record.exc_info[1])

    def add_error(self, error: BaseException) -> None:
        self.texts += [repr(error), str(error), repr(error.args), *traceback.format_exception(error)]

    def add_pickle(self, value: object) -> None:
        pickled = pickle.dumps(value)
        self.texts += [pickled.decode("latin-1"), repr(pickle.loads(pickled).__dict__)]  # noqa: S301 - just made

    def tell(self, secret: str) -> list[str]:
        """The texts that tell a secret."""
        texts = [*self.texts, *(str(warning) for warning in self.warned)]
        return [text for text in texts if secret.lower() in text.lower()]


@pytest.fixture
def everything(kind: Kind) -> Iterator[Everything]:
    """All loggers wide open; `kind` comes first, so that an event loop's own logs are in it too."""
    del kind
    handler = Everything()
    names = ["", "httpx", "httpcore", "asyncio", "itsme_facade", *logging.Logger.manager.loggerDict]
    loggers = {name: logging.getLogger(name) for name in names}
    before = {name: logger.level for name, logger in loggers.items()}
    for logger in loggers.values():
        logger.setLevel(logging.DEBUG)
    loggers[""].addHandler(handler)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        handler.warned = warned
        yield handler
    loggers[""].removeHandler(handler)
    for name, level in before.items():
        loggers[name].setLevel(level)


def run_into(fault: Behaviour, server: FaultServer, caller: Caller, everything: Everything) -> None:
    """Makes every kind of call that meets the fault, and keeps all that its result or its error would show."""
    started = caller.login()
    server.otherwise = fault
    limit = Timeouts(total=0.15)
    calls: list[Callable[[], object]] = [
        partial(caller.login, REDIRECT_URL, phone_number=PHONE_NUMBER, scopes=["email"], timeout=limit),
        partial(caller.status, started, timeout=limit),
        partial(caller.status, timeout=limit),
    ]
    everything.texts.append(repr(started))
    for call in calls:
        try:
            result = call()
        except ItsmeError as error:
            everything.add_error(error)
            everything.add_pickle(error)
        else:
            everything.texts += [repr(result), str(result)]
    everything.texts.append(repr(caller.itsme))


def nothing_told(everything: Everything) -> None:
    told = {secret: texts[0] for secret in SECRETS if (texts := everything.tell(secret))}
    assert told == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_told_whatever_the_server_does(
    caller: Caller, server: FaultServer, everything: Everything, fault: Behaviour
) -> None:
    run_into(fault, server, caller, everything)
    nothing_told(everything)
    assert everything.tell("itsme_facade"), "nothing was logged at all, so nothing was tested"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_told_through_a_client_of_the_callers(
    kind: Kind, connect: Connect, server: FaultServer, everything: Everything, fault: Behaviour
) -> None:
    http_client = httpx.Client() if kind == "sync" else httpx.AsyncClient()
    caller = connect(http_client=http_client, timeout=0.3)
    run_into(fault, server, caller, everything)
    if isinstance(http_client, httpx.Client):
        http_client.close()
    else:
        assert caller.portal is not None
        caller.portal.call(http_client.aclose)
    nothing_told(everything)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_told_through_the_low_level_client(
    connect: Connect, server: FaultServer, everything: Everything, fault: Behaviour
) -> None:
    caller = connect(timeout=0.15)
    client = caller.itsme.low_level
    body = TransactionRequest(token=TOKEN, service=Service.LOGIN, redirect_url=REDIRECT_URL, phone_number=PHONE_NUMBER)
    calls: list[Callable[[], Any]]
    if caller.portal is None:
        calls = [
            partial(get_status.sync_detailed, TRANSACTION, client=client),
            partial(create_transaction.sync_detailed, client=client, body=body),
        ]
    else:
        calls = [
            partial(caller.portal.call, partial(get_status.asyncio_detailed, TRANSACTION, client=client)),
            partial(caller.portal.call, partial(create_transaction.asyncio_detailed, client=client, body=body)),
        ]
    server.otherwise = fault
    for call in calls:
        try:
            call()
        except httpx.HTTPError as error:
            everything.add_error(error)
        except (ValueError, TypeError, KeyError, AttributeError):  # the generated code's own, on answers it cannot read
            pass
    everything.texts.append(repr(client))
    nothing_told(everything)


def test_nothing_is_told_of_a_server_that_is_not_there(connect: Connect, everything: Everything) -> None:
    with refusing_port() as port:
        caller = connect(f"http://127.0.0.1:{port}")
        calls: list[Callable[[], object]] = [
            partial(caller.login, phone_number=PHONE_NUMBER),
            caller.status,
            partial(caller.wait, timeout=0.1),
        ]
        for call in calls:
            with pytest.raises(ItsmeError) as caught:
                call()
            everything.add_error(caught.value)
            everything.add_pickle(caught.value)
    nothing_told(everything)


def test_nothing_is_told_by_wait(caller: Caller, server: FaultServer, everything: Everything) -> None:
    server.tell(refuse(503), drop, send(answer(OPEN)))
    server.otherwise = refuse(429)
    with pytest.raises(ItsmeError) as caught:
        caller.wait(timeout=0.3)
    everything.add_error(caught.value)
    everything.add_pickle(caught.value)
    nothing_told(everything)


def test_the_route_and_the_status_are_logged(caller: Caller, everything: Everything) -> None:
    caller.login()
    caller.status()
    assert everything.tell("/transactions answered HTTP 200")
    assert everything.tell("/status answered HTTP 200")


def test_others_who_use_httpx_keep_their_log_lines(caller: Caller, server: FaultServer, everything: Everything) -> None:
    caller.status()
    assert not everything.tell("HTTP Request")
    httpx.get(f"{server.url}/theirs")
    assert everything.tell(f"HTTP Request: GET {server.url}/theirs")
    assert everything.tell("send_request_headers.started")


def test_an_error_comes_out_of_a_pickle_with_its_fields_and_without_the_body(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer('{"message": "unknown customer"}', 400, x_request_id="r-7")))
    with pytest.raises(ItsmeError) as caught:
        caller.login()
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - just made
    assert isinstance(error, RequestRefused)
    assert error.raw is not None
    assert str(error) == str(caught.value)
    for name in ("status_code", "message", "request_id", "retry_safe", "advice"):
        assert getattr(error, name) == getattr(caught.value, name)
    assert error.request_id == "r-7"
    assert (error.raw.body, error.raw.dropped, error.raw.status_code) == (b"", True, 400)


def test_the_secrets_are_where_they_belong(caller: Caller, server: FaultServer) -> None:
    started = caller.login()
    assert (started.transaction_token, started.authentication_url) == (TRANSACTION, AUTHENTICATION_URL)
    server.tell(send(answer(WITH_PERSON)))
    result = caller.status(started)
    assert isinstance(result, Success)
    assert result.raw.body == WITH_PERSON.encode()

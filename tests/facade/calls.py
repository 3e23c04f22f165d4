"""Makes one call with some arguments, and says what was refused or sent."""

import json
from typing import Any

import httpx
import pytest

from itsme_facade import InvalidArguments, Itsme
from tests.facade.values import BACK, GUID

SENT: list[httpx.Request] = []


def send_nothing(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"sent: {request.method}")


def record(request: httpx.Request) -> httpx.Response:
    SENT.append(request)
    return httpx.Response(200, json={"transactionToken": "abc", "authenticationUrl": "https://login.example/1"})


def refused(**arguments: Any) -> dict[str, str]:
    """The problems that a call names, by argument."""
    with Itsme(GUID, transport=httpx.MockTransport(send_nothing)) as itsme, pytest.raises(InvalidArguments) as caught:
        itsme.login(arguments.pop("redirect_url", BACK), **arguments)
    return {problem.argument: problem.reason for problem in caught.value.problems}


def sent(**arguments: Any) -> dict[str, Any]:
    """The body that a call sends."""
    with Itsme(GUID, transport=httpx.MockTransport(record)) as itsme:
        itsme.register(arguments.pop("redirect_url", BACK), **arguments)
    body: dict[str, Any] = json.loads(SENT.pop().content)
    return body

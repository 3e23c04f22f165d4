"""What is measured, blocking: each creates a transaction and reads its status, in its own manner.

Only the standard library is imported up here, so that a process of the bench pays for one contender alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

TOKEN = "00000000-0000-0000-0000-000000000000"
REDIRECT_URL = "https://shop.example/itsme/back"
SCOPES = ["profile", "email", "phone", "address"]
PHONE_NUMBER = "+32471234567"
BODY = {
    "token": TOKEN,
    "service": "register",
    "redirectUrl": REDIRECT_URL,
    "scopes": SCOPES,
    "locale": "nl",
    "phoneNumber": PHONE_NUMBER,
}


class Contender(Protocol):
    """One client, with its connections, for as long as its process lives."""

    def create(self) -> Any:
        """Creates a transaction and returns what its status is asked with."""
        ...

    def status(self, created: Any) -> Any:
        """Reads the status, in whatever form the client gives it."""
        ...


class Facade:
    def __init__(self, url: str) -> None:
        from itsme_facade import Itsme

        self._itsme = Itsme(TOKEN, base_url=url)

    def create(self) -> Any:
        return self._itsme.register(REDIRECT_URL, scopes=SCOPES, locale="nl", phone_number=PHONE_NUMBER)

    def status(self, created: Any) -> Any:
        return self._itsme.status(created)


class Generated:
    def __init__(self, url: str) -> None:
        from cm_itsme_client import Client

        self._client = Client(base_url=url)

    def create(self) -> Any:
        from cm_itsme_client.api.transactions import create_transaction
        from cm_itsme_client.models import Transaction

        answer = create_transaction.sync(client=self._client, body=generated_body())
        assert isinstance(answer, Transaction)
        return answer.transaction_token

    def status(self, created: Any) -> Any:
        from cm_itsme_client.api.transactions import get_status

        return get_status.sync(created, client=self._client)


class Httpx:
    def __init__(self, url: str, module: str = "httpx") -> None:
        self._client: Any = import_module(module).Client()
        self._url = url

    def create(self) -> Any:
        return self._client.post(f"{self._url}/transactions", json=BODY).json()["transactionToken"]

    def status(self, created: Any) -> Any:
        return self._client.get(f"{self._url}/status/{created}").json()


class Httpcore:
    def __init__(self, url: str) -> None:
        import httpcore

        self._pool = httpcore.ConnectionPool()
        self._url = url

    def create(self) -> Any:
        answer = self._pool.request(
            "POST",
            f"{self._url}/transactions",
            headers={"Content-Type": "application/json"},
            content=json.dumps(BODY).encode(),
        )
        return json.loads(answer.content)["transactionToken"]

    def status(self, created: Any) -> Any:
        return json.loads(self._pool.request("GET", f"{self._url}/status/{created}").content)


def generated_body() -> Any:
    """The request as the generated client wants it."""
    from cm_itsme_client.models import Locale, Scope, Service, TransactionRequest

    return TransactionRequest(
        token=TOKEN,
        service=Service.REGISTER,
        redirect_url=REDIRECT_URL,
        scopes=[Scope(name) for name in SCOPES],
        locale=Locale.NL,
        phone_number=PHONE_NUMBER,
    )


def person(answer: Any) -> object:
    """The person's full name, however the answer holds it, or None."""
    if isinstance(answer, Mapping):
        document = cast("Mapping[str, Any]", answer)
        return document["name"]["fullName"] if "name" in document else None
    if hasattr(answer, "identity"):
        return answer.identity and answer.identity.name.full
    return getattr(answer.name, "full_name", None)

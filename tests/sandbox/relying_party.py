"""What a web site does with the API, in plain HTTP."""

from typing import Any, cast

import httpx

from itsme_facade.sandbox import Sandbox

Json = dict[str, Any]
ALL_SCOPES = ["profile", "email", "phone", "address"]


class RelyingParty:
    """Creates transactions and asks for their status."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self._sandbox = sandbox
        self.http = http

    def post(self, body: object) -> httpx.Response:
        return self.http.post(f"{self._sandbox.api_url}/transactions", json=body)

    def request(self, **fields: object) -> Json:
        """A request's body: a login without scopes, changed by `fields`."""
        body = {"token": self._sandbox.token, "service": "login", "redirectUrl": "https://shop.example/back"}
        return {**body, **fields}

    def create(self, **fields: object) -> Json:
        answer = self.post(self.request(**fields))
        assert answer.status_code == 200, answer.text
        return cast("Json", answer.json())

    def ask(self, transaction: Json) -> httpx.Response:
        return self.http.get(f"{self._sandbox.api_url}/status/{transaction['transactionToken']}")

    def status(self, transaction: Json) -> Json:
        answer = self.ask(transaction)
        assert answer.status_code == 200, answer.text
        return cast("Json", answer.json())


def first_answer(sandbox: Sandbox, shop: RelyingParty, person: str = "lucas", **fields: object) -> Json:
    """The first status answer after somebody approved."""
    transaction = shop.create(**fields)
    sandbox.person(person).phone.approve(transaction["authenticationUrl"])
    return shop.status(transaction)


def end(sandbox: Sandbox, url: str, status: str) -> None:
    """Ends a transaction by its authenticationUrl."""
    match status:
        case "success":
            sandbox.person("lucas").phone.approve(url)
        case "cancelled":
            sandbox.person("lucas").phone.refuse(url)
        case "failure":
            sandbox.fail(url)
        case _:
            sandbox.expire(url)

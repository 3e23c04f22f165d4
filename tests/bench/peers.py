"""Clients of other APIs, made to do the same two calls: what people get who use such a client elsewhere.

Each sends the same JSON to the same server through its own public way for calls it has no method for, if it has one.
They are imported by name, because they are not installed where types are checked.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.bench.contenders import BODY


class Openai:
    def __init__(self, url: str) -> None:
        self._client: Any = import_module("openai").OpenAI(base_url=url, api_key="none")

    def create(self) -> Any:
        return self._client.post("/transactions", body=BODY, cast_to=object)["transactionToken"]

    def status(self, created: Any) -> Any:
        return self._client.get(f"/status/{created}", cast_to=object)


class AsyncOpenai:
    def __init__(self, url: str) -> None:
        self._client: Any = import_module("openai").AsyncOpenAI(base_url=url, api_key="none")

    async def create(self) -> Any:
        return (await self._client.post("/transactions", body=BODY, cast_to=object))["transactionToken"]

    async def status(self, created: Any) -> Any:
        return await self._client.get(f"/status/{created}", cast_to=object)


class Stripe:
    def __init__(self, url: str) -> None:
        # Its second API, /v2, is the one that speaks JSON.
        self._client: Any = import_module("stripe").StripeClient("none", base_addresses={"api": url})

    def create(self) -> Any:
        return self._client.raw_request("post", "/v2/transactions", **BODY).data["transactionToken"]

    def status(self, created: Any) -> Any:
        return self._client.raw_request("get", f"/v2/status/{created}").data


class Auth0:
    def __init__(self, url: str) -> None:
        # All its methods go through this; it has no public way to other calls.
        self._client: Any = import_module("auth0.management").Auth0(base_url=url, token="none")._client_wrapper

    def create(self) -> Any:
        answer = self._client.httpx_client.request("transactions", method="POST", json=BODY)
        return answer.json()["transactionToken"]

    def status(self, created: Any) -> Any:
        return self._client.httpx_client.request(f"status/{created}", method="GET").json()


class Pybankid:
    """Its own two calls, order and collect, which are the same kind of thing; both are POSTs."""

    def __init__(self, url: str) -> None:
        import httpx

        # Its constructor wants a client certificate and an address of BankID's; the rest of it is one httpx.Client.
        kind: Any = import_module("bankid").BankIDClient
        self._client = kind.__new__(kind)
        self._client.client = httpx.Client(headers={"Content-Type": "application/json"}, timeout=5)
        self._client._auth_endpoint = f"{url}/auth"
        self._client._collect_endpoint = f"{url}/collect"

    def create(self) -> Any:
        return self._client.authenticate("127.0.0.1", requirement=BODY)["transactionToken"]

    def status(self, created: Any) -> Any:
        return self._client.collect(created)

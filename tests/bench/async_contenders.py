"""What is measured, asynchronous: the same two calls with `await`, any number of them at once."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any, Protocol

from tests.bench.contenders import BODY, PHONE_NUMBER, REDIRECT_URL, SCOPES, TOKEN, generated_body


class AsyncContender(Protocol):
    """One client, with its connections, for as long as its process lives. Made within the event loop."""

    async def create(self) -> Any:
        """Creates a transaction and returns what its status is asked with."""
        ...

    async def status(self, created: Any) -> Any:
        """Reads the status, in whatever form the client gives it."""
        ...


class Facade:
    def __init__(self, url: str) -> None:
        from itsme_facade import AsyncItsme

        self._itsme = AsyncItsme(TOKEN, base_url=url)

    async def create(self) -> Any:
        return await self._itsme.register(REDIRECT_URL, scopes=SCOPES, locale="nl", phone_number=PHONE_NUMBER)

    async def status(self, created: Any) -> Any:
        return await self._itsme.status(created)


class Generated:
    def __init__(self, url: str) -> None:
        from cm_itsme_client import Client

        self._client = Client(base_url=url)

    async def create(self) -> Any:
        from cm_itsme_client.api.transactions import create_transaction
        from cm_itsme_client.models import Transaction

        answer = await create_transaction.asyncio(client=self._client, body=generated_body())
        assert isinstance(answer, Transaction)
        return answer.transaction_token

    async def status(self, created: Any) -> Any:
        from cm_itsme_client.api.transactions import get_status

        return await get_status.asyncio(created, client=self._client)


class Httpx:
    def __init__(self, url: str, client: Any = None) -> None:
        import httpx

        self._client = client or httpx.AsyncClient()
        self._url = url

    async def create(self) -> Any:
        answer = await self._client.post(f"{self._url}/transactions", json=BODY)
        return answer.json()["transactionToken"]

    async def status(self, created: Any) -> Any:
        return (await self._client.get(f"{self._url}/status/{created}")).json()


class Httpcore:
    def __init__(self, url: str) -> None:
        import httpcore

        self._pool = httpcore.AsyncConnectionPool(max_connections=100)
        self._url = url

    async def create(self) -> Any:
        answer = await self._pool.request(
            "POST",
            f"{self._url}/transactions",
            headers={"Content-Type": "application/json"},
            content=json.dumps(BODY).encode(),
        )
        return json.loads(answer.content)["transactionToken"]

    async def status(self, created: Any) -> Any:
        return json.loads((await self._pool.request("GET", f"{self._url}/status/{created}")).content)


class Aiohttp:
    def __init__(self, url: str) -> None:
        self._session: Any = import_module("aiohttp").ClientSession()
        self._url = url

    async def create(self) -> Any:
        async with self._session.post(f"{self._url}/transactions", json=BODY) as answer:
            return (await answer.json())["transactionToken"]

    async def status(self, created: Any) -> Any:
        async with self._session.get(f"{self._url}/status/{created}") as answer:
            return await answer.json()


def httpx_keeping_100(url: str) -> AsyncContender:
    """httpx keeps 20 idle connections and closes the others; this one keeps all."""
    import httpx

    return Httpx(url, httpx.AsyncClient(limits=httpx.Limits(max_connections=100, max_keepalive_connections=100)))

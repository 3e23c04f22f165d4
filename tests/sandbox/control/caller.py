"""Calls the control API as any program would."""

from typing import cast

import httpx

from itsme_facade.sandbox import Sandbox
from tests.sandbox.relying_party import Json


class Control:
    """Calls that must be answered, and calls that may be refused."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self._url, self._http = sandbox.control_url, http

    def get(self, path: str) -> Json:
        answer = self._http.get(self._url + path)
        assert answer.status_code == 200, answer.text
        return cast("Json", answer.json())

    def post(self, path: str, **body: object) -> httpx.Response:
        return self._http.post(self._url + path, json=body)

    def do(self, path: str, **body: object) -> Json:
        answer = self.post(path, **body)
        assert answer.status_code == 200, answer.text
        return cast("Json", answer.json())

    def refused(self, path: str, **body: object) -> str:
        """Says with which code a call is refused."""
        answer = self.post(path, **body)
        assert answer.status_code == 409, answer.text
        return cast("str", answer.json()["code"])

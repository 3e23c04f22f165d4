"""How open pages learn that the world has changed: by server-sent events, over a real connection."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from itsme_facade.sandbox.pages.headers import HEADERS
from tests.sandbox.pages.parsed import Page
from tests.sandbox.relying_party import RelyingParty

WITHIN = 5.0  # seconds; far more than it takes


class Stream:
    """The events of an open page, as they come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next_change(self) -> int:
        """Waits for the next event; gives the world's version that it tells."""
        fields: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if not line and fields.get("event") == "change":
                assert fields["id"] == fields["data"]
                return int(fields["data"])
            fields = fields | {name: value} if line else {}
        raise AssertionError("the stream ended")

    def read_to_its_end(self) -> None:
        for _ in self._lines:
            pass


@contextmanager
def following(sandbox: Sandbox, since: str, **headers: str) -> Generator[Stream]:
    with httpx.stream("GET", f"{sandbox.url}/live?since={since}", headers=headers, timeout=WITHIN) as response:
        yield Stream(response)


def version(sandbox: Sandbox, http: httpx.Client, path: str = "/phone/lucas") -> str:
    """The version of the world that a page shows."""
    return Page(http.get(sandbox.url + path).text).one("body").attributes["data-live"]


def test_an_open_page_learns_of_a_change_at_once(sandbox: Sandbox, shop: RelyingParty, http: httpx.Client) -> None:
    since = version(sandbox, http)
    with following(sandbox, since) as stream:
        began = time.monotonic()
        shop.create()
        assert stream.next_change() > int(since)
        assert time.monotonic() - began < 0.9
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert {name: stream.response.headers[name] for name in HEADERS} == HEADERS


def test_a_change_between_the_page_and_its_stream_is_not_missed(
    sandbox: Sandbox, shop: RelyingParty, http: httpx.Client
) -> None:
    since = version(sandbox, http)
    shop.create()
    with following(sandbox, since) as stream:
        assert stream.next_change() > int(since)


def test_a_stream_that_broke_goes_on_where_it_was(sandbox: Sandbox, shop: RelyingParty, http: httpx.Client) -> None:
    shop.create()
    since = version(sandbox, http)
    shop.create()
    with following(sandbox, "0", **{"last-event-id": since}) as stream:
        assert stream.next_change() > int(since)


def test_what_happens_by_itself_is_told_although_nobody_else_looks(
    sandbox: Sandbox, shop: RelyingParty, http: httpx.Client
) -> None:
    url = shop.create()["authenticationUrl"]
    sandbox.person("lucas").always("approve", after=0.3)
    sandbox.world.give_number(sandbox.transaction(url).id, "+32471234567")
    since = version(sandbox, http)
    with following(sandbox, since) as stream:
        assert stream.next_change() > int(since)
    assert sandbox.transaction(url).status == "success"


def test_a_call_that_changed_nothing_and_a_fault_are_told_too(
    sandbox: Sandbox, shop: RelyingParty, http: httpx.Client
) -> None:
    since = version(sandbox, http, "/calls")
    with following(sandbox, since) as stream:
        assert shop.post({}).status_code == 400
        told = stream.next_change()
        sandbox.faults.next(call="status", status=500)
        assert stream.next_change() > told > int(since)


@pytest.mark.parametrize("since", ["", "x", "-1", "\u0663", "9" * 5000])
def test_a_version_that_is_none_is_taken_for_the_present_one_or_told_at_once(
    sandbox: Sandbox, shop: RelyingParty, since: str
) -> None:
    with following(sandbox, since) as stream:
        shop.create()
        assert stream.next_change() > 0


def test_many_changes_are_told_together(sandbox: Sandbox, shop: RelyingParty, http: httpx.Client) -> None:
    since = version(sandbox, http)
    with following(sandbox, since) as stream:
        for _ in range(50):
            shop.create()
        told = 0
        last = int(version(sandbox, http))
        while stream.next_change() < last:
            told += 1
        assert told < 25


def test_a_login_page_on_another_machine_follows_too(sandbox: Sandbox, shop: RelyingParty) -> None:
    with following(sandbox, "0", host="sandbox.internal:8484") as stream:
        shop.create()
        assert stream.next_change() > 0


def test_open_pages_do_not_keep_the_sandbox_from_stopping() -> None:
    sandbox = Sandbox().start()
    ready = threading.Event()
    ended: list[bool] = []

    def follow() -> None:
        with following(sandbox, "0") as stream:
            ready.set()
            stream.read_to_its_end()
            ended.append(True)

    page = threading.Thread(target=follow)
    page.start()
    assert ready.wait(WITHIN)
    began = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - began < 0.5
    page.join(WITHIN)
    assert ended == [True]


def test_two_sandboxes_tell_their_own_pages_only(sandbox: Sandbox, http: httpx.Client) -> None:
    with Sandbox() as other:
        before = version(sandbox, http)
        other.world.accounts.block("lucas")
        assert version(sandbox, http) == before
        assert int(version(other, http)) > 0

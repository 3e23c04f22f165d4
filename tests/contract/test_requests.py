"""What the facade sends is what the contract describes."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import InvalidArguments, Itsme, Locale, Scope, Started, UnreadableAnswer
from tests.contract.documents import CONTRACT, documents, faults

GUID = "00000000-0000-0000-0000-000000000000"
CREATED = {"transactionToken": "abc", "authenticationUrl": "https://login.example/1"}


class Recorder(httpx.BaseTransport):
    """Answers every request, and keeps the last."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.last: httpx.Request | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.last = request
        return httpx.Response(200, json=self.answer)


def sent_by(service: str, **arguments: Any) -> tuple[httpx.Request, dict[str, Any]]:
    recorder = Recorder(CREATED)
    with Itsme(arguments.pop("token", GUID), transport=recorder) as itsme:
        getattr(itsme, service)(**arguments)
    assert recorder.last is not None
    return recorder.last, json.loads(recorder.last.content)


words = st.characters(codec="ascii", categories=("L", "N"))
percent = st.integers(0, 255).map("%{:02X}".format)
path = st.lists(st.text(words) | percent | st.sampled_from(list("/._~-!$&'()*+,;=:@")), max_size=20).map("".join)
origins = st.sampled_from(
    ["https://shop.example", "HTTPS://SHOP.example:8443", "http://localhost:8000", "http://[::1]"]
)
redirect_urls = st.tuples(origins, path, path, path).map(lambda parts: "{}/{}?{}#{}".format(*parts))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Numbers in international form, with the marks that people put between digits."""
    number = draw(st.from_regex(r"(\+|00)[1-9][0-9]{6,14}", fullmatch=True))
    marks = st.sampled_from(["", "", " ", ".", "-", "(", ")"])
    return "".join(digit + draw(marks) for digit in number)


@given(
    token=st.uuids(allow_nil=True),
    upper=st.booleans(),
    service=st.sampled_from(["login", "register"]),
    redirect_url=redirect_urls,
    scopes=st.lists(st.sampled_from([*Scope, *(scope.value for scope in Scope)])),
    locale=st.none() | st.sampled_from([*Locale, *(locale.value for locale in Locale)]),
    phone_number=st.none() | numbers(),
)
def test_every_request_for_valid_arguments_is_valid_by_the_contract(
    token: UUID,
    upper: bool,
    service: str,
    redirect_url: str,
    scopes: list[str],
    locale: str | None,
    phone_number: str | None,
) -> None:
    text = str(token).upper() if upper else str(token)
    request, body = sent_by(
        service, token=text, redirect_url=redirect_url, scopes=scopes, locale=locale, phone_number=phone_number
    )
    assert faults("TransactionRequest", body) == []
    assert body["token"] == text
    assert body["service"] == service
    scheme, rest = redirect_url.split("://", 1)
    assert body["redirectUrl"] == f"{scheme.lower()}://{rest}"
    assert body.get("scopes", []) == [scope.value for scope in dict.fromkeys(map(Scope, scopes))]
    assert body.get("locale") == locale
    assert ("phoneNumber" in body) == (phone_number is not None)
    assert (request.method, request.url.path) == ("POST", "/itsme/v1/transactions")
    assert request.headers["content-type"] == "application/json"


@given(document=documents("TransactionRequest"))
def test_a_request_drawn_from_the_contract_is_sent_as_it_was_drawn_or_refused_by_name(
    document: dict[str, Any],
) -> None:
    """The contract admits http on any host and people in the URL; the facade does not, and says which argument."""
    names = {"redirectUrl": "redirect_url", "phoneNumber": "phone_number", "scopes": "scopes", "locale": "locale"}
    given_here = {ours: document[theirs] for theirs, ours in names.items() if theirs in document}
    try:
        _, body = sent_by(document["service"], token=document["token"], **given_here)
    except InvalidArguments as error:
        refused = [problem.argument for problem in error.problems]
        body = document
    else:
        refused = []
    assert refused in ([], ["redirect_url"])
    assert body == {key: value for key, value in document.items() if refused or value != []}


@pytest.mark.parametrize("server", CONTRACT["servers"], ids=lambda server: server["description"])
def test_a_status_is_asked_for_where_the_contract_says(server: dict[str, str]) -> None:
    environment = "production" if server["description"] == "Production" else "sandbox"
    recorder = Recorder({"status": "open"})
    with Itsme(GUID, environment, transport=recorder) as itsme:
        itsme.status("abc")
    assert recorder.last is not None
    assert (recorder.last.method, str(recorder.last.url)) == ("GET", f"{server['url']}/status/abc")


@given(token=st.from_regex(r"[!-~]{1,512}", fullmatch=True).filter(lambda token: token not in {".", ".."}))
def test_any_transaction_token_of_the_contract_reaches_its_own_address(token: str) -> None:
    recorder = Recorder({"status": "open"})
    with Itsme(GUID, transport=recorder) as itsme:
        itsme.status(token)
    assert recorder.last is not None
    segments = recorder.last.url.raw_path.decode("ascii").split("/")
    assert segments[:-1] == ["", "itsme", "v1", "status"]
    assert httpx.URL(f"https://x.example/{segments[-1]}").path == f"/{token}"
    assert recorder.last.content == b""


@given(document=documents("Transaction"))
def test_a_transaction_of_the_contract_becomes_a_started_one(document: dict[str, Any]) -> None:
    recorder = Recorder(document)
    with Itsme(GUID, transport=recorder) as itsme:
        try:
            started = itsme.login("https://shop.example/back")
        except UnreadableAnswer:
            # The contract admits any URI there; a browser is sent only to a web address that nobody can listen to.
            # It admits any text as a token too, and dots alone would be another path of the API.
            is_usable = document["transactionToken"].strip(". ")
            assert not is_usable or not document["authenticationUrl"].lower().startswith("https://")
        else:
            assert isinstance(started, Started)
            assert started.transaction_token == document["transactionToken"]
            assert started.authentication_url == document["authenticationUrl"]

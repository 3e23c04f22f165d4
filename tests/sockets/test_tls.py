"""TLS is always verified, and proxies of the environment are used for what is not on this machine."""

import json
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from itsme_facade import AsyncItsme, InvalidArguments, Itsme
from tests.programs import python
from tests.sockets.behaviours import answer, drop, refusing_port, send_and_close, tunnel
from tests.sockets.caller import Kind
from tests.sockets.fault_server import FaultServer
from tests.sockets.people import CREATED, TOKEN, as_usual

HOST = "api.itsme.example"
# Those of the machine that runs the tests are emptied; Python prefers the lower-case names of proxies.
EMPTY = dict.fromkeys(["http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"], "")


def server_tls(authority: trustme.CA, *hosts: str) -> ssl.SSLContext:
    """What a server with a certificate for these hosts speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)  # pyright: ignore[reportUnknownMemberType] - pyOpenSSL's
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the authority's certificate."""
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[FaultServer]:
    """A server with a certificate for 127.0.0.1 and for a host that is not on this machine."""
    with FaultServer(as_usual, tls=server_tls(authority, "127.0.0.1", HOST)) as server:
        yield server


def ask(kind: Kind, base_url: str, **environment: str) -> list[dict[str, Any]]:
    ended = python("-m", "tests.sockets.ask", kind, base_url, env=EMPTY | environment)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


ALL_WELL = [{"kind": "Started"}, {"kind": "Open"}, {"kind": "Open"}]


def test_a_certificate_that_nobody_vouches_for_is_refused(kind: Kind, secure: FaultServer) -> None:
    for told in ask(kind, secure.url):
        assert told["kind"] == "NotConnected"
        assert told["retry_safe"]
        assert "certificate" in told["text"].lower()
    assert secure.requests == []


def test_an_authority_named_by_the_environment_is_trusted_and_the_connection_kept(
    kind: Kind, secure: FaultServer, trusted: str
) -> None:
    assert ask(kind, secure.url, SSL_CERT_FILE=trusted) == ALL_WELL
    assert [asked.method for asked in secure.requests] == ["POST", "GET", "GET"]
    assert secure.connections == 1


def test_a_connection_that_the_server_has_closed_is_not_used_again(
    kind: Kind, secure: FaultServer, trusted: str
) -> None:
    secure.otherwise = send_and_close(answer(CREATED))
    assert [told["kind"] for told in ask(kind, secure.url, SSL_CERT_FILE=trusted)] == [
        "Started",
        "Unrecognised",
        "Unrecognised",
    ]
    assert [asked.method for asked in secure.requests] == ["POST", "GET", "GET"]
    assert secure.connections == 3


def test_a_certificate_for_another_host_is_refused(kind: Kind, authority: trustme.CA, trusted: str) -> None:
    with FaultServer(as_usual, tls=server_tls(authority, "other.example")) as server:
        for told in ask(kind, server.url, SSL_CERT_FILE=trusted):
            assert told["kind"] == "NotConnected"
            assert "certificate" in told["text"].lower()
        assert server.requests == []


def test_a_server_that_speaks_no_tls_is_not_connected(kind: Kind, server: FaultServer) -> None:
    url = server.url.replace("http:", "https:")
    server.hang_up_on_arrival = True
    assert {told["kind"] for told in ask(kind, url)} == {"NotConnected"}
    assert server.requests == []


def test_what_is_not_on_this_machine_goes_through_the_proxy_and_its_tls_ends_at_the_host(
    kind: Kind, secure: FaultServer, trusted: str
) -> None:
    with FaultServer(tunnel(secure.port)) as proxy:
        assert ask(kind, f"https://{HOST}/itsme/v1", SSL_CERT_FILE=trusted, https_proxy=proxy.url) == ALL_WELL
        assert [(asked.method, asked.path) for asked in proxy.requests] == [("CONNECT", f"{HOST}:443")]
    assert [asked.path.split("/")[1:4] for asked in secure.requests] == [
        ["itsme", "v1", "transactions"],
        ["itsme", "v1", "status"],
        ["itsme", "v1", "status"],
    ]
    assert secure.connections == 1


def test_nothing_is_sent_twice_through_a_proxy_either(kind: Kind, secure: FaultServer, trusted: str) -> None:
    secure.tell(drop, drop, as_usual, drop, as_usual)
    with FaultServer(tunnel(secure.port)) as proxy:
        told = ask(kind, f"https://{HOST}", SSL_CERT_FILE=trusted, https_proxy=proxy.url)
    assert [each["kind"] for each in told] == ["NotConnected", "Open", "Open"]
    assert not told[0]["retry_safe"]
    assert [asked.method for asked in secure.requests] == ["POST", "GET", "GET", "GET", "GET"]


def test_what_is_on_this_machine_never_goes_through_a_proxy(
    kind: Kind, secure: FaultServer, server: FaultServer, trusted: str
) -> None:
    with FaultServer(as_usual) as proxy:
        proxies = {"http_proxy": proxy.url, "https_proxy": proxy.url, "all_proxy": proxy.url}
        assert ask(kind, secure.url, SSL_CERT_FILE=trusted, **proxies) == ALL_WELL
        assert ask(kind, server.url, **proxies) == ALL_WELL
        assert proxy.connections == 0


def test_a_host_that_the_environment_excepts_goes_around_the_proxy(kind: Kind) -> None:
    with FaultServer(as_usual) as proxy:
        host = "no-such-host.invalid"
        told = ask(kind, f"https://{host}", https_proxy=proxy.url, no_proxy=host)
        assert {each["kind"] for each in told} <= {"NotConnected", "TimedOut"}
        assert proxy.connections == 0


def test_a_proxy_that_refuses_is_not_connected_and_nothing_left(kind: Kind) -> None:
    with FaultServer(send_and_close(answer("", 502))) as proxy:
        for told in ask(kind, f"https://{HOST}", https_proxy=proxy.url):
            assert (told["kind"], told["retry_safe"]) == ("NotConnected", True)


def test_a_proxy_that_is_not_there_is_not_connected_and_its_password_is_not_told(kind: Kind) -> None:
    with refusing_port() as port:
        for told in ask(kind, f"https://{HOST}", https_proxy=f"http://someone:Pa55word@127.0.0.1:{port}"):
            assert (told["kind"], told["retry_safe"]) == ("NotConnected", True)
            assert "Pa55word" not in json.dumps(told)


def test_a_proxy_address_that_makes_no_sense_is_named_without_its_password(kind: Kind) -> None:
    senseless = EMPTY | {"https_proxy": "gopher://someone:Pa55word@proxy.example"}
    ended = python("-m", "tests.sockets.ask", kind, f"https://{HOST}", env=senseless)
    assert "InvalidArguments: Invalid arguments: proxy: the environment names a proxy" in ended.stderr
    assert "Pa55word" not in ended.stderr


def test_a_proxys_credentials_are_sent_to_the_proxy_alone(kind: Kind, secure: FaultServer, trusted: str) -> None:
    with FaultServer(tunnel(secure.port)) as proxy:
        url = proxy.url.replace("http://", "http://someone:Pa55word@")
        assert ask(kind, f"https://{HOST}", SSL_CERT_FILE=trusted, https_proxy=url) == ALL_WELL
        assert all(b"proxy-authorization: basic " in asked.head.lower() for asked in proxy.requests)
    assert not any(b"authorization" in asked.head.lower() for asked in secure.requests)


@pytest.mark.parametrize("client", [Itsme, AsyncItsme])
@pytest.mark.parametrize("url", ["http://api.itsme.example/", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1:80"])
def test_plain_http_is_refused_for_anything_but_this_machine(client: type[Itsme | AsyncItsme], url: str) -> None:
    with pytest.raises(InvalidArguments, match="base_url"):
        client(TOKEN, base_url=url)

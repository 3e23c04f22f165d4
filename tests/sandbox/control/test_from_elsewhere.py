"""Who may call the control API of a sandbox that other machines can reach."""

import socket

import httpx
import pytest

from itsme_facade.sandbox import CannotStart, Sandbox

TOKEN = "a-token-of-the-control-api"


def own_address() -> str:
    """An address of this machine that is not loopback, or the nearest thing to one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Nothing is sent: this only asks the system which address it would send from.
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@pytest.fixture
def everywhere() -> Sandbox:
    """A sandbox as it is behind a public address; here it is called without a server, as if from one."""
    return Sandbox(control_token=TOKEN)


async def ask(sandbox: Sandbox, *, caller: str, host: str, **headers: str) -> int:
    transport = httpx.ASGITransport(sandbox.app, client=(caller, 1234))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        answer = await client.get("/_sandbox/people", headers=headers)
        if answer.status_code == 403:
            assert answer.json()["code"] == "refused"
        return answer.status_code


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("caller", "host", "token", "status"),
    [
        ("192.0.2.7", "sandbox.example", TOKEN, 200),
        ("192.0.2.7", "sandbox.example", None, 403),
        ("192.0.2.7", "sandbox.example", "another-token-altogether", 403),
        ("192.0.2.7", "localhost", None, 403),
        ("192.0.2.7", "localhost", TOKEN, 200),
        ("127.0.0.1", "sandbox.example", None, 403),
        ("127.0.0.1", "sandbox.example", TOKEN, 200),
        ("127.0.0.1", "localhost", None, 200),
        ("::1", "[::1]", None, 200),
    ],
)
async def test_a_token_is_needed_for_anything_but_loopback(
    everywhere: Sandbox, caller: str, host: str, token: str | None, status: int
) -> None:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    assert await ask(everywhere, caller=caller, host=host, **headers) == status


@pytest.mark.anyio
async def test_the_token_is_a_bearer_token_and_lets_no_page_of_another_site_in(everywhere: Sandbox) -> None:
    assert await ask(everywhere, caller="192.0.2.7", host="a.example", authorization=f"Basic {TOKEN}") == 403
    headers = {"authorization": f"bearer {TOKEN}", "origin": "https://shop.example"}
    assert await ask(everywhere, caller="192.0.2.7", host="a.example", **headers) == 403


@pytest.mark.anyio
async def test_without_a_control_token_nobody_elsewhere_may_call() -> None:
    for shown in ("", "None", TOKEN):
        assert await ask(Sandbox(), caller="192.0.2.7", host="a.example", authorization=f"Bearer {shown}") == 403


def test_with_a_token_it_listens_on_every_address_and_sends_browsers_where_they_came_by(http: httpx.Client) -> None:
    with Sandbox(host="0.0.0.0", control_token=TOKEN) as sandbox:  # noqa: S104 - is what is tried
        port = httpx.URL(sandbox.url).port
        assert httpx.URL(sandbox.url).host == "127.0.0.1"
        address = f"http://{own_address()}:{port}"
        body = {"token": sandbox.token, "service": "login", "redirectUrl": "https://shop.example/"}
        transaction = http.post(f"{address}/itsme/v1/transactions", json=body).json()
        assert transaction["authenticationUrl"].startswith(f"{address}/login/")
        headers = {"authorization": f"Bearer {TOKEN}"}
        assert http.get(f"{address}/_sandbox/people", headers=headers).status_code == 200
        assert http.get(f"{sandbox.control_url}/people").status_code == 200


@pytest.mark.parametrize("token", ["short", "with spaces in between", "é" * 20])
def test_a_weak_token_is_refused(token: str) -> None:
    with pytest.raises(CannotStart, match="16 or more ASCII characters"):
        Sandbox(host="0.0.0.0", control_token=token).start()  # noqa: S104 - is what is refused


def test_the_token_is_in_no_repr(everywhere: Sandbox) -> None:
    assert TOKEN not in repr(everywhere) + repr(vars(everywhere)) + repr(everywhere.app.state.instance)

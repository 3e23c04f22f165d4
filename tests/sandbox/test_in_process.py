"""The sandbox inside a Python program: start, stop, several at once, many threads."""

import gc
import socket
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median

import httpx
import pytest

from itsme_facade.sandbox import CannotStart, Clock, Refused, Sandbox, Status, UnknownBank, UnknownPerson
from itsme_facade.sandbox.world import World
from itsme_facade.sandbox.world.phones import Behaviour
from itsme_facade.sandbox.world.transactions import TransactionRequest
from tests.sandbox.relying_party import Json, RelyingParty


def seconds_since(start: float) -> float:
    return time.perf_counter() - start


def test_it_starts_stops_and_resets_in_no_time(http: httpx.Client) -> None:
    starts: list[float] = []
    stops: list[float] = []
    resets: list[float] = []
    for _ in range(5):
        begun = time.perf_counter()
        sandbox = Sandbox().start()
        http.get(f"{sandbox.api_url}/status/none")
        starts.append(seconds_since(begun))
        begun = time.perf_counter()
        sandbox.reset()
        resets.append(seconds_since(begun))
        begun = time.perf_counter()
        sandbox.stop()
        stops.append(seconds_since(begun))
    # Ten times and more what it takes on a quiet machine.
    assert (median(starts) < 0.2, median(resets) < 0.02, median(stops) < 0.09) == (True, True, True)


def test_after_the_stop_the_port_is_free_and_the_thread_is_gone() -> None:
    others = set(threading.enumerate())
    with Sandbox() as sandbox, httpx.Client() as client:
        client.get(f"{sandbox.api_url}/status/none")
        port = httpx.URL(sandbox.url).port
        assert port is not None
        assert set(threading.enumerate()) > others
        sandbox.stop()
        with pytest.raises(httpx.TransportError):
            client.get(f"{sandbox.api_url}/status/none")
        assert set(threading.enumerate()) == others
        sandbox.stop()
    with Sandbox(port=port) as again:
        assert httpx.get(f"{again.api_url}/status/none").status_code == 404


def test_it_can_be_started_again_and_remembers() -> None:
    sandbox = Sandbox()
    for expected in (1, 2):
        with sandbox, httpx.Client() as client:
            RelyingParty(sandbox, client).create()
            assert len(sandbox.transactions) == expected


def test_two_sandboxes_know_nothing_of_each_other(http: httpx.Client) -> None:
    with Sandbox() as one, Sandbox() as two:
        shop_one, shop_two = RelyingParty(one, http), RelyingParty(two, http)
        transaction = shop_one.create()
        assert shop_two.ask(transaction).status_code == 404
        two.person("lucas").always("approve")
        two.clock.advance(hours=1)
        assert shop_one.create(phoneNumber="+32471234567") is not None
        assert [t.status for t in one.transactions] == [Status.OPEN, Status.OPEN]
        assert two.transactions == ()


def test_a_taken_port_another_machines_address_and_a_second_start_are_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port}: Address already in use"):
            Sandbox(port=port).start()
    with pytest.raises(CannotStart, match="not a loopback address"):
        Sandbox(host="0.0.0.0").start()  # noqa: S104 - is what is refused
    with Sandbox() as sandbox, pytest.raises(CannotStart, match="already"):
        sandbox.start()
    with pytest.raises(CannotStart, match="start the sandbox first"):
        _ = Sandbox().url


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_listens_on_loopback_names(host: str) -> None:
    with Sandbox(host=host) as sandbox:
        assert httpx.URL(sandbox.url).host == host
        assert httpx.get(f"{sandbox.control_url}/people").status_code == 200


@pytest.mark.anyio
async def test_the_application_works_without_a_server() -> None:
    sandbox = Sandbox()
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://itsme.localhost") as client:
        body = {"token": sandbox.token, "service": "login", "redirectUrl": "https://shop.example/"}
        transaction: Json = (await client.post("/itsme/v1/transactions", json=body)).json()
        assert transaction["authenticationUrl"].startswith("http://itsme.localhost/login/")
        sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
        answer = await client.get(f"/itsme/v1/status/{transaction['transactionToken']}")
        assert answer.json()["userId"] == sandbox.person("lucas").user_id()


def test_many_threads_at_once_get_each_identity_once(sandbox: Sandbox, shop: RelyingParty) -> None:
    def one_login(number: int) -> int:
        transaction = shop.create(scopes=["email"], phoneNumber="+32471234567")
        sandbox.person("lucas").phone.approve(transaction["authenticationUrl"])
        answers = [shop.status(transaction) for _ in range(3)]
        assert {answer["status"] for answer in answers} == {"success"}, number
        return sum("emailAddress" in answer for answer in answers)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one_login, range(40))) == [1] * 40
    assert len(sandbox.transactions) == 40


def test_one_transaction_read_by_many_at_once_is_handed_out_once(sandbox: Sandbox, shop: RelyingParty) -> None:
    transaction = shop.create(scopes=["email"])
    sandbox.person("lucas").phone.approve()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(shop.status, [transaction] * 24))
    assert ["emailAddress" in answer for answer in answers].count(True) == 1


def test_a_finished_transaction_takes_little_memory_and_none_after_its_retention() -> None:
    world = World(clock=Clock(datetime(2026, 1, 1, tzinfo=UTC), ticks=lambda: 0.0))

    def finish(count: int) -> None:
        for number in range(count):
            transaction = world.create(
                TransactionRequest(
                    token=f"{number:08}-0000-4000-8000-000000000001",
                    service="login",
                    redirect_url=f"https://shop.example/itsme/back?state={number:064}",
                    scopes=("profile", "address"),
                    phone_number="+32471234567",
                )
            )
            world.answer("+32471234567", "approve", transaction.id)
            world.read(transaction.token)

    finish(10)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        finish(1000)
        assert (tracemalloc.get_traced_memory()[0] - before) / 1000 < 4096
        world.advance(3600)
        gc.collect()
        assert (tracemalloc.get_traced_memory()[0] - before) / 1000 < 200
    finally:
        tracemalloc.stop()


def test_what_python_shows_is_what_happened(sandbox: Sandbox, shop: RelyingParty) -> None:
    url = shop.create(service="register", scopes=["email"], locale="de")["authenticationUrl"]
    before = sandbox.transaction(url)
    approved = sandbox.person("lucas").phone.approve(url)
    assert (before.status, before.asked) == (Status.OPEN, None)
    assert (approved.status, approved.asked, approved.given) == (Status.SUCCESS, "lucas", False)
    assert (approved.service, approved.scopes, approved.locale) == ("register", ("email",), "de")
    assert sandbox.transactions == (approved,)
    assert sandbox.authentication_url(approved) == url
    assert repr(sandbox.person("lucas")) == "SandboxPerson('lucas')"
    assert repr(sandbox.person("lucas").phone) == "SandboxPhone('lucas')"


def test_an_unknown_person_is_refused_with_the_names_of_all(sandbox: Sandbox) -> None:
    with pytest.raises(UnknownPerson, match=r"'lukas'.*lucas, no-given-name"):
        sandbox.person("lukas")


def test_the_clock_can_be_read_and_moved_in_python(sandbox: Sandbox) -> None:
    before = sandbox.clock.now()
    sandbox.clock.advance(minutes=3)
    assert 180 <= (sandbox.clock.now() - before).total_seconds() < 200


def test_a_seed_draws_the_same_tokens(http: httpx.Client) -> None:
    tokens: list[object] = []
    for _ in range(2):
        with Sandbox(seed=7) as sandbox:
            tokens.append(RelyingParty(sandbox, http).create()["transactionToken"])
    assert tokens[0] == tokens[1]


def test_a_person_has_cards_phones_and_an_account(sandbox: Sandbox) -> None:
    lucas = sandbox.person("lucas")
    assert (lucas.card.owner, lucas.card.tries_left) == ("lucas", 3)
    assert lucas.bank_card in lucas.bank_cards
    assert lucas.bank_card is not None
    assert lucas.bank_card.bank == lucas.details.banks[0]
    assert [phone.id for phone in lucas.phones] == ["lucas"]
    assert (lucas.account.state, lucas.account.code) == ("active", lucas.details.itsme_code)
    assert lucas.account.phone is not None
    assert lucas.account.phone.number == lucas.phone.number == "+32471234567"
    assert repr(lucas.account) == "SandboxAccount('lucas', 'active')"
    assert sandbox.person("title").bank_cards == ()
    assert sandbox.person("title").bank_card is None
    with pytest.raises(Refused) as refused:
        _ = sandbox.person("foreign-document").card
    assert refused.value.message_id == "no-eid"


def test_a_newcomer_is_enrolled_and_logs_in(sandbox: Sandbox, shop: RelyingParty) -> None:
    newcomer = sandbox.person("newcomer")
    assert (newcomer.account.state, newcomer.account.phone, newcomer.account.code) == ("none", None, "")
    with pytest.raises(Refused, match="There is no itsme account here"):
        newcomer.phone.approve(shop.create()["authenticationUrl"])
    assert newcomer.enrol("55555").state == "active"
    assert newcomer.account.code == "55555"
    transaction = shop.create(scopes=["phone"])
    newcomer.phone.approve(transaction["authenticationUrl"])
    assert shop.status(transaction)["phoneNumber"] == newcomer.details.phone_number


def test_an_account_is_activated_at_a_bank_blocked_deleted_and_made_anew(sandbox: Sandbox) -> None:
    lucas = sandbox.person("lucas")
    bank = lucas.details.banks[0]
    lucas.activate_at(bank)
    assert lucas.account.banks == {bank}
    with pytest.raises(UnknownBank, match="belfius, bnp-paribas-fortis, ing, kbc"):
        lucas.activate_at("none")
    before = lucas.user_id()
    lucas.account.block()
    assert lucas.account.state == "blocked"
    lucas.account.delete()
    assert lucas.account.state == "none"
    lucas.make_account_anew()
    assert (lucas.account.state, lucas.account.banks) == ("active", frozenset())
    assert lucas.account.user_id() == lucas.user_id() != before
    assert lucas.user_id("00000000-0000-4000-8000-000000000002") != lucas.user_id()


def test_a_second_phone_takes_the_account_over(sandbox: Sandbox, shop: RelyingParty) -> None:
    lucas = sandbox.person("lucas")
    second = lucas.new_phone("+32470999999", touch_id=True)
    assert (second.id, second.number, second.messages) == ("lucas-2", "+32470999999", ())
    second.install_app()
    lucas.enrol()
    assert lucas.phone.id == "lucas-2"
    transaction = shop.create()
    with pytest.raises(Refused):
        lucas.phones[0].approve(transaction["authenticationUrl"])
    second.approve(transaction["authenticationUrl"])
    assert shop.status(transaction)["status"] == "success"


def test_text_messages_can_be_read(sandbox: Sandbox) -> None:
    lucas = sandbox.person("lucas")
    world = sandbox.world
    enrolment = world.desk.begin(lucas.phone.number, "lucas@mail.example")
    world.desk.confirm(enrolment.id)
    world.desk.insert_card(enrolment.id, "lucas")
    world.desk.validate(enrolment.id)
    token = world.desk.sign(enrolment.id, lucas.card.pin).token
    assert token is not None
    world.activation.restart("lucas")
    world.activation.enter_number("lucas", lucas.phone.number)
    code = world.activation.enter_token("lucas", token).sms_code
    assert lucas.phone.messages == (f"Your itsme verification code is {code}.",)


@pytest.mark.parametrize(
    ("behaviour", "status"), [("approve", "success"), ("refuse", "cancelled"), ("wrong_icon", "cancelled")]
)
def test_a_phone_can_always_answer_the_same(
    sandbox: Sandbox, shop: RelyingParty, behaviour: Behaviour, status: str
) -> None:
    lucas = sandbox.person("lucas")
    lucas.phone.always(behaviour, after=1)
    transaction = shop.create(phoneNumber=lucas.phone.number)
    assert shop.status(transaction)["status"] == "open"
    sandbox.clock.advance(seconds=1)
    assert shop.status(transaction)["status"] == status
    lucas.always(None)
    assert shop.status(shop.create(phoneNumber=lucas.phone.number))["status"] == "open"


def test_starting_a_sandbox_that_other_machines_could_reach_wants_a_control_token() -> None:
    with pytest.raises(CannotStart, match="without a control token"):
        Sandbox(host="192.0.2.1").start()

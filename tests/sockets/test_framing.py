"""How an answer is framed, cut up and compressed does not matter, as long as it can be read."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsme_facade import (
    Itsme,
    ItsmeError,
    NotConnected,
    Result,
    Started,
    UnreadableAnswer,
)
from tests.sockets.behaviours import answer, flood, send, send_and_close
from tests.sockets.caller import Caller
from tests.sockets.conftest import Connect
from tests.sockets.fault_server import Behaviour, FaultServer
from tests.sockets.people import CREATED, OPEN, TOKEN, TRANSACTION, WITH_PERSON

MEBIBYTE = 1024 * 1024
ALL_BUT_THE_END = WITH_PERSON[:-30]


def test_a_whole_object_on_a_body_shorter_than_its_length_is_given_and_marked(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send_and_close(answer(WITH_PERSON, content_length=str(len(WITH_PERSON) + 10))))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.truncated
    assert server.asked("GET") == 1


def test_a_whole_object_on_a_body_without_its_last_chunk_is_given_and_marked(
    caller: Caller, server: FaultServer
) -> None:
    chunk = f"{len(WITH_PERSON):x}\r\n{WITH_PERSON}\r\n"
    server.tell(send_and_close(answer(content_length="", transfer_encoding="chunked") + chunk.encode()))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.truncated


def test_a_transaction_whose_answer_ends_early_but_is_whole_is_used(caller: Caller, server: FaultServer) -> None:
    server.tell(send_and_close(answer(CREATED, content_length="9999")))
    assert caller.login().transaction_token == TRANSACTION
    assert server.asked("POST") == 1


def test_a_body_longer_than_its_length_is_unreadable_and_spoils_no_later_call(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(WITH_PERSON, content_length=str(len(WITH_PERSON) - 30))))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.body == ALL_BUT_THE_END.encode()
    assert caller.login().transaction_token == TRANSACTION
    assert server.asked("POST") == 1


def test_a_second_answer_that_nobody_asked_for_is_never_taken_for_the_next_transactions(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(OPEN) + answer(WITH_PERSON)))
    assert caller.status("one").status == "open"
    result = caller.status("another")
    assert (result.status, result.identity) == ("open", None)
    assert server.connections == 2


def test_a_body_without_a_length_ends_with_the_connection(caller: Caller, server: FaultServer) -> None:
    server.tell(send_and_close(answer(WITH_PERSON, content_length="")))
    result = caller.status()
    assert result.identity is not None
    assert not result.raw.truncated


def test_a_chunked_body_is_put_together(caller: Caller, server: FaultServer) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in OPEN.encode()) + b"0\r\n\r\n"
    server.tell(send(answer(content_length="", transfer_encoding="chunked") + chunks))
    assert caller.status().raw.body == OPEN.encode()
    assert caller.status().status == "open"
    assert server.connections == 1


@pytest.mark.parametrize("informational", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_an_informational_answer_is_passed_over(caller: Caller, server: FaultServer, informational: str) -> None:
    server.tell(send(f"HTTP/1.1 {informational}\r\n\r\n".encode() * 3 + answer(WITH_PERSON)))
    assert caller.status().identity is not None


def test_switching_protocols_is_no_answer_and_the_status_is_asked_again(caller: Caller, server: FaultServer) -> None:
    server.tell(send(answer(status="101 Switching Protocols", upgrade="h2c", connection="upgrade")))
    assert caller.status().status == "open"
    assert server.asked("GET") == 2


def deflated(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text.encode()) + packer.flush()


COMPRESSED = {
    "gzip": ("gzip", gzip.compress(WITH_PERSON.encode())),
    "deflate": ("deflate", zlib.compress(WITH_PERSON.encode())),
    "bare deflate": ("deflate", deflated(WITH_PERSON)),
    "gzip that is not": ("gzip", WITH_PERSON.encode()),
    "deflate that is not": ("deflate", WITH_PERSON.encode()),
    "brotli that is not": ("br", WITH_PERSON.encode()),
    "an unknown word": ("shrunk", WITH_PERSON.encode()),
}


@pytest.mark.parametrize(("encoding", "body"), COMPRESSED.values(), ids=COMPRESSED)
def test_a_body_is_read_whatever_is_claimed_of_its_compression(
    caller: Caller, server: FaultServer, encoding: str, body: bytes
) -> None:
    server.tell(send(answer(body, content_encoding=encoding)))
    result = caller.status()
    assert result.identity is not None
    assert result.raw.body == WITH_PERSON.encode()


def test_a_compression_that_breaks_off_leaves_the_readable_part_and_says_so(
    caller: Caller, server: FaultServer
) -> None:
    server.tell(send(answer(gzip.compress(WITH_PERSON.encode())[:-60], content_encoding="gzip")))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert caught.value.raw.body
    assert WITH_PERSON.encode().startswith(caught.value.raw.body)


def test_a_decompression_bomb_is_cut_and_flagged_and_takes_little_memory(caller: Caller, server: FaultServer) -> None:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(MEBIBYTE)) for _ in range(100)) + packer.flush()
    server.tell(send(answer(bomb, content_encoding="gzip")))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableAnswer) as caught:
            caller.status()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert len(caught.value.raw.body) <= MEBIBYTE
    assert peak < 8 * MEBIBYTE


def endless(behaviour: str) -> Behaviour:
    if behaviour == "body":
        return flood(answer(content_length=""), b" " * 65536)
    if behaviour == "chunks":
        return flood(answer(content_length="", transfer_encoding="chunked"), b"10000\r\n" + b" " * 65536 + b"\r\n")
    return flood(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", b"x" * 65536)


@pytest.mark.parametrize("behaviour", ["body", "chunks", "length"])
def test_an_endless_body_is_cut_at_a_mebibyte(caller: Caller, server: FaultServer, behaviour: str) -> None:
    server.tell(endless(behaviour))
    with pytest.raises(UnreadableAnswer) as caught:
        caller.status()
    assert caught.value.raw is not None
    assert caught.value.raw.truncated
    assert len(caught.value.raw.body) == MEBIBYTE
    server.wait_until(lambda it: it.open_connections == 0)
    assert caller.status().status == "open"


def test_headers_without_end_are_not_read_for_ever(caller: Caller, server: FaultServer) -> None:
    server.otherwise = flood(b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 8000 + b"\r\n")
    with pytest.raises(NotConnected) as caught:
        caller.login()
    assert not caught.value.retry_safe
    server.wait_until(lambda it: it.open_connections == 0)
    assert server.asked("POST") == 1


def test_a_name_with_two_addresses_of_which_one_answers_is_reached(connect: Connect, server: FaultServer) -> None:
    for host in ("localhost", "127.0.0.1"):
        assert connect(f"http://{host}:{server.port}/some/where/").login().transaction_token == TRANSACTION
    assert {asked.path for asked in server.requests} == {"/some/where/transactions"}


def test_an_answer_in_http_1_0_is_read(caller: Caller, server: FaultServer) -> None:
    server.otherwise = send_and_close(b"HTTP/1.0 200 OK\r\n\r\n" + WITH_PERSON.encode())
    for _ in range(2):
        assert caller.status().identity is not None
    assert server.connections == server.asked("GET") == 2


PARTS_OF_ANSWERS = st.sampled_from(
    [
        *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 500 \r\n", b"\r\n", b"\r\n\r\n"),
        *(b"content-length: 20\r\n", b"content-length: 0\r\n", b"transfer-encoding: chunked\r\n", b"5\r\n", b"0\r\n"),
        *(b"content-encoding: gzip\r\n", b"connection: close\r\n", b"retry-after: soon\r\n", b"x: \xff\r\n"),
        *(b'{"status": "success"}', b'{"status":', b"[", b"}", gzip.compress(b"{}"), WITH_PERSON.encode()),
    ]
)


@settings(max_examples=150)
@given(parts=st.lists(PARTS_OF_ANSWERS | st.binary(max_size=30), max_size=8))
def test_whatever_bytes_come_the_end_is_a_typed_result_or_a_typed_error(parts: list[bytes]) -> None:
    with FaultServer(send_and_close(b"".join(parts))) as server:
        caller = Caller(Itsme(TOKEN, base_url=server.url), None)
        caller.hurry()
        ends = [ended(caller.status), ended(caller.login)]
        caller.close()
        assert all(isinstance(end, Started) or end.raw is not None for end in ends)
        assert server.asked("POST") == 1


def ended(call: Callable[[], Started | Result]) -> Started | Result | ItsmeError:
    try:
        return call()
    except ItsmeError as error:
        return error

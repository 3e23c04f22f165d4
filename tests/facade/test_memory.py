"""What a client remembers of its reads: little, not the tokens themselves, and right under threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade import RawAnswer
from itsme_facade.memory import Memory

RAW = RawAnswer(b"{}")


def test_nothing_is_known_of_a_transaction_that_was_never_asked_for() -> None:
    memory = Memory()
    assert not memory.was_given("abc")
    assert not memory.was_interrupted("abc")
    assert memory.take_undelivered("abc") is None


def test_each_thing_is_remembered_of_its_own_transaction_only() -> None:
    memory = Memory()
    memory.given("a")
    memory.interrupted("b")
    assert [(memory.was_given(token), memory.was_interrupted(token)) for token in "abc"] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_an_undelivered_answer_is_taken_once() -> None:
    memory = Memory()
    memory.undelivered("a", RAW)
    assert memory.take_undelivered("b") is None
    assert memory.take_undelivered("a") is RAW
    assert memory.take_undelivered("a") is None


def test_no_token_is_kept() -> None:
    memory = Memory()
    memory.given("QZsecret")
    memory.interrupted("QZsecret")
    assert "QZsecret" not in repr(vars(memory))
    assert b"QZsecret" not in b"".join(memory._past)


def test_it_forgets_the_transactions_that_were_used_least_recently_when_it_is_full() -> None:
    memory = Memory(size=3)
    for token in "abc":
        memory.given(token)
    memory.interrupted("a")
    memory.given("d")
    assert [token for token in "abcd" if memory.was_given(token)] == ["a", "c", "d"]


@given(events=st.lists(st.tuples(st.sampled_from("gi"), st.sampled_from("abcdefgh")), max_size=40))
def test_it_knows_exactly_the_last_ones_it_was_told_of(events: list[tuple[str, str]]) -> None:
    memory = Memory(size=4)
    for what, token in events:
        (memory.given if what == "g" else memory.interrupted)(token)
    newest_first = list(dict.fromkeys(token for _, token in reversed(events)))
    assert all(memory.was_given(token) or memory.was_interrupted(token) for token in newest_first[:4])
    assert not any(memory.was_given(token) or memory.was_interrupted(token) for token in newest_first[4:])


@pytest.mark.parametrize("size", [1, 100])
def test_it_is_safe_for_threads(size: int) -> None:
    memory = Memory(size=size)
    tokens = [str(number) for number in range(500)]

    def use(token: str) -> int:
        memory.given(token)
        memory.undelivered("shared", RAW)
        return memory.take_undelivered("shared") is RAW

    with ThreadPoolExecutor(8) as threads:
        taken = sum(threads.map(use, tokens))
    assert taken <= len(tokens)
    assert memory.take_undelivered("shared") in (None, RAW)
    assert len(memory._past) <= size


def test_an_answer_left_by_one_thread_is_taken_by_one_thread_only() -> None:
    memory = Memory()
    for number in range(200):
        memory.undelivered(str(number), RAW)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(memory.take_undelivered, [str(number) for number in range(200)] * 4))
    assert taken.count(RAW) == 200


def test_of_parts_of_an_answer_the_longest_is_kept_until_the_data_is_given() -> None:
    memory = Memory()
    for body in (b'{"status"', b'{"status": "success", "us', b""):
        memory.interrupted("one", RawAnswer(body, truncated=True))
    partial = memory.partial("one")
    assert partial is not None
    assert partial.body == b'{"status": "success", "us'
    memory.given("one")
    assert memory.partial("one") is None
    assert memory.partial("another") is None


def test_a_lock_that_another_thread_held_does_not_block_a_forked_child() -> None:
    memory = Memory()
    with memory._lock:  # as another thread may at the moment of a fork
        memory.begin_anew()
        memory.given("one")
        assert memory.was_given("one")

"""How the bank asks the process that has started it, line by line."""

import io
import json
import threading
from collections.abc import Callable

import pytest

from itsme_facade.demo.bank.books import Books, BooksClosed


class Line(io.StringIO):
    """Hands each line that is written to a function."""

    def __init__(self, read: Callable[[str], None]) -> None:
        super().__init__()
        self._read = read

    def flush(self) -> None:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        if text:
            self._read(text)


def test_the_answer_to_a_question_is_the_one_with_its_number() -> None:
    books = Books()
    books.open(Line(lambda line: books.take(json.dumps([json.loads(line)[0], json.loads(line)[1] == "known"]))))
    assert books.say_active("known")
    assert not books.say_active("stranger")


def test_an_answer_that_comes_too_late_answers_no_later_question() -> None:
    books = Books(patience=0.01)
    books.open(io.StringIO())
    with pytest.raises(BooksClosed):
        books.say_active("known")
    books.take("[1, true]")
    with pytest.raises(BooksClosed):
        books.say_active("stranger")


def test_questions_asked_at_once_do_not_mix_their_answers() -> None:
    books = Books()
    books.open(Line(lambda line: books.take(json.dumps([json.loads(line)[0], json.loads(line)[1] == "known"]))))
    wrong: list[str] = []

    def ask(user_id: str) -> None:
        wrong.extend(user_id for _ in range(50) if books.say_active(user_id) != (user_id == "known"))

    asking = [threading.Thread(target=ask, args=(who,)) for who in ("known", "stranger") * 4]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert wrong == []


def test_before_they_are_open_nobody_is_let_in() -> None:
    with pytest.raises(BooksClosed):
        Books().say_active("known")

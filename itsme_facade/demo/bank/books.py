"""The bank's books, which say who has activated itsme.

The local sandbox plays the bank's counter, card and reader, so it is the sandbox that keeps them. It runs in the
process that has started this one, and is asked there, over this process's input and output.
"""

from __future__ import annotations

import json
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock
from typing import IO, Final


class BooksClosed(Exception):
    """The books cannot be looked into just now. The login is kept; try again."""


class Books:
    """Asks one question at a time.

    Args:
        patience: how long an answer may take, in seconds.
    """

    def __init__(self, patience: float = 5.0) -> None:
        self._patience = patience
        self._asking = Lock()
        self._numbers = count(1)
        self._answers: SimpleQueue[tuple[int, bool]] = SimpleQueue()
        self._out: IO[str] | None = None

    def open(self, out: IO[str]) -> None:
        """Questions go here, a line of JSON each: a number, and a userId."""
        self._out = out

    def take(self, line: str) -> None:
        """Takes an answer: the number of the question, and whether that customer is active."""
        self._answers.put(tuple(json.loads(line)))

    def say_active(self, user_id: str) -> bool:
        """Whether the customer whom itsme knows by this userId has activated itsme at this bank.

        Raises:
            BooksClosed: nobody answers.
        """
        with self._asking:
            if self._out is None:
                raise BooksClosed
            asked = next(self._numbers)
            print(json.dumps([asked, user_id]), file=self._out, flush=True)
            try:
                while True:
                    number, active = self._answers.get(timeout=self._patience)
                    if number == asked:  # else it comes too late for a question before
                        return active
            except Empty:
                raise BooksClosed from None


books: Final = Books()
"""This bank's."""

"""The bank's books, which say who has activated itsme.

The local sandbox plays the bank's counter, card and reader, so it is the sandbox that keeps them. It runs in the
process that has started this one, and is asked there, over this process's input and output.
"""

from __future__ import annotations

import json
from queue import Empty, SimpleQueue
from threading import Lock
from typing import IO, Final

_PATIENCE: Final = 5.0  # seconds


class BooksClosed(Exception):
    """The books cannot be looked into just now. The login is kept; try again."""


class Books:
    """Asks one question at a time."""

    def __init__(self) -> None:
        self._asking = Lock()
        self._answers: SimpleQueue[bool] = SimpleQueue()
        self._out: IO[str] | None = None

    def open(self, out: IO[str]) -> None:
        """Questions go here, a line of JSON each."""
        self._out = out

    def answered(self, answer: bool) -> None:  # noqa: FBT001 - what was answered
        """Takes the answer to the question that was asked."""
        self._answers.put(answer)

    def say_active(self, user_id: str) -> bool:
        """Whether the customer whom itsme knows by this userId has activated itsme at this bank.

        Raises:
            BooksClosed: nobody answers.
        """
        with self._asking:
            if self._out is None:
                raise BooksClosed
            print(json.dumps({"is_active": user_id}), file=self._out, flush=True)
            try:
                return self._answers.get(timeout=_PATIENCE)
            except Empty:
                raise BooksClosed from None


books: Final = Books()
"""This bank's."""

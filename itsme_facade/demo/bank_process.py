"""The process that the bank runs in, seen from the one that starts it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

import django

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE: Final = 10.0  # seconds in which the process ends by itself

DJANGO: Final = django.get_version()
"""What the bank is made of; where it is not installed, that is seen here already."""


class BankDidNotStart(Exception):
    """The bank's process ended before it was ready. What it printed says why."""


class BankProcess:
    """Runs from `start` to `stop`. It ends by itself when this process is gone, however that ended.

    Args:
        told: what the bank has to know: port, token, api_url, itsme_url, show_logins, and the folder for databases,
            which it removes at its end, since it is there when this process is killed.
        is_active: whether the customer whom itsme knows by a userId has activated itsme at this bank.
    """

    def __init__(self, told: dict[str, Any], is_active: Callable[[str], bool]) -> None:
        self._told = told
        self._is_active = is_active

    def start(self) -> Self:
        """Returns at once; `wait_until_ready` waits."""
        warnings = [f"-W{option}" for option in sys.warnoptions]
        self._process = subprocess.Popen(  # noqa: S603 - this package's own
            [sys.executable, *warnings, "-m", "itsme_facade.demo.bank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C on the terminal is for this process
        )
        self._answering = threading.Thread(target=self._answer, daemon=True)
        self._say(self._told)
        return self

    def wait_until_ready(self) -> str:
        """Returns where browsers reach the bank.

        Raises:
            BankDidNotStart: it has ended instead.
        """
        line = self._out.readline()
        if not line:
            raise BankDidNotStart("the bank's process ended before it was ready; it has said why above")
        self._answering.start()
        url: str = json.loads(line)["url"]
        return url

    def stop(self) -> None:
        """Ends it, if need be by force."""
        process = self._process
        assert process.stdin is not None  # noqa: S101 - it was asked for
        with suppress(BrokenPipeError):  # it was faster
            process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._answering.is_alive():
            self._answering.join()
        self._out.close()

    @property
    def _out(self) -> Any:
        return self._process.stdout

    def _say(self, what: object) -> None:
        print(json.dumps(what), file=self._process.stdin, flush=True)

    def _answer(self) -> None:
        for line in self._out:
            number, user_id = json.loads(line)
            try:
                self._say([number, self._is_active(user_id)])
            except (BrokenPipeError, ValueError):  # one of the two is ending
                return

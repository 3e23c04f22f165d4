"""Faults in the control room: what is to go wrong with the API, on which call, how many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from itsme_facade.sandbox.faults import CALLS, Fault
from itsme_facade.sandbox.languages import translations

from .forms import Problem, read_form
from .routing import page_route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from itsme_facade.sandbox.faults import Call
    from itsme_facade.sandbox.instance import Instance

    from .rendering import Pages

_MOST: Final = 1000
_CALLS: Final[dict[Call | None, str]] = {
    None: "whichever comes first",
    "create": "creating a transaction",
    "status": "asking for the status",
}
_KINDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "500": ("an error of the server: HTTP 500", {"status": 500}),
    "400": ("a refusal: HTTP 400", {"status": 400, "message": "told to refuse"}),
    "slow": ("an answer 5 seconds late", {"delay": 5.0}),
    "before-answer": ("the connection breaks, and nothing is carried out", {"drop": "before-answer"}),
    "instead-of-answer": ("carried out, but the connection breaks before the answer", {"drop": "instead-of-answer"}),
    "within-answer": ("the connection breaks within the answer", {"drop": "within-answer"}),
    "after-answer": ("the connection breaks after the answer", {"drop": "after-answer"}),
    "truncated": ("JSON cut off in the middle", {"body": "truncated"}),
    "malformed": ("an answer that is no JSON", {"body": "malformed"}),
    "unknown-values": ("values that no documentation has", {"body": "unknown-values"}),
    "extra-fields": ("fields that no documentation has", {"body": "extra-fields"}),
    "dribble": ("an answer of one byte in a tenth of a second", {"dribble": 0.1}),
    "refuse": ("no new connections for 5 seconds after the call", {"refuse": 5.0}),
}
_OTHER: Final = "something else, set by a program"


def faults_routes(instance: Instance, pages: Pages) -> list[Route]:
    """Make the route of the faults."""
    return [page_route(pages, "/faults", _Faults(instance, pages).answer, "GET", "POST")]


def texts() -> frozenset[str]:
    """Every text of this module's tables, as it stands in the translations."""
    return frozenset((*_CALLS.values(), *(words for words, _ in _KINDS.values()), _OTHER))


class _Faults:
    def __init__(self, instance: Instance, pages: Pages) -> None:
        self._faults = instance.faults
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        text = translations(self._pages.language(request)).gettext
        given, problem = {"call": "", "fault": "500", "times": "1"}, None
        if request.method == "POST":
            form = await read_form(request)
            given |= form
            problem = self._do(form, text)
            if problem is None:
                return self._pages.go("/faults")
        return self._pages.page(
            request,
            "room/faults",
            status=422 if problem else 200,
            calls=[(call or "", text(words)) for call, words in _CALLS.items()],
            faults=[_in_words(fault, text) for fault in self._faults.waiting],
            given=given,
            kinds=[(kind, text(words)) for kind, (words, _) in _KINDS.items()],
            problem=problem,
            said="",
        )

    def _do(self, form: dict[str, str], text: Callable[[str], str]) -> Problem | None:
        """Add a fault or clear them all; the result is what is wrong with the form."""
        if form.get("do") == "clear":
            self._faults.clear()
            return None
        times = form.get("times", "")
        if not (times.isascii() and times.isdigit() and 1 <= int(times) <= _MOST):
            return Problem(text("This is not a number of times from 1 to 1000."), "times")
        kind = _KINDS.get(form.get("fault", ""))
        if kind is None:
            return Problem(text("There is no such fault."), "fault")
        call: Call | None = next((call for call in CALLS if call == form.get("call")), None)
        try:
            self._faults.add(Fault(call=call, times=int(times), **kind[1]))
        except ValueError:
            return Problem(text("A hundred faults wait already. Clear them first."))
        return None


def _in_words(fault: Fault, text: Callable[[str], str]) -> str:
    """Say what goes wrong, on which call, and how often."""
    words = next((words for words, values in _KINDS.values() if _same(fault, values)), _OTHER)
    often = "" if fault.times is None else f" ({fault.times} x)"
    return f"{text(_CALLS[fault.call])}: {text(words)}{often}"


def _same(fault: Fault, values: dict[str, Any]) -> bool:
    plain = Fault(call=fault.call, times=fault.times, **values)
    return plain == fault

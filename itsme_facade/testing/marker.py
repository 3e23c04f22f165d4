"""The marker `itsme` and the option `itsme_strict`, as far as they can be read without the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

Check = Literal["faults", "person", "fixture"]
CHECKS: Final[tuple[Check, ...]] = get_args(Check)

PASSED: Final = pytest.StashKey[bool]()
"""On a test whose body has run: whether it passed."""

MARKER: Final = (
    "itsme(*, person='lucas', answers=None, after=0, faults=(), strict=True): who logs in with itsme, what they answer "
    "and after how many seconds, what goes wrong with the API's calls, and whether it is an error if the test does not "
    "use all of that"
)
OPTION: Final = "itsme_strict"
OPTION_HELP: Final = (
    f"what the marker itsme says and a test does not use is an error: true (the default), false, or some of "
    f"{', '.join(CHECKS)}"
)
_WORDS: Final = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def arguments(test: pytest.Item) -> dict[str, Any]:
    """What the markers of a test say together; where two say the same thing, the one nearest to the test has it."""
    found: dict[str, Any] = {}
    for marker in reversed(list(test.iter_markers("itsme"))):
        if marker.args:
            pytest.fail("@pytest.mark.itsme takes named arguments only, such as person='lucas'", pytrace=False)
        found |= marker.kwargs
    return found


def checks(test: pytest.Item) -> frozenset[Check]:
    """Which checks hold for a test, by its markers, else by the option."""
    strict: object = arguments(test).get("strict")
    if isinstance(strict, bool):
        return frozenset(CHECKS if strict else ())
    if strict is None:
        return _named(test.config.getini(OPTION), OPTION)
    return _named([strict] if isinstance(strict, str) else cast("Iterable[object]", strict), "strict")


def has_passed(test: pytest.Item) -> bool:
    """Whether the body of a test has run and raised nothing."""
    return test.stash.get(PASSED, False)


def _named(words: Iterable[object], where: str) -> frozenset[Check]:
    try:
        names = [str(word).lower() for word in words]
    except TypeError:
        names = [repr(words)]
    if len(names) == 1 and names[0] in _WORDS:
        return frozenset(CHECKS if _WORDS[names[0]] else ())
    if unknown := [name for name in names if name not in CHECKS]:
        pytest.fail(f"{where}: {unknown[0]!r} is not true, false or one of {', '.join(CHECKS)}", pytrace=False)
    return frozenset(check for check in CHECKS if check in names)

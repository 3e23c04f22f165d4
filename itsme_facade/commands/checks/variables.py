"""The variables that the client and a flow read: set or not, and whether they can be read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from itsme_facade.commands.checks.finding import Finding, ok, warning, wrong
from itsme_facade.errors import InvalidArguments
from itsme_facade.settings import from_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_UNSET: Final = {
    "ITSME_ENVIRONMENT": "not set: production, unless ITSME_BASE_URL says otherwise",
    "ITSME_BASE_URL": "not set: the environment's own",
    "ITSME_TIMEOUT": "not set: 30 seconds",
}
OF_A_FLOW: Final = ("ITSME_KEYS", "ITSME_STORE_URL", "ITSME_REDIRECT_URL")
"""What `Flow.from_env` cannot do without."""
_OTHERS: Final = ("ITSME_SPOOL_DIR", "ITSME_SANDBOX_CONTROL_TOKEN")
KNOWN: Final = ("ITSME_TOKEN", *_UNSET, *OF_A_FLOW, *_OTHERS)
"""Every variable that something here reads."""


def check_variables(environ: Mapping[str, str]) -> list[Finding]:
    """Looks at each; the values of those that a flow reads have checks of their own."""
    return [*_of_the_client(environ), *_of_a_flow(environ), *_of_nobody(environ)]


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable holds anything; a blank one does not."""
    return bool(environ.get(name, "").strip())


def base_url(environ: Mapping[str, str]) -> str | None:
    """The address of the API, whatever is wrong beside it; None if the address is wrong itself."""
    where = {name: environ.get(name, "") for name in ("ITSME_ENVIRONMENT", "ITSME_BASE_URL")}
    try:
        return from_environment({"ITSME_TOKEN": _NOBODY} | where).base_url
    except InvalidArguments:
        return None


def _of_the_client(environ: Mapping[str, str]) -> list[Finding]:
    try:
        from_environment(environ)
        reasons: dict[str, str] = {}
    except InvalidArguments as error:
        reasons = {problem.argument: problem.reason for problem in error.problems}
    findings: list[Finding] = []
    for name in ("ITSME_TOKEN", *_UNSET):
        if name in reasons and name == "ITSME_TOKEN":
            findings.append(wrong(name, reasons[name], "Set it to the API token that CM gave you, a GUID."))
        elif name in reasons:
            findings.append(wrong(name, reasons[name], "Correct it, or take it away."))
        else:
            findings.append(ok(name, "set" if is_set(environ, name) else _UNSET[name]))
    return findings


def _of_a_flow(environ: Mapping[str, str]) -> list[Finding]:
    some = any(is_set(environ, name) for name in OF_A_FLOW)
    findings: list[Finding] = []
    for name in OF_A_FLOW:
        if is_set(environ, name):
            findings.append(ok(name, "set"))
        elif some:
            findings.append(wrong(name, "not set, and others of a flow are", "Set it: Flow.from_env needs it."))
        else:
            findings.append(ok(name, "not set: a flow that reads the environment needs it, the client does not"))
    return findings


def _of_nobody(environ: Mapping[str, str]) -> list[Finding]:
    strangers = sorted(name for name in environ if name.startswith("ITSME_") and name not in KNOWN)
    findings: list[Finding] = []
    for name in strangers:
        close = get_close_matches(name, KNOWN, n=1)
        advice = f"Did you mean {close[0]}?" if close else "Take it away if it was meant for this package."
        findings.append(warning(name, "set, and nothing here reads it", advice))
    return findings

"""`itsme doctor`: looks at everything that a login rests on, and says what to do where it does not hold."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from itsme_facade.commands.saying import document, hint, one_line, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.commands.checks.finding import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "wrong": "red"}


@click.command("doctor", short_help="Look at everything that a login rests on, and say what to do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def doctor(*, as_json: bool) -> int:
    """Look at the configuration in the environment, and at everything that it names.

    It asks the API for the headers of its root, which creates nothing and takes nothing, and opens the store as the
    application would. It shows no secret. It ends with 1 if something is wrong.
    """
    from itsme_facade.commands.progress import progress

    findings: list[Finding] = []
    at = ""
    # One line over all of them: many checks that take a little each are a wait as well.
    with progress(lambda: f"Looking: {at}"):
        for name, check in _checks():
            at = name
            findings += _found(name, check)
    bad = any(finding.verdict == "wrong" for finding in findings)
    if as_json:
        listed = [
            {"check": each.check, "verdict": each.verdict, "what": each.what, "advice": each.advice}
            for each in findings
        ]
        document({"ok": not bad, "findings": listed})
    else:
        _print(findings)
    return int(bad)


def _checks() -> list[tuple[str, Callable[[], list[Finding]]]]:
    from itsme_facade.commands.checks import coming_back, reaching, sealing, storing, surroundings, variables

    environ = dict(os.environ)
    return [
        ("Versions", surroundings.check_surroundings),
        ("Configuration", lambda: variables.check_variables(environ)),
        ("Proxy", lambda: surroundings.check_proxies(environ)),
        ("API", lambda: reaching.check_reaching(environ)),
        ("Redirect URL", lambda: coming_back.check_redirect_url(environ)),
        ("Proxy in front", lambda: coming_back.check_believed_proxies(environ)),
        ("Keys", lambda: sealing.check_keys(environ)),
        ("Store", lambda: storing.check_store(environ)),
        ("Spool", lambda: storing.check_spool(environ)),
    ]


def _found(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    from itsme_facade.commands.checks.finding import wrong

    try:
        return check()
    except Exception as error:  # noqa: BLE001 - the other checks are still worth having
        return [wrong(name, f"could not be looked at ({type(error).__name__})", "Report this, please.")]


def _print(findings: list[Finding]) -> None:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        verdict = f"{finding.verdict:<7}"
        shown = click.style(verdict, fg=_COLOURS[finding.verdict]) if coloured else verdict
        click.echo(f"{shown}  {printable(finding.check):<{width}}  {one_line(finding.what)}")
        if finding.advice and finding.verdict != "ok":
            click.echo(f"{'':9}{'':{width}}  {one_line(finding.advice)}")
    counts = {verdict: sum(finding.verdict == verdict for finding in findings) for verdict in _COLOURS}
    hint(f"{counts['ok']} ok, {counts['warning']} to look at, {counts['wrong']} wrong")

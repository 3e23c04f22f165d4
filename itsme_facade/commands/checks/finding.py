"""What a check found."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Verdict = Literal["ok", "warning", "wrong"]


@frozen
class Finding:
    """One line of the doctor's.

    Args:
        check: what was looked at.
        verdict: ok; warning: it works, and may not be what you want; wrong: it does not work.
        what: what was found. Never a secret.
        advice: what to do.
    """

    check: str
    verdict: Verdict
    what: str
    advice: str = ""


def ok(check: str, what: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", what)


def warning(check: str, what: str, advice: str) -> Finding:
    """It works, and may not be what is wanted."""
    return Finding(check, "warning", what, advice)


def wrong(check: str, what: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(check, "wrong", what, advice)

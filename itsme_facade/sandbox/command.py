"""`itsme sandbox`: the sandbox until Ctrl-C."""

from __future__ import annotations

import json
import secrets
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

if TYPE_CHECKING:
    from types import FrameType

    from .sandbox import Sandbox
    from .world import Person

    Language = Literal["en", "nl", "fr", "de"]

_DRAW: Final = "draw"
_LABELS: Final = {
    "url": "Pages",
    "api_url": "API",
    "token": "API token",
    "control_url": "Control",
    "control_token": "Control token",
}


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Read a time; without an offset it is this machine's own time."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).astimezone()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{value!r} is no time in ISO 8601, such as 2026-01-31T09:00+01:00") from None


@click.command("sandbox")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on: loopback, or with a control token any.",
)
@click.option(
    "--port",
    default=8484,
    show_default=True,
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="0 takes a free one.",
)
@click.option(
    "--people",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file of people to add; one with a known id takes that person's place.",
)
@click.option(
    "--seed",
    type=int,
    metavar="NUMBER",
    help="Draw the same tokens, icons and chances every time. They can be guessed.",
)
@click.option(
    "--clock", metavar="TIME", callback=_moment, help="What time it is in the sandbox when it starts, in ISO 8601."
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    type=click.Choice(["en", "nl", "fr", "de"]),
    help="The language of the pages where nothing else says which.",
)
@click.option(
    "--control-token",
    metavar="TOKEN",
    envvar="ITSME_SANDBOX_CONTROL_TOKEN",
    show_envvar=True,
    help=f"What programs on other machines must show to the control API; '{_DRAW}' draws one and prints it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print where it is as JSON on one line, for programs.")
def sandbox_command(
    host: str,
    port: int,
    people: Path | None,
    seed: int | None,
    clock: datetime | None,
    language: Language,
    control_token: str | None,
    *,
    as_json: bool,
) -> None:
    """Run a local itsme until Ctrl-C: CM.com's API, a login page, and people with phones.

    It serves this machine only, unless it has a control token; then its pages and its API are open to everybody who
    can reach the host. Nobody in it is real, and nothing is sent anywhere.
    """
    # Not above: `--help` needs no web server.
    from . import Assumptions, BadCatalogue, CannotStart, Clock, Sandbox

    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    token = secrets.token_urlsafe(24) if control_token == _DRAW else control_token
    try:
        sandbox = Sandbox(
            host=host,
            port=port,
            people=_people(people),
            assumptions=Assumptions(default_locale=language),
            clock=None if clock is None else Clock(clock),
            seed=seed,
            control_token=token,
        ).start()
    except (CannotStart, BadCatalogue, OSError) as error:
        raise click.ClickException(str(error)) from None
    try:
        if as_json:
            click.echo(json.dumps(_where(sandbox, token)))
        else:
            _tell(sandbox, token)
        # In slices, because on Windows a signal does not interrupt a wait without end.
        while not ended.wait(0.5):
            pass
    finally:
        sandbox.stop()


def _people(path: Path | None) -> dict[str, Person] | None:
    if path is None:
        return None
    from . import default_people, read_people

    return default_people() | read_people(path)


def _where(sandbox: Sandbox, control_token: str | None) -> dict[str, str]:
    """Where it is and what opens it, by the names that programs get."""
    found = {
        "url": sandbox.url,
        "api_url": sandbox.api_url,
        "token": sandbox.token,
        "control_url": sandbox.control_url,
    }
    return found if control_token is None else {**found, "control_token": control_token}


def _tell(sandbox: Sandbox, control_token: str | None) -> None:
    """Print where it is: in colour on a terminal that has `rich`, plain elsewhere."""
    rows = {_LABELS[name]: value for name, value in _where(sandbox, control_token).items()}
    someone = sandbox.person("lucas") if "lucas" in sandbox.world.people else sandbox.people[0]
    hint = (
        f"Log in on the login page as {someone.phone.number}, then approve on the phone at\n"
        f"  {sandbox.url}/phone/{someone.phone.id}\n"
        "or let them approve by themselves:\n"
        "  curl -X POST -H 'Content-Type: application/json' -d '{\"behaviour\": \"approve\"}' "
        f"{sandbox.control_url}/people/{someone.id}/always\n"
        "Ctrl-C ends the sandbox."
    )
    width = max(map(len, rows))
    title = "Local sandbox: not the real itsme"
    if sys.stdout.isatty():
        try:
            # Not above: it takes 60 ms, and a pipe has no use for it.
            from rich.console import Console
            from rich.text import Text
        except ModuleNotFoundError:
            pass
        else:
            console = Console(highlight=False, soft_wrap=True)
            console.print(Text(title, style="bold black on yellow"))
            for name, value in rows.items():
                console.print(Text.assemble((f"{name:<{width}}  ", "dim"), (value, "bold cyan")))
            console.print(Text(hint, style="dim"))
            return
    lines = [title, *(f"{name:<{width}}  {value}" for name, value in rows.items()), hint]
    click.echo("\n".join(lines))
    sys.stdout.flush()

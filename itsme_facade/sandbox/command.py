"""`itsme sandbox`: the sandbox until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import FrameType

    from .sandbox import Sandbox


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="The loopback address to listen on.")
@click.option("--port", default=8484, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def sandbox_command(host: str, port: int) -> None:
    """Run a local itsme until Ctrl-C: CM.com's API, a login page, and people with phones.

    It serves this machine only. Nobody in it is real, and nothing is sent anywhere.
    """
    # Not above: `--help` needs no web server.
    from . import CannotStart, Sandbox

    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        sandbox = Sandbox(host=host, port=port).start()
    except CannotStart as error:
        raise click.ClickException(str(error)) from None
    try:
        _tell(sandbox)
        # In slices, because on Windows a signal does not interrupt a wait without end.
        while not ended.wait(0.5):
            pass
    finally:
        sandbox.stop()


def _tell(sandbox: Sandbox) -> None:
    """Print where it is: in colour on a terminal that has `rich`, plain elsewhere."""
    rows = {"API": sandbox.api_url, "API token": sandbox.token, "Control": sandbox.control_url}
    someone = sandbox.person("lucas") if "lucas" in sandbox.world.people else sandbox.people[0]
    hint = (
        f"Log in on the login page as {someone.phone.number}, then approve with:\n"
        f"  curl -X POST -H 'Content-Type: application/json' {sandbox.control_url}/transactions/ID/approve\n"
        "ID is the last part of authenticationUrl. Ctrl-C ends the sandbox."
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

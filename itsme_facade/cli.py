"""The `itsme` command. A subcommand is loaded when it is called, so that help and version are quick."""

from __future__ import annotations

import sys
from importlib.metadata import version


def main() -> None:
    """Run the `itsme` command, or say in one line which extra it needs."""
    try:
        import click
    except ModuleNotFoundError:
        sys.exit("itsme: the command line needs more packages: pip install 'itsme-facade[cli]'")

    @click.group(help="Tools for developers who log people in with itsme.")
    @click.version_option(version("itsme-facade"), prog_name="itsme")
    def itsme() -> None:
        """Hold the subcommands together."""

    # Its options are its own business: `python -m itsme_facade.sandbox` has the same ones.
    @itsme.command(
        "sandbox",
        short_help="Run a local itsme: the API, a login page, and people with phones.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def sandbox(arguments: tuple[str, ...]) -> None:
        try:
            from .sandbox.command import sandbox_command
        except ImportError as error:
            raise click.ClickException(str(error)) from None
        sandbox_command.main(list(arguments), prog_name="itsme sandbox")

    itsme(prog_name="itsme")

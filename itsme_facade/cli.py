"""The `itsme` command. What a subcommand needs is loaded when it is called, so that help and version are quick."""

from __future__ import annotations

import sys
from importlib.metadata import version


def main() -> None:
    """Run the `itsme` command, or say in one line which extra it needs."""
    try:
        import click
    except ModuleNotFoundError:
        sys.exit("itsme: the command line needs more packages: pip install 'itsme-facade[cli]'")
    from itsme_facade.commands.keys import keys_group
    from itsme_facade.commands.saying import Stop
    from itsme_facade.commands.store import store_group

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

    itsme.add_command(keys_group)
    itsme.add_command(store_group)
    try:
        ended = itsme.main(prog_name="itsme", standalone_mode=False)
    except Stop as stop:
        stop.show()
        sys.exit(stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "itsme"
        Stop(error.format_message(), f"`{where} --help` says what there is.").show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit("itsme: stopped")
    sys.exit(ended if isinstance(ended, int) else 0)

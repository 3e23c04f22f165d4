"""The `itsme` command. What a subcommand needs is loaded when it is called, so that help and version are quick."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsme_facade.commands.saying import Stop


_CODES = """
\b
It ends with
    0  it worked
    1  it did not work: the API, the store or the disk said no, or you did
    2  something that was typed or set is wrong, and nothing was done
    3  it worked, and the person is not logged in: refused, failed, too late
  130  Ctrl-C was pressed
"""


def main() -> None:
    """Run the `itsme` command, or say in one line which extra it needs."""
    try:
        import click
    except ModuleNotFoundError:
        sys.exit("itsme: the command line needs more packages: pip install 'itsme-facade[cli]'")
    from itsme_facade.commands.debugging import Debug, give_debug, trace
    from itsme_facade.commands.doctor import doctor
    from itsme_facade.commands.keys import keys_group
    from itsme_facade.commands.login import login, register
    from itsme_facade.commands.people import people
    from itsme_facade.commands.sandbox import SandboxCommand
    from itsme_facade.commands.status import status
    from itsme_facade.commands.store import store_group

    @click.group(
        help="Tools for developers who log people in with itsme.",
        epilog=_CODES,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.version_option(version("itsme-facade"), prog_name="itsme")
    def itsme() -> None:
        """Hold the subcommands together."""

    for command in (login, register, status, doctor, people, SandboxCommand(), store_group, keys_group):
        itsme.add_command(command)
    give_debug(itsme)

    debug = Debug()
    try:
        ended = itsme.main(prog_name="itsme", standalone_mode=False, obj=debug)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - a traceback of Python's own would show whatever the error quotes
        if debug.wanted and not isinstance(error, click.UsageError | click.Abort):
            click.echo(trace(error), err=True)
        stop = _stop_for(error)
        stop.show()
        sys.exit(stop.exit_code)
    sys.exit(ended if isinstance(ended, int) else 0)


def _stop_for(error: Exception) -> Stop:
    """The two lines for whatever ended a command."""
    import click

    from itsme_facade.commands.saying import Failed, Interrupted, Stop

    match error:
        case Stop():
            return error
        case click.NoSuchOption() if error.possibilities and error.ctx:
            # Not those that are there to be refused.
            hidden = {name for each in error.ctx.command.params if getattr(each, "hidden", False) for name in each.opts}
            near = [name for name in error.possibilities if name not in hidden]
            told = click.NoSuchOption(error.option_name, possibilities=near, ctx=error.ctx)
            return Stop(told.format_message(), f"`{error.ctx.command_path} --help` says what there is.")
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "itsme"
            return Stop(error.format_message(), f"`{where} --help` says what there is.")
        case click.ClickException():
            return Stop(error.format_message(), "Correct what is named here; --help says what is asked for.")
        case click.Abort():
            return Interrupted("Stopped.", "")
        case _:
            kind = type(error).__name__
            return Failed(f"Something unexpected happened ({kind}).", "Add --debug to see where, and report it.")

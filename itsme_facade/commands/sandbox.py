"""`itsme sandbox`: the sandbox's own command, loaded when it is needed, since it brings a web server along."""

from __future__ import annotations

from typing import Any

import click

from itsme_facade.commands.saying import Failed, Stop


class SandboxCommand(click.Command):
    """Stands for the command until it is called, or asked for its options; `python -m itsme_facade.sandbox` is it."""

    def __init__(self) -> None:
        super().__init__(
            "sandbox",
            short_help="Run a local itsme: the API, a login page, and people with phones.",
            add_help_option=False,
        )

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Makes the context of the command itself."""
        try:
            from itsme_facade.sandbox.command import sandbox_command
        except ImportError as error:
            raise _missing(error) from None
        command = _Telling(sandbox_command)
        command.params += self.params
        return command.make_context(info_name, args, parent, **extra)


class _Telling(click.Command):
    """The sandbox's command, telling in our two lines what cannot be."""

    def __init__(self, command: click.Command) -> None:
        super().__init__(command.name, callback=command.callback, params=[*command.params], help=command.help)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError:
            raise
        except click.ClickException as error:
            advice = "`itsme sandbox --help` says what can be chosen; --port 0 takes a free port."
            raise Stop(error.format_message(), advice) from error
        except ImportError as error:
            raise _missing(error) from None


def _missing(error: ImportError) -> Failed:
    return Failed(str(error), "")

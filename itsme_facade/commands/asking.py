"""Where the secrets come from: a variable, a file, standard input, a prompt that shows nothing. Never an argument."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from itsme_facade.commands.saying import Stop
from itsme_facade.errors import InvalidArguments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from itsme_facade.client import Itsme

_LONGEST = 4_096
_NOBODY = "00000000-0000-0000-0000-000000000000"


def refuse_on_command_line(what: str, instead: str) -> NoReturn:
    """Refuses a secret that was typed where everybody can see it.

    Raises:
        Stop: always.
    """
    raise Stop(
        f"{what} is not taken from the command line: the shell's history and `ps` keep it.",
        f"Leave it out: {instead}. Take what you have just typed out of the history.",
    )


def client_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that say which API to ask, and with which token."""
    from pathlib import Path

    def refuse(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            refuse_on_command_line("The API token", "set ITSME_TOKEN or use --token-file, or be asked for it")

    for option in (
        click.option("--token", hidden=True, expose_value=False, is_eager=True, callback=refuse),
        click.option(
            "--token-file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A file with the API token. Without it ITSME_TOKEN is used, or you are asked.",
        ),
        click.option(
            "--base-url", metavar="URL", help="The API's address, such as the local sandbox's. Else ITSME_BASE_URL."
        ),
        click.option(
            "--environment",
            type=click.Choice(["production", "sandbox"]),
            help="CM's production, or CM's sandbox. Else ITSME_ENVIRONMENT, else production.",
        ),
    ):
        command = option(command)
    return command


def client(environment: str | None, base_url: str | None, token_file: Path | None) -> Itsme:
    """A client as the options say, and the environment where they say nothing.

    Raises:
        Stop: something is wrong, and it names the option or the variable.
    """
    variable = _variable("ITSME_TOKEN")
    if token_file is not None:
        token, named = read_secret_file(token_file, "API token"), "--token-file"
    elif variable:
        token, named = variable, "ITSME_TOKEN"
    else:
        token, named = prompted("API token", "Set ITSME_TOKEN, or name a file with --token-file."), "API token"
    return _made(token, named, environment, base_url)


def client_for_reading(environment: str | None, base_url: str | None) -> Itsme:
    """A client for status calls alone, which need no API token.

    Source: API (GET /status/{transactionToken} documents no credential).
    """
    return _made(_NOBODY, "", environment, base_url)


def read_secret_file(path: Path, what: str) -> str:
    """The secret in a file; "-" is standard input.

    Raises:
        Stop: there is none in it.
    """
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            text = str(file.read(_LONGEST)).strip()
    except UnicodeDecodeError:
        raise Stop(f"The file with the {what} is no text.", "Name the file that holds it and nothing else.") from None
    except OSError as error:
        raise Stop(f"The file with the {what} cannot be read ({error.strerror}).", "Correct its path.") from None
    if not text:
        raise Stop(f"There is no {what} in what was given.", "Give a file that holds it and nothing else.")
    return text


def prompted(what: str, otherwise: str) -> str:
    """Asks for a secret without showing what is typed.

    Raises:
        Stop: there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise Stop(f"There is no {what}, and nobody to ask for it.", otherwise)
    return str(click.prompt(what, hide_input=True, err=True)).strip()


def _made(token: str, named: str, environment: str | None, base_url: str | None) -> Itsme:
    from itsme_facade.client import Itsme

    # An option overrules both variables, since the two exclude each other.
    chosen = environment is not None or base_url is not None
    given: dict[str, Any] = {
        "ITSME_TOKEN": token,
        "ITSME_ENVIRONMENT": (environment if chosen else _variable("ITSME_ENVIRONMENT")) or "",
        "ITSME_BASE_URL": (base_url if chosen else _variable("ITSME_BASE_URL")) or "",
        "ITSME_TIMEOUT": _variable("ITSME_TIMEOUT"),
    }
    names = {"ITSME_TOKEN": named}
    if chosen:
        names |= {"ITSME_ENVIRONMENT": "--environment", "ITSME_BASE_URL": "--base-url"}
    try:
        return Itsme.from_env(given)
    except InvalidArguments as error:
        wrong = "; ".join(
            f"{names.get(problem.argument, problem.argument)}: {problem.reason}" for problem in error.problems
        )
        raise Stop(f"{wrong}.", "Correct what is named here; --help says what is asked for.") from None


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()

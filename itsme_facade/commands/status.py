"""`itsme status`: reads a transaction's status, which takes the person's data."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from itsme_facade.commands.saying import Failed, Interrupted, Stop, advice_here, note, stopping

_STDIN = "-"
_INSTEAD = 'be asked for it, or use --file, or "-" for standard input'


@click.command(
    "status",
    short_help="Read how a transaction stands, which takes the person's data.",
    epilog="In a script: itsme status --file token.txt --yes --json",
)
@click.argument("source", nargs=-1, type=click.UNPROCESSED, metavar="[-]")
@click.option("--file", type=click.Path(path_type=Path), metavar="FILE", help="A file with the transaction token.")
@click.option(
    "--raw",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the answer's bytes are kept: a new file. In the current folder unless given.",
)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["profile", "email", "phone", "address"]),
    multiple=True,
    help="What the transaction asked for, if you know it. It tells data that is gone from data nobody asked for.",
)
@click.option("--base-url", metavar="URL", help="The API's address, such as the local sandbox's. Else ITSME_BASE_URL.")
@click.option(
    "--environment",
    type=click.Choice(["production", "sandbox"]),
    help="CM's production, or CM's sandbox. Else ITSME_ENVIRONMENT, else production.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--token", "transaction_token", hidden=True)
def status(
    source: tuple[str, ...],
    file: Path | None,
    raw: Path | None,
    scopes: tuple[str, ...],
    base_url: str | None,
    environment: str | None,
    transaction_token: str | None,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Read how a transaction stands. If the person has approved, this takes their data, which is given out once.

    The transaction token is asked for without being shown, or comes from --file, or with "-" from standard input.
    Before anything is shown, the answer's bytes are on disk in a file that you alone can read.
    """
    from itsme_facade.commands.asking import refuse_on_command_line

    if transaction_token is not None or source not in {(), (_STDIN,)}:
        refuse_on_command_line("The transaction token", _INSTEAD)
    if file is not None and source:
        raise Stop('--file and "-" both say where the token is.', "Give one of them.")
    _check_somebody_can_be_asked(yes=yes)
    with stopping():
        from itsme_facade.commands.reading import nothing_read_yet

        with nothing_read_yet():
            token = _token(file, from_stdin=bool(source))
            if not yes:
                _ask()
        _read(token, environment, base_url, raw, scopes or None, as_json=as_json)


def _read(
    token: str,
    environment: str | None,
    base_url: str | None,
    path: Path | None,
    scopes: tuple[str, ...] | None,
    *,
    as_json: bool,
) -> None:
    from itsme_facade.commands.answer_file import AnswerFile
    from itsme_facade.commands.asking import client_for_reading
    from itsme_facade.commands.reading import Reading
    from itsme_facade.commands.showing import show
    from itsme_facade.errors import ItsmeError

    with client_for_reading(environment, base_url) as itsme:
        with AnswerFile(path) as kept:
            reading = Reading(lambda: itsme.read_raw(token))
            try:
                raw = reading.result(lambda: "Reading the status")
            except ItsmeError as error:
                if error.raw is not None and kept.keep(error.raw):
                    note(f"What arrived of the answer is in {kept.path}")
                if reading.interrupted:
                    raise Interrupted(error.what, advice_here(error)) from None
                raise
            if kept.keep(raw):
                note(f"The answer is in {kept.path}")
        if reading.interrupted:
            raise Interrupted("Stopped. The status had been read already.", f"What it said is in {kept.path}")
        ending = show(itsme.interpret(raw, token, scopes=scopes), as_json=as_json, more={"raw": str(kept.path)})
    if not as_json and ending is None:
        note("Erase the file when you have what you need: it holds personal data.")
    if ending is not None:
        raise ending


def _check_somebody_can_be_asked(*, yes: bool) -> None:
    if not yes and not sys.stdin.isatty():
        raise Stop(
            "status asks first, because reading takes the data, and there is nobody to ask.",
            "Add --yes if you are sure. Nothing was read.",
        )


def _token(file: Path | None, *, from_stdin: bool) -> str:
    from itsme_facade.arguments import wrong_transaction_token
    from itsme_facade.commands.asking import prompted, read_secret_file

    if from_stdin and not sys.stdin.isatty():
        file = Path(_STDIN)
    if file is not None:
        token = read_secret_file(file, "transaction token")
    else:
        token = prompted("Transaction token", 'Name a file with --file, or give "-" and the token on standard input.')
    if reason := wrong_transaction_token(token):
        raise Stop(f"What was given is no transaction token: it is {reason}.", "Give the token, and nothing else.")
    return token


def _ask() -> None:
    question = "Reading takes the person's data, if they have approved: it is given out once. Read the status now?"
    if not click.confirm(question, err=True):
        raise Failed("Nothing was read.", "")

"""`itsme login` and `itsme register`: a real one from the terminal."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from itsme_facade.commands.asking import client_options
from itsme_facade.commands.saying import Failed, Interrupted, NotSignedIn, Stop, advice_here, document, note, stopping

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from itsme_facade.commands.polling import Polling
    from itsme_facade.raw import RawAnswer
    from itsme_facade.results import Result
    from itsme_facade.started import Started

_MOMENT = 4.0
_NOTHING = "Nothing was consumed."
_DOUBT = "A read broke: if the person had approved, their data may have gone out on it, and it is not given out twice."
_SCOPES = ("profile", "email", "phone", "address")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=1, max=3600),
            metavar="SECONDS",
            default=180.0,
            show_default=True,
            help="How long to wait for the person.",
        ),
        click.option("--browser/--no-browser", default=True, help="Open the address in the browser, or print it only."),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            metavar="PORT",
            default=0,
            help="The port of the return address on 127.0.0.1. A free one unless given.",
        ),
        click.option(
            "--phone", metavar="NUMBER", help="The number to prefill on the login page, such as +32471234567."
        ),
        click.option(
            "--locale", type=click.Choice(["en", "nl", "fr", "de"]), help="The language of itsme's pages and of ours."
        ),
        click.option(
            "--scope",
            "scopes",
            type=click.Choice(_SCOPES),
            multiple=True,
            default=("profile",),
            help="User information to ask for, once for each. Profile unless given.",
        ),
    ):
        command = option(command)
    return client_options(command)


@click.command(
    "login",
    short_help="Log a person in, here and now, and show who it is.",
    epilog="For example: itsme login --scope profile --scope email",
)
@_options
def login(**options: Any) -> None:
    """Log a person in, here and now, and show who it is.

    It makes a real transaction, at CM or at the local sandbox, opens its address in the browser, waits for the
    person on an address of this machine, and prints what they let itsme tell.
    """
    _go("login", **options)


@click.command("register", short_help="Register a person, here and now, and show who it is.")
@_options
def register(**options: Any) -> None:
    """Register a person, here and now, and show who it is. As `itsme login`, with the other service."""
    _go("register", **options)


def _go(
    service: str,
    *,
    environment: str | None,
    base_url: str | None,
    token_file: Path | None,
    scopes: tuple[str, ...],
    locale: str | None,
    phone: str | None,
    port: int,
    browser: bool,
    timeout: float,
    as_json: bool,
) -> None:
    with stopping():
        from itsme_facade.commands.asking import client
        from itsme_facade.commands.polling import Polling
        from itsme_facade.commands.progress import progress
        from itsme_facade.commands.reading import nothing_read_yet
        from itsme_facade.commands.returning import ReturnAddress

        polls: list[Polling] = []
        with nothing_read_yet():
            made = client(environment, base_url, token_file)
        with made as itsme, ReturnAddress(port, locale, lambda: _tell(polls)) as back:
            create = itsme.login if service == "login" else itsme.register
            with nothing_read_yet(), progress(lambda: "Asking for a new transaction"):
                started = _started(create, back.url, scopes, locale, phone)
            polling = Polling(itsme, started, timeout)
            polls.append(polling)
            note("Open this address in a browser:")
            note(started.authentication_url)
            opened = browser and _open(started.authentication_url)
            result, interrupted = _ended(polling)
            lingers = result is not None and not interrupted and (opened or sys.stderr.isatty())
            try:
                _say(result, polling, interrupted=interrupted, timeout=timeout, service=service, as_json=as_json)
            except Stop as stop:
                if not lingers:
                    raise
                stop.show()
                _let_the_browser_come(polling)
                raise SystemExit(stop.exit_code) from None
            if lingers:
                _let_the_browser_come(polling)


def _started(
    create: Callable[..., Started], url: str, scopes: tuple[str, ...], locale: str | None, phone: str | None
) -> Started:
    from itsme_facade.errors import InvalidArguments

    try:
        return create(url, scopes=scopes, locale=locale, phone_number=phone)
    except InvalidArguments as error:
        if {problem.argument for problem in error.problems} != {"phone_number"}:
            raise
        what = "--phone is not a number in international form (E.164)."
        raise Stop(what, "Write + and the country's number first, such as +32471234567.") from None


def _tell(polls: list[Polling]) -> None:
    for polling in polls:
        polling.came_back()


def _ended(polling: Polling) -> tuple[Result | None, bool]:
    from itsme_facade.commands.reading import Reading
    from itsme_facade.errors import ItsmeError

    reading = Reading(polling.run, polling.end)
    terminal = sys.stderr.isatty()
    try:
        return reading.result(lambda: _countdown(polling), after=0.0 if terminal else 1.0), reading.interrupted
    except ItsmeError as error:
        # What came and cannot be read may be the only copy of the person's data.
        if error.raw is not None and error.raw.status_code < 400:
            _keep(error.raw)
        if reading.interrupted:
            raise Interrupted(error.what, advice_here(error)) from None
        raise


def _let_the_browser_come(polling: Polling) -> None:
    """Keeps the return address for a moment: who approves is often known here before itsme sends the browser back."""
    from itsme_facade.commands.progress import progress

    with (
        suppress(KeyboardInterrupt),
        progress(lambda: "Waiting a moment for the browser to come back (Ctrl-C ends)", after=0.5),
    ):
        polling.wait_for_browser(_MOMENT)


def _countdown(polling: Polling) -> str:
    if polling.back:
        return "The browser is back; asking how it ended"
    minutes, seconds = divmod(round(polling.left), 60)
    trouble = "; the API does not answer just now" if polling.trouble else ""
    return f"Waiting for the person: {minutes}:{seconds:02} left (Ctrl-C stops){trouble}"


def _say(
    result: Result | None, polling: Polling, *, interrupted: bool, timeout: float, service: str, as_json: bool
) -> None:
    from itsme_facade.commands.showing import show
    from itsme_facade.results import Success

    ending = None if result is None else show(result, as_json=as_json, more={"service": service})
    if isinstance(result, Success) and result.partial is not None:
        _keep(result.partial)
    if interrupted:
        raise Interrupted(*_how_far(result, ending, polling))
    if result is None:
        if as_json:
            document({"status": "open", "identity": None, "service": service})
        advice = f"{_DOUBT if polling.in_doubt else _NOTHING} Start again, and give more time with --timeout."
        if polling.trouble is not None:
            raise Failed(f"The time is over, and the API was in trouble last: {polling.trouble.what}", advice)
        raise NotSignedIn(f"The person was not done within {timeout:g} seconds.", advice)
    if ending is not None:
        raise ending


def _how_far(result: Result | None, ending: Stop | None, polling: Polling) -> tuple[str, str]:
    """What Ctrl-C stopped, and whether anything had been consumed by then."""
    if result is None:
        told = _DOUBT if polling.in_doubt else f"{_NOTHING} No data was given out."
        return f"Stopped. {told}", "The transaction expires by itself."
    if result.identity is not None:
        return "Stopped, just after the data had been given out.", "It is shown here: there is no other copy."
    if ending is not None:
        return f"Stopped. {ending.message}", ending.advice
    return "Stopped. The person had approved, and no data came.", ""


def _keep(raw: RawAnswer) -> None:
    """Keeps an answer that nobody can read, or what there is of it: here, or where temporary files are."""
    from pathlib import Path
    from tempfile import mkdtemp

    from itsme_facade.commands.answer_file import AnswerFile

    if not raw.body:
        return
    try:
        kept = AnswerFile()
    except Stop:
        kept = AnswerFile(Path(mkdtemp(prefix="itsme-")) / "answer.json")
    with kept as file:
        file.keep(raw)
    note(f"What arrived of the answer is in {file.path}, which may be its only copy.")


def _open(address: str) -> bool:
    """Opens a browser, if there is a screen to open it on; a browser in text would take the terminal away."""
    import webbrowser

    has_screen = sys.platform in {"win32", "darwin"} or any(
        os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    )
    if not has_screen:
        return False

    def do() -> None:
        with suppress(Exception):  # whatever a browser does to us: the address is on the screen
            webbrowser.open(address)

    Thread(target=do, daemon=True).start()
    return True

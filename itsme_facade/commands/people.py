"""`itsme people`: who lives in the local sandbox, with the numbers to log in as them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, cast

import click

from itsme_facade.commands.saying import Failed, Stop, document, hint, listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from itsme_facade.sandbox import Person

_USUAL = "http://127.0.0.1:8484/_sandbox"
_API, _CONTROL = "/itsme/v1", "/_sandbox"
_COLUMNS = ("Id", "Phone number", "Name", "Account", "By themselves", "What they show")


@click.command("people", short_help="List the local sandbox's people, their numbers and what they show.")
@click.option(
    "--control-url",
    metavar="URL",
    help="The running sandbox's control address. Else the one that ITSME_BASE_URL leads to, else the usual one.",
)
@click.option("--built-in", is_flag=True, help="List those who come with the sandbox; none has to run.")
@click.option("--seed", type=int, metavar="NUMBER", help="List people made up from this seed; no sandbox has to run.")
@click.option(
    "--count",
    type=click.IntRange(1, 10_000),
    metavar="NUMBER",
    default=20,
    show_default=True,
    help="How many people to make up from the seed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def people(control_url: str | None, seed: int | None, count: int, *, built_in: bool, as_json: bool) -> None:
    """List the local sandbox's people: their phone numbers, and what each of them shows.

    Asks the sandbox that runs here. If none does, and no address was given, it lists those who come with it.
    A control token, where one is needed, is read from ITSME_SANDBOX_CONTROL_TOKEN.
    """
    if seed is not None:
        from_where, everybody = f"seed {seed}", _made_up(count, seed)
    elif built_in:
        from_where, everybody = "built in", _built_in()
    else:
        from_where, everybody = _asked(control_url)
    magic = [] if seed is not None else _magic()
    if as_json:
        document({"source": from_where, "people": everybody, "magic_numbers": magic})
        return
    keys = ("id", "phone_number", "name", "account", "behaviour", "about")
    listing(
        f"People of the local sandbox ({from_where})", _COLUMNS, [[one[key] or "" for key in keys] for one in everybody]
    )
    if magic:
        click.echo()
        listing(
            "Magic numbers", ("Phone number", "What happens"), [[one["phone_number"], one["about"]] for one in magic]
        )
    hint("Give a number on the login page, or to `itsme login --phone`.")


def _asked(control_url: str | None) -> tuple[str, list[dict[str, Any]]]:
    address = (control_url or _address_here()).rstrip("/")
    try:
        return address, _from_control(address)
    except Failed as failed:
        if control_url is not None:
            raise
        click.echo(f"{failed.message} These are the people who come with it.", err=True)
        return "built in", _built_in()


def _address_here() -> str:
    from itsme_facade.settings import is_loopback, wrong_base_url

    base = os.environ.get("ITSME_BASE_URL", "").strip().rstrip("/")
    if base.endswith(_API) and wrong_base_url(base) is None:
        from urllib.parse import urlsplit

        if is_loopback(urlsplit(base).hostname):
            return base.removesuffix(_API) + _CONTROL
    return _USUAL


def _from_control(address: str) -> list[dict[str, Any]]:
    import httpx

    from itsme_facade.commands.progress import progress

    token = os.environ.get("ITSME_SANDBOX_CONTROL_TOKEN", "").strip()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with progress(lambda: "Asking the sandbox"):
            # No proxy of the environment: what is on this machine is not for it.
            answer = httpx.get(f"{address}/people", headers=headers, timeout=10, trust_env=False)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, ValueError):
        raise Stop("--control-url is no address.", f"Give what `itsme sandbox` prints, such as {_USUAL}") from None
    except httpx.HTTPError:
        raise Failed(
            f"No sandbox answers at {address}.", "Start one with `itsme sandbox`, or add --built-in."
        ) from None
    if answer.status_code == 403:
        raise Failed("The sandbox wants a control token.", "Set ITSME_SANDBOX_CONTROL_TOKEN to the one it printed.")
    found = _people_in(answer.content) if answer.status_code == 200 else None
    if found is None:
        raise Failed(f"What answers at {address} is no local sandbox.", "Give the control address that it printed.")
    return found


def _people_in(content: bytes) -> list[dict[str, Any]] | None:
    names = {"phoneNumber": "phone_number", "afterSeconds": "after_seconds"}
    try:
        told = cast("list[dict[str, Any]]", json.loads(content)["people"])
        return [{names.get(key, key): value for key, value in one.items()} | {"id": one["id"]} for one in told]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _built_in() -> list[dict[str, Any]]:
    try:
        from itsme_facade.sandbox import default_people
    except ImportError as error:
        raise Failed(str(error), "") from None
    return _rows(default_people().values())


def _made_up(count: int, seed: int) -> list[dict[str, Any]]:
    try:
        from itsme_facade.sandbox import plausible_people
    except ImportError as error:
        raise Failed(str(error), "") from None
    return _rows(plausible_people(count, seed).values())


def _rows(everybody: Iterable[Person]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "about": one.about,
            "name": one.name,
            "document": one.document,
            "phone_number": one.phone_number.replace(" ", ""),
            "banks": list(one.banks),
            "account": one.account,
            "behaviour": one.behaviour,
        }
        for one in everybody
    ]


def _magic() -> list[dict[str, str]]:
    try:
        from itsme_facade.sandbox import MAGIC
    except ImportError:
        return []
    return [{"phone_number": one.number, "about": one.about} for one in MAGIC.values()]

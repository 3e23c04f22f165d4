"""Pages that list what the code has say what the code has: errors, cookies, data, rooms, phases, settings."""

import re
from collections import defaultdict
from typing import get_args

import grimp
import pytest
from attrs import fields
from django.conf import global_settings

import itsme_facade
from itsme_facade import ItsmeError, sandbox, testing
from itsme_facade.flow import outcomes
from itsme_facade.flow.cookies import Jar
from itsme_facade.store import Lives, Record
from itsme_facade.store.phases import CODE_TRIES, DELIVERY_LEASE, READ_LEASE
from tests.docs import diagrams
from tests.docs.pages import PACKAGE, ROOT


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def errors() -> dict[str, type[ItsmeError]]:
    public = {name: getattr(itsme_facade, name) for name in itsme_facade.__all__}
    return {
        name: value
        for name, value in public.items()
        if isinstance(value, type) and issubclass(value, ItsmeError) and value is not ItsmeError
    }


def test_every_error_has_its_cause_and_what_to_do() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## )", page("errors.md"), re.MULTILINE | re.DOTALL))
    assert set(sections) == set(errors())
    for name, error in errors().items():
        assert ("> " + error.default_advice in sections[name]) == bool(error.default_advice), name
        assert all(f"**{word}:**" in sections[name] for word in ("Cause", "Do", "Trying again")), name


def test_errors_of_the_sandbox_and_of_tests_have_theirs_too() -> None:
    table = page("errors.md").partition("## In the local sandbox and in tests")[2].partition("**Next:**")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]{10,} \| [^|]{5,} \|$", table, re.MULTILINE)
    names = [(room, name) for room in (sandbox, testing) for name in room.__all__]
    raised = {
        name for room, name in names if isinstance(kind := getattr(room, name), type) and issubclass(kind, Exception)
    }
    assert set(rows) == raised


def test_the_cookies_page_names_every_cookie_that_a_login_sets() -> None:
    jar = Jar(secure=True)
    cookies = (jar.keep("x", "s", 60), jar.keep_browser("s"), jar.keep_code("x", "c", 60))
    named = set(re.findall(r"^\| `([\w<> -]+)` \|", page("cookies.md"), re.MULTILINE))
    assert f"`{global_settings.CSRF_COOKIE_NAME}`, in Django alone" in page("cookies.md")
    assert global_settings.CSRF_COOKIE_AGE // (7 * 24 * 3600) == 52
    assert named == {re.sub("-x$", "-<login id>", cookie.name) for cookie in cookies}
    assert all(cookie.secure and cookie.http_only and cookie.same_site == "Lax" for cookie in cookies)


def test_the_page_about_data_names_everything_a_record_holds() -> None:
    table = page("data-kept.md").partition("## In the store")[2].partition("## Elsewhere")[0]
    named = {
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[2] if "|" in row else "")
    }
    assert named == {field.name for field in fields(Record)}


def test_the_pages_say_how_long_things_are_kept() -> None:
    lives = Lives()
    assert (lives.open, lives.finished, lives.undelivered) == (3600, 3600, 3 * 86400)
    assert (READ_LEASE, DELIVERY_LEASE, CODE_TRIES) == (10, 30, 3)
    assert "Leases are 10 seconds for asking CM, and 30 for your function." in page("concepts/phases.md")
    assert "2 minutes and 3 tries" in page("how-to/another-browser.md")


def test_every_status_a_program_can_get_is_on_the_page_for_programs() -> None:
    kinds: set[str] = {outcome.kind for outcome in get_args(outcomes.FlowOutcome)}
    assert len(kinds) == 10
    table = page("how-to/single-page.md").partition("| `status` |")[2]
    first_column = "\n".join(row.split("|")[1] for row in table.splitlines() if "|" in row)
    assert set(re.findall(r"`(\w+)`", first_column)) == kinds


# Architecture


def rooms() -> dict[str, tuple[set[str], set[str]]]:
    """What the page says of each room: its modules, and what it imports."""
    rows = re.findall(r"^\| (\w+) \| ([^|]*)\| [^|]* \| ([^|]*) ?\|$", page("architecture.md"), re.MULTILINE)
    return {
        name: (set(re.findall(r"`(\w+)`", modules)), set(re.findall(r"\w+", arrows)))
        for name, modules, arrows in rows
        if name != "room"
    }


def test_every_module_is_in_one_room_of_the_page() -> None:
    there = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    named = [module for modules, _ in rooms().values() for module in modules]
    assert sorted(named) == sorted(there - {"__init__"})


@pytest.mark.repository
def test_the_arrows_of_the_page_are_those_of_the_code() -> None:
    graph = grimp.build_graph("itsme_facade", "cm_itsme_client", cache_dir=None)
    home = {module: room for room, (modules, _) in rooms().items() for module in modules}

    def room_of(module: str) -> str:
        package, *rest = module.split(".")
        return package if package == "cm_itsme_client" else home[rest[0]] if rest else "client"

    arrows: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        arrows[room_of(module)] |= {room_of(other) for other in graph.find_modules_directly_imported_by(module)}
    assert {room: arrows[room] - {room} for room in rooms()} == {room: told for room, (_, told) in rooms().items()}


def test_the_picture_of_the_rooms_shows_every_room() -> None:
    picture = diagrams.rooms_picture()
    assert all(f">{room}<" in picture for room in rooms())


# Diagrams


@pytest.mark.parametrize("name", diagrams.PICTURES)
def test_a_diagram_is_as_the_code_draws_it(name: str) -> None:
    drawn = diagrams.PICTURES[name]()
    assert (diagrams.FOLDER / name).read_text("utf-8") == drawn, "draw it anew: python -m tests.docs.diagrams"
    assert "<title>" in drawn
    assert "prefers-color-scheme: dark" in drawn


def test_the_picture_of_the_phases_has_every_step_that_the_rules_allow() -> None:
    assert diagrams.steps() == set(diagrams.DRAWN) | diagrams.LATE

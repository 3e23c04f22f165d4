"""docs/sandbox.md says what is so."""

import re
from pathlib import Path

import msgspec
from attrs import fields_dict
from starlette.routing import Route

from itsme_facade.sandbox import MAGIC, Assumptions, Fault, Sandbox, read_people
from itsme_facade.sandbox.command import sandbox_command
from itsme_facade.sandbox.control import control_operations
from itsme_facade.sandbox.faults import CALLS, DAMAGES, DROPS
from itsme_facade.sandbox.instance import Instance
from itsme_facade.sandbox.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_examples_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        exec(compile(example, "docs/sandbox.md", "exec"), {})  # noqa: S102 - the page's own code


def test_everybody_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (.+) \|$", section("People"), re.MULTILINE)
    people = [(person.id, person.phone.number, person.details.about) for person in Sandbox().people]
    assert rows == people


def test_the_example_of_a_file_of_people_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text(section("People").split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert read_people(file)["eva"].behaviour == "approve"


def test_every_assumption_is_on_the_page_and_in_the_docstring() -> None:
    names = list(fields_dict(Assumptions))
    assert re.findall(r"^\| `(\w+)` \|", section("What is assumed"), re.MULTILINE) == names
    documented = re.findall(r"^ {4,8}(\w+): [A-Z]", Assumptions.__doc__ or "", re.MULTILINE)
    assert documented == names


def test_every_call_of_the_control_api_is_on_the_page_with_its_fields() -> None:
    rows = re.findall(r"^\| `([GP].*?)` \| (.*?) \| ?(.*?) ?\|$", section("Control over HTTP"), re.MULTILINE)
    operations = control_operations(Instance(World()))
    assert [(call, about) for call, about, _ in rows] == [(f"{row.method} {row.path}", row.about) for row in operations]
    listed = [re.findall(r"`(\w+)`", fields) for _, _, fields in rows]
    assert listed == [[field.encode_name for field in msgspec.structs.fields(row.body)] for row in operations]


def test_every_magic_number_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", section("Magic numbers"), re.MULTILINE)
    assert rows == [(number, magic.about) for number, magic in MAGIC.items()]


def test_every_argument_of_a_fault_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section("What goes wrong on purpose"), re.MULTILINE)
    assert [name for name, _ in rows] == list(fields_dict(Fault))
    told = dict(rows)
    for name, values in (("call", CALLS), ("body", DAMAGES), ("drop", DROPS)):
        assert re.findall(r'`"(.+?)"`', told[name]) == list(values)


def test_every_option_of_the_command_is_on_the_page() -> None:
    rows = re.findall(r"^\| `(--[\w-]+)` \|", section("From the command line"), re.MULTILINE)
    assert rows == [option for parameter in sandbox_command.params for option in parameter.opts]


def test_every_page_is_on_the_page() -> None:
    listed = re.findall(r"^\| `(/.*?)` \|", section("Pages"), re.MULTILINE)
    routes = {route.path for route in Sandbox().app.routes if isinstance(route, Route)}
    assert set(listed) <= routes
    beginnings = {f"/{path.split('/')[1]}" for path in routes}
    assert {f"/{path.split('/')[1]}" for path in listed} == beginnings - {"/itsme", "/_sandbox", "/static", "/live"}

"""docs/sandbox.md says what is so."""

import re
from pathlib import Path

from attrs import fields_dict

from itsme_facade.sandbox import Assumptions, Sandbox, read_people
from itsme_facade.sandbox.control import CONTROL_PATH, control_routes
from itsme_facade.sandbox.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_examples_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
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


def test_every_call_of_the_control_api_is_on_the_page() -> None:
    listed: set[str] = set()
    for row in re.findall(r"^\| (`[GP].*?) \|", section("Control over HTTP"), re.MULTILINE):
        calls = re.findall(r"`([^`]+)`", row)
        first = calls[0].rpartition("/")[0]
        listed |= {call if " " in call else first + call for call in calls}
    routes = control_routes(World())
    real = {
        f"{method} {route.path.removeprefix(CONTROL_PATH)}"
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert listed == real

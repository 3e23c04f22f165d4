"""The package's names: all there, listed in one order, and imported only when they are used."""

import ast
import json
from pathlib import Path

import pytest

import itsme_facade
from tests.programs import python

LAZY = """
import json, sys
import itsme_facade
def loaded():
    return [name for name in ("httpx", "httpcore", "anyio", "cm_itsme_client") if name in sys.modules]

at_first = loaded() + [name for name in ("attr", "attrs") if name in sys.modules]
itsme_facade.Outcome, itsme_facade.Identity, itsme_facade.WaitTimeout
with_values = loaded()
itsme_facade.Itsme("00000000-0000-0000-0000-000000000000")
print(json.dumps([at_first, with_values, loaded()]))
"""


def imported_for_type_checkers() -> list[str]:
    """The names under `if TYPE_CHECKING` in the package's `__init__`."""
    source = Path(itsme_facade.__file__).read_text("utf-8")
    blocks = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return [alias.name for node in imports for alias in node.names]


@pytest.mark.parametrize("name", itsme_facade.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert getattr(itsme_facade, name) is getattr(itsme_facade, name)


def test_names_are_listed_in_order_and_alike_for_people_checkers_and_the_import() -> None:
    public = itsme_facade.__all__
    assert public == sorted(set(public))
    assert sorted(imported_for_type_checkers()) == public
    assert sorted(name for names in itsme_facade._HOMES.values() for name in names) == public
    assert set(public) <= set(dir(itsme_facade))


def test_all_that_a_star_imports_is_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from itsme_facade import *", names)  # noqa: S102 - the only place where a star is legal is a module
    assert names.keys() - {"__builtins__"} == set(itsme_facade.__all__)


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="module 'itsme_facade' has no attribute 'Isme'"):
        _ = itsme_facade.Isme  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]


def test_a_public_class_says_what_it_is_for() -> None:
    for name in itsme_facade.__all__:
        value = getattr(itsme_facade, name)
        if isinstance(value, type) and not value.__module__.startswith("cm_itsme_client."):
            assert value.__module__.startswith("itsme_facade.")
            assert value.__doc__, name


def test_the_import_loads_neither_httpx_nor_the_generated_client_until_a_client_is_made() -> None:
    ended = python("-c", LAZY)
    assert ended.returncode == 0, ended.stderr
    at_first, with_values, with_a_client = json.loads(ended.stdout)
    assert (at_first, with_values) == ([], [])
    assert {"httpx", "cm_itsme_client"} <= set(with_a_client)

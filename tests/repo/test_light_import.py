"""`import itsme_facade` needs its two core dependencies and nothing else that happens to be installed."""

import json
import sys
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.programs import python

# Behaves as if only the allowed were installed: httpx, for one, takes click and rich when it finds them.
PROGRAM = """
import json, sys

allowed = {*json.loads(sys.argv[1]), *sys.stdlib_module_names}

class OnlyAllowed:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in allowed:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

before = set(sys.modules)
sys.meta_path.insert(0, OnlyAllowed)
import itsme_facade
names = [getattr(itsme_facade, name) for name in itsme_facade.__all__]
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules.keys() - before})))
"""


def import_names_of_the_core() -> set[str]:
    """What httpx, attrs and all they need without extras are imported as."""
    waiting, needed = ["httpx", "attrs"], set[str]()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in needed:
            continue
        needed.add(name)
        for text in distribution(name).requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    found = packages_distributions()
    return {module for module, names in found.items() if needed & {canonicalize_name(name) for name in names}}


def test_every_public_name_is_there_with_the_core_dependencies_alone() -> None:
    allowed = {"itsme_facade", "cm_itsme_client", *import_names_of_the_core()}
    assert "rich" not in allowed
    ended = python("-c", PROGRAM, json.dumps(sorted(allowed)))
    assert ended.returncode == 0, ended.stderr
    loaded = set(json.loads(ended.stdout))
    assert "itsme_facade" in loaded
    assert loaded - sys.stdlib_module_names <= allowed

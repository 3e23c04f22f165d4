"""The plugin is in every test run of whoever has the package, so it costs nothing until it is used."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.programs import python
from tests.testing.conftest import RunTests

pytest_plugins = ["pytester"]

LOADED = """
import pytest, sys
before = set(sys.modules)
import itsme_facade.testing
new = [name for name in sys.modules if name not in before and not name.startswith("itsme_facade.testing")]
print(*new)
"""


def test_it_loads_nothing_but_itself() -> None:
    ended = python("-c", LOADED)
    assert (ended.returncode, sorted(ended.stdout.split())) == (0, ["itsme_facade", "itsme_facade.lazy"]), ended.stderr


def test_it_takes_next_to_no_time_to_load() -> None:
    def milliseconds() -> float:
        ended = python("-X", "importtime", "-c", "import pytest, itsme_facade.testing")
        found = re.findall(r"\| +(\d+) \| itsme_facade(?:\.testing)?$", ended.stderr, re.MULTILINE)
        found += re.findall(r"\| +(\d+) \|   itsme_facade$", ended.stderr, re.MULTILINE)
        assert 1 <= len(found) <= 2, ended.stderr[-500:]
        return max(map(int, found)) / 1000

    # About 2 on a quiet machine; the quickest of several, because others may be at work on this one.
    assert min(milliseconds() for _ in range(5)) < 25


def test_a_run_that_uses_no_fixture_loads_no_more(run_tests: RunTests) -> None:
    run_tests(
        """
        import sys

        def test_it():
            for name in ("httpx", "attrs", "starlette", "uvicorn", "cm_itsme_client"):
                assert name not in sys.modules, name
            assert not [name for name in sys.modules if name.startswith("itsme_facade.sandbox")]
        """
    ).assert_outcomes(passed=1)


def test_the_classes_for_annotations_are_there_and_no_others(run_tests: RunTests) -> None:
    run_tests(
        """
        import pytest
        import itsme_facade.testing

        def test_it():
            for name in itsme_facade.testing.__all__:
                assert getattr(itsme_facade.testing, name) is not None
            assert issubclass(itsme_facade.testing.LoginStopped, Exception)
            with pytest.raises(AttributeError, match="has no attribute 'Sandbox'"):
                itsme_facade.testing.Sandbox
        """
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "msgspec"])
def test_without_the_extra_the_first_fixture_says_what_to_install(run_tests: RunTests, missing: str) -> None:
    result = run_tests(
        """
        def test_something_else():
            pass

        def test_it(itsme):
            pass
        """,
        conftest=f"""
        import sys

        class Missing:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name.partition(".")[0] == "{missing}":
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

        sys.meta_path.insert(0, Missing)
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    output = result.stdout.str()
    assert "the itsme fixtures cannot be used" in output
    assert "pip install 'itsme-facade[sandbox]'" in output
    assert "itsme_facade/testing/" not in output


def test_pytest_finds_it_by_its_entry_point(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    """As an installed package has it: the name is the one in pyproject.toml."""
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    declared = project.get("entry-points", {}).get("pytest11", {"itsme": "itsme_facade.testing"})
    installed = pytester.mkdir("site") / "plugin_for_itsme-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-for-itsme\nVersion: 1\n", "utf-8")
    lines = [f"{name} = {module}" for name, module in declared.items()]
    (installed / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines, ""]), "utf-8")
    pytester.makepyfile("def test_it(itsme_person):\n    assert itsme_person.id == 'lucas'\n")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(installed.parent))
    pytester.run(sys.executable, "-m", "pytest", timeout=100).assert_outcomes(passed=1)

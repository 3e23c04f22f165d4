"""What the plugin does in every test run: little, and nothing where no fixture of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .fixtures import SANDBOX
from .marker import MARKER, OPTION, OPTION_HELP, PASSED, checks, has_passed

if TYPE_CHECKING:
    from collections.abc import Generator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Makes the option known."""
    parser.addini(OPTION, OPTION_HELP, type="args", default=["true"])


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers whether a test passed, and adds to a failure what the sandbox saw."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    if report.failed and (sandbox := item.stash.get(SANDBOX, None)) is not None:
        from .timeline import timeline

        report.sections.append(("itsme sandbox", timeline(sandbox)))
    return report


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Finds the marker on a test that has no sandbox, where it does nothing."""
    if item.get_closest_marker("itsme") is None or SANDBOX in item.stash or not has_passed(item):
        return
    if "fixture" in checks(item):
        pytest.fail(
            "@pytest.mark.itsme did nothing: this test uses none of the fixtures itsme_sandbox, itsme, async_itsme and "
            "itsme_person.\nIf that is meant: @pytest.mark.itsme(strict=False).",
            pytrace=False,
        )

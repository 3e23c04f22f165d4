"""Runs pytest in a process and a folder of its own, with the plugin and no other."""

from collections.abc import Callable
from typing import Any

import pytest

RunTests = Callable[..., pytest.RunResult]


@pytest.fixture
def run_tests(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> RunTests:
    """Writes a test file and runs it; every warning is an error, as it is here."""
    # The plugin is named below, so that it is not there twice where the package is installed with its entry point.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *options: str, **files: Any) -> pytest.RunResult:
        pytester.makepyfile(test_login=source, **files)
        return pytester.runpytest_subprocess("-p", "itsme_facade.testing", "-W", "error", *options, timeout=100)

    return run

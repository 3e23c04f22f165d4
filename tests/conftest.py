"""What every test run of this repository has in common."""

from pathlib import Path

import pytest
from hypothesis import settings

# The machines that run this are shared and slow in bursts; a deadline would measure them, not the code.
settings.register_profile("itsme", deadline=None, print_blob=True)
settings.load_profile("itsme")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run that left a test out: it is green only if everything ran."""
    if _left_out(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says which tests were left out; the reasons follow in pytest's own summary."""
    if names := _left_out(config):
        terminalreporter.section("left out, so the run fails", red=True, bold=True)
        for name in names:
            terminalreporter.write_line(name)


def _left_out(config: pytest.Config) -> list[str]:
    """The skipped, and those expected to fail whether or not they did."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats = reporter.stats if isinstance(reporter, pytest.TerminalReporter) else {}
    return [report.nodeid for kind in ("skipped", "xfailed", "xpassed") for report in stats.get(kind, [])]

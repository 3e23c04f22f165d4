"""Makes a run fail that left a test out: it is green only if everything ran. Loaded by pyproject.toml."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Before the closing lines are printed, so that they and the exit code agree."""
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

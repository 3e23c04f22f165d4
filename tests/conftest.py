"""What every test run of this repository has in common."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A run that a script put into the background ignores Ctrl-C, and so would the programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.statements", "tests.engines.postgres", "tests.engines.valkey"]

# The machines that run this are shared and slow in bursts; a deadline would measure them, not the code.
settings.register_profile("itsme", deadline=None, print_blob=True)
settings.load_profile("itsme")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent

"""People with browsers in a sandbox."""

from collections.abc import Callable

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.pages.visitor import Visitor


@pytest.fixture
def new_visitor(sandbox: Sandbox, new_browser: Callable[[], httpx.Client]) -> Callable[[], Visitor]:
    """Makes people with a browser of their own each."""
    return lambda: Visitor(sandbox.url, new_browser())


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()

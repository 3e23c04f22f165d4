"""The control API of a sandbox that has just been reset."""

import httpx
import pytest

from itsme_facade.sandbox import Sandbox
from tests.sandbox.control.caller import Control


@pytest.fixture
def control(sandbox: Sandbox, http: httpx.Client) -> Control:
    return Control(sandbox, http)

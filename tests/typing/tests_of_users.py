"""Tests as users write them, with the fixtures that come with the package, and a sandbox of their own."""

from typing import assert_type

import pytest

from itsme_facade import AsyncItsme, Identity, Itsme, Success
from itsme_facade.sandbox import Sandbox
from itsme_facade.testing import LoginStopped, PersonInTests, SandboxInTests

BACK = "https://shop.example/itsme/back"


def test_a_login(itsme: Itsme, itsme_person: PersonInTests) -> None:
    started = itsme.login(BACK, scopes=["profile"])
    assert_type(itsme_person.log_in(started.authentication_url), str)
    result = itsme.status(started)
    assert isinstance(result, Success)
    assert_type(result.identity, Identity | None)


@pytest.mark.itsme(person="lucas", answers="refuse")
def test_a_login_that_is_cancelled(itsme_sandbox: SandboxInTests, itsme_person: PersonInTests) -> None:
    with pytest.raises(LoginStopped):
        itsme_person.log_in(BACK, answers="refuse")
    itsme_sandbox.reset()


async def test_it_with_await(async_itsme: AsyncItsme) -> None:
    await async_itsme.login(BACK)


def test_a_sandbox_of_ones_own() -> None:
    with Sandbox() as sandbox:
        assert_type(sandbox.token, str)
        assert_type(sandbox.api_url, str)

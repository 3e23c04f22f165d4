"""Identification tokens and verification codes: each works once, in time, for the one it was given to."""

import re
from datetime import timedelta

import pytest

from itsme_facade.sandbox.world import Assumptions
from tests.sandbox.world.town import (
    LUCAS,
    at_the_desk,
    in_the_app,
    refusal,
    sms_code,
    still_world,
    up_to_sms,
)


@pytest.mark.parametrize("written", ["lower", " spaced "])
def test_a_token_may_be_typed_in_small_letters(written: str) -> None:
    world = still_world()
    token = at_the_desk(world)
    up_to_sms(world, token.lower() if written == "lower" else f" {token} ")
    assert world.activation.registration("newcomer").screen == "sms"


def test_a_token_that_nobody_was_given_is_unknown() -> None:
    world = still_world()
    at_the_desk(world)
    assert refusal(lambda: up_to_sms(world, "000000")) == "token-unknown"


def test_a_token_works_once() -> None:
    world = still_world()
    token = at_the_desk(world)
    in_the_app(world, token)
    assert refusal(lambda: up_to_sms(world, token)) == "token-used"


def test_a_token_expires() -> None:
    world = still_world()
    token = at_the_desk(world)
    world.advance(24 * 3600 - 1)
    up_to_sms(world, token)
    world.advance(1)
    assert refusal(lambda: up_to_sms(world, token)) == "token-expired"


def test_how_long_tokens_and_verification_codes_live_is_an_assumption() -> None:
    world = still_world(Assumptions(token_lifetime=timedelta(minutes=5), sms_lifetime=timedelta(minutes=1)))
    token = at_the_desk(world)
    up_to_sms(world, token)
    world.advance(60)
    assert refusal(lambda: world.activation.enter_sms_code("newcomer", sms_code(world))) == "sms-expired"
    world.advance(240)
    assert refusal(lambda: up_to_sms(world, token)) == "token-expired"


def test_registering_again_makes_the_earlier_token_void() -> None:
    world = still_world()
    first, second = at_the_desk(world), at_the_desk(world)
    assert refusal(lambda: up_to_sms(world, first)) == "token-replaced"
    in_the_app(world, second)
    assert world.accounts.of("newcomer").state == "active"


def test_registering_again_while_the_app_waits_makes_what_it_has_void() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    world.activation.enter_sms_code("newcomer", sms_code(world))
    world.activation.choose_code("newcomer", "13579")
    at_the_desk(world)
    assert refusal(lambda: world.activation.confirm_code("newcomer", "13579")) == "token-replaced"
    assert world.accounts.of("newcomer").state == "none"


def test_the_verification_code_comes_by_text_message_to_the_number_and_has_five_figures() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    (message,) = world.devices.phone("newcomer").inbox
    assert re.fullmatch(r"[0-9]{5}", message.code)
    assert message.text.format(code=message.code).count(message.code) == 1
    assert message.code not in repr(message)


def test_with_a_wrong_number_no_text_message_arrives_and_the_registration_is_restarted() -> None:
    world = still_world()
    wrong = "+32470999999"
    up_to_sms(world, at_the_desk(world, number=wrong), number=wrong)
    assert not world.devices.phone("newcomer").inbox
    world.activation.restart("newcomer")
    in_the_app(world, at_the_desk(world))
    assert world.accounts.of("newcomer").state == "active"


def test_a_text_message_to_somebody_elses_number_reaches_them_and_not_you() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world, number=LUCAS), number=LUCAS)
    assert not world.devices.phone("newcomer").inbox
    code = sms_code(world, "lucas")
    assert refusal(lambda: world.activation.enter_sms_code("newcomer", code)) == "sim-elsewhere"


def test_another_verification_code_can_be_sent_and_the_first_no_longer_counts() -> None:
    world = still_world(seed=1)
    up_to_sms(world, at_the_desk(world))
    first = sms_code(world)
    world.activation.resend_sms("newcomer")
    assert sms_code(world) != first
    assert refusal(lambda: world.activation.enter_sms_code("newcomer", first)) == "sms-wrong"
    assert world.activation.enter_sms_code("newcomer", sms_code(world)).screen == "code"


def test_restarting_in_the_app_makes_the_verification_code_void() -> None:
    world = still_world()
    token = at_the_desk(world)
    up_to_sms(world, token)
    code = sms_code(world)
    assert world.activation.restart("newcomer").sms_code is None
    assert refusal(lambda: world.activation.enter_sms_code("newcomer", code)) == "out-of-step"


def test_too_many_wrong_verification_codes_make_the_one_that_was_sent_void() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    refusals = [refusal(lambda: world.activation.enter_sms_code("newcomer", "x")) for _ in range(3)]
    assert refusals == ["sms-wrong", "sms-wrong", "sms-void"]
    assert refusal(lambda: world.activation.enter_sms_code("newcomer", sms_code(world))) == "sms-void"
    world.activation.resend_sms("newcomer")
    assert world.activation.enter_sms_code("newcomer", sms_code(world)).screen == "code"


def test_a_used_token_stays_used_when_its_owner_registers_again() -> None:
    world = still_world()
    token = at_the_desk(world)
    in_the_app(world, token)
    at_the_desk(world)
    assert refusal(lambda: up_to_sms(world, token)) == "token-used"


def test_a_new_verification_code_gives_all_tries_back() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    for _ in range(2):
        assert refusal(lambda: world.activation.enter_sms_code("newcomer", "x")) == "sms-wrong"
        assert refusal(lambda: world.activation.enter_sms_code("newcomer", "x")) == "sms-wrong"
        world.activation.resend_sms("newcomer")

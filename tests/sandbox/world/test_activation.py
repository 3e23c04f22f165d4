"""Enrolment in the app: the number, an itsme code, Touch ID, and the account that comes of it."""

import pytest

from itsme_facade.sandbox.world import Refused
from tests.sandbox.world.town import (
    EMAIL,
    LUCAS,
    NEWCOMER,
    at_the_desk,
    enrol,
    in_the_app,
    refusal,
    request,
    sms_code,
    still_world,
    up_to_sms,
)


def test_the_app_must_be_downloaded_first() -> None:
    world = still_world()
    assert refusal(lambda: world.activation.registration("newcomer")) == "app-missing"
    world.devices.install_app("newcomer")
    assert world.activation.registration("newcomer").screen == "number"


def test_the_app_comes_from_the_app_store_or_google_play() -> None:
    world = still_world()
    with pytest.raises(Refused, match="App Store or Google Play"):
        world.activation.enter_number("newcomer", NEWCOMER)
    assert world.devices.install_app("newcomer").app
    assert world.activation.enter_number("newcomer", NEWCOMER).screen == "token"


def test_the_identity_data_on_the_card_become_those_of_the_account() -> None:
    world = still_world()
    enrol(world)
    transaction = world.create(request(scopes=("profile", "address")))
    world.answer(NEWCOMER, "approve", transaction.id)
    answer = world.read(transaction.token) or {}
    assert answer["name"] == {"givenName": "Thomas", "familyName": "Lambrecht", "fullName": "Thomas Lambrecht"}
    assert answer["birthdate"] == "1993-06-18"
    assert answer["address"] == {
        "streetAddress": "Veldstraat 45",
        "postalCode": "9000",
        "city": "Gent",
        "countryCode": "BE",
    }


def test_the_app_asks_for_number_token_verification_code_and_an_itsme_code_twice() -> None:
    world = still_world()
    token = at_the_desk(world)
    world.devices.install_app("newcomer")
    app = world.activation
    screens = [app.registration("newcomer").screen]
    screens.append(app.enter_number("newcomer", "0470 00 00 25").screen)
    screens.append(app.enter_token("newcomer", token).screen)
    screens.append(app.enter_sms_code("newcomer", sms_code(world)).screen)
    screens.append(app.choose_code("newcomer", "13579").screen)
    screens.append(app.confirm_code("newcomer", "13579").screen)
    screens.append(app.use_touch_id("newcomer", on=False).screen)
    assert screens == ["number", "token", "sms", "code", "confirm", "touch-id", "home"]


def test_the_account_gets_the_number_and_the_email_address_that_were_given() -> None:
    world = still_world()
    enrol(world)
    transaction = world.create(request(scopes=("email", "phone")))
    world.answer(NEWCOMER, "approve", transaction.id)
    answer = world.read(transaction.token) or {}
    assert (answer["emailAddress"], answer["phoneNumber"]) == (EMAIL, NEWCOMER)


def test_another_number_than_the_one_given_is_refused_and_asked_again() -> None:
    world = still_world()
    token = at_the_desk(world)
    assert refusal(lambda: up_to_sms(world, token, number=LUCAS)) == "number-differs"
    assert world.activation.registration("newcomer").screen == "number"


@pytest.mark.parametrize("code", ["", "1234", "123456", "12a45", "\u0661\u0662\u0663\u0664\u0665"])
def test_an_itsme_code_is_five_figures(code: str) -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    world.activation.enter_sms_code("newcomer", sms_code(world))
    assert refusal(lambda: world.activation.choose_code("newcomer", code)) == "code-form"


@pytest.mark.parametrize("code", ["00000", "12345"])
def test_a_simple_itsme_code_is_allowed_since_nothing_forbids_it(code: str) -> None:
    world = still_world()
    in_the_app(world, at_the_desk(world), code=code)
    assert world.accounts.of("newcomer").code == code


def test_a_confirmation_that_differs_has_the_code_chosen_again() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    world.activation.enter_sms_code("newcomer", sms_code(world))
    world.activation.choose_code("newcomer", "13579")
    assert refusal(lambda: world.activation.confirm_code("newcomer", "13578")) == "code-differs"
    assert world.accounts.of("newcomer").state == "none"
    world.activation.choose_code("newcomer", "24680")
    world.activation.confirm_code("newcomer", "24680")
    assert world.accounts.of("newcomer").code == "24680"


def test_touch_id_is_offered_by_phones_that_have_it_and_can_be_left_out_or_changed() -> None:
    world = still_world()
    enrol(world)
    assert world.activation.registration("newcomer").screen == "touch-id"
    world.activation.use_touch_id("newcomer", on=False)
    assert not world.accounts.of("newcomer").touch_id
    world.activation.use_touch_id("newcomer", on=True)
    assert world.accounts.of("newcomer").touch_id


def test_a_phone_without_touch_id_does_not_offer_it() -> None:
    world = still_world()
    in_the_app(world, at_the_desk(world, "lost-letter", "+32470000027", pin="9164"), "lost-letter", "+32470000027")
    assert world.activation.registration("lost-letter").screen == "home"
    assert refusal(lambda: world.activation.use_touch_id("lost-letter", on=True)) == "no-touch-id"


def test_no_step_in_the_app_can_be_left_out() -> None:
    world = still_world()
    world.devices.install_app("newcomer")
    app = world.activation
    assert refusal(lambda: app.enter_token("newcomer", "ABCDEF")) == "out-of-step"
    assert refusal(lambda: app.enter_sms_code("newcomer", "12345")) == "out-of-step"
    assert refusal(lambda: app.choose_code("newcomer", "12345")) == "out-of-step"
    assert refusal(lambda: app.confirm_code("newcomer", "12345")) == "out-of-step"
    assert refusal(lambda: app.resend_sms("newcomer")) == "out-of-step"
    assert refusal(lambda: app.enter_number("newcomer", "?")) == "number-invalid"


def test_all_steps_can_be_taken_at_once_by_a_test_in_a_hurry() -> None:
    world = still_world()
    account = world.accounts.enrol_now("newcomer")
    assert (account.state, account.code) == ("active", "12345")
    assert world.activation.registration("newcomer").screen == "home"
    assert world.answer(NEWCOMER, "approve", world.create(request()).id).status == "success"


def test_an_app_that_is_removed_forgets_how_far_it_was() -> None:
    world = still_world()
    up_to_sms(world, at_the_desk(world))
    world.devices.remove_app("newcomer")
    world.devices.install_app("newcomer")
    assert world.activation.registration("newcomer").screen == "number"


def test_enrolling_again_begins_with_all_tries_and_without_touch_id() -> None:
    world = still_world()
    enrol(world)
    world.activation.use_touch_id("newcomer", on=True)
    for _ in range(2):
        transaction = world.create(request())
        world.give_number(transaction.id, NEWCOMER)
        icon = transaction.icon or ""
        for _ in range(2):
            deed = refusal(lambda: world.apps.approve("newcomer", transaction.id, icon, code="0"))  # noqa: B023
            assert deed == "code-wrong"
        enrol(world)
        assert not world.accounts.of("newcomer").touch_id

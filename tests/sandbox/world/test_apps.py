"""The app: what waits there, and what its owner does about it."""

import pytest

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import Action, Assumptions, Habit, Status, TransactionRequest, World
from tests.sandbox.world.town import LUCAS, SHOP, enrol, refusal, request, still_world

CODE = "12345"


def asked(world: World, phone: str = "lucas", number: str = LUCAS) -> Action:
    """Let the page ask a phone; the action that then waits in the app."""
    transaction = world.create(request(scopes=("profile", "address")))
    world.give_number(transaction.id, number)
    return next(action for action in world.apps.pending(phone) if action.id == transaction.id)


def wrong(action: Action) -> str:
    return next(icon for icon in action.icons.shown if icon != action.icons.highlighted)


def test_the_app_says_who_asks_for_what_and_which_data_they_get() -> None:
    world = still_world()
    world.name_party(SHOP, "The Shop")
    action = asked(world)
    assert action.question(translations("en").gettext) == "Log in at The Shop?"
    assert action.question(translations("nl").gettext) == "Aanmelden bij The Shop?"
    assert action.data(translations("en").gettext) == ("your name, gender, language and date of birth", "your address")
    assert action.data(translations("fr").gettext)[1] == "votre adresse"


def test_a_relying_party_without_a_name_is_called_by_the_host_of_its_redirect_url() -> None:
    assert asked(still_world()).party == "shop.example"


def test_signing_up_is_asked_in_other_words_than_logging_in() -> None:
    world = still_world()
    transaction = world.create(TransactionRequest(token=SHOP, service="register", redirect_url="https://shop.example/"))
    world.give_number(transaction.id, LUCAS)
    assert world.apps.pending("lucas")[0].question(str) == "Sign up at shop.example?"


def test_page_and_app_show_the_same_three_icons_and_the_page_highlights_one() -> None:
    world = still_world()
    action = asked(world)
    transaction = world.transaction(action.id)
    assert transaction.icons == action.icons.shown
    assert transaction.icon == action.icons.highlighted
    assert len(set(action.icons.shown)) == 3
    assert action.icons.highlighted in action.icons.shown


def test_the_highlighted_icon_and_the_itsme_code_approve() -> None:
    world = still_world()
    action = asked(world)
    world.apps.approve("lucas", action.id, action.icons.highlighted, code=CODE)
    assert world.transaction(action.id).status is Status.SUCCESS
    assert world.apps.pending("lucas") == ()


def test_a_fingerprint_does_instead_of_the_code_once_touch_id_is_active() -> None:
    world = still_world()
    number = "+32470000024"
    action = asked(world, "touch-id", number)
    icon = action.icons.highlighted
    assert refusal(lambda: world.apps.approve("touch-id", action.id, icon, fingerprint=True)) == "fingerprint-off"
    world.activation.use_touch_id("touch-id", on=True)
    world.apps.approve("touch-id", action.id, icon, fingerprint=True)
    assert world.transaction(action.id).status is Status.SUCCESS


def test_the_wrong_icon_cancels() -> None:
    world = still_world()
    action = asked(world)
    world.apps.approve("lucas", action.id, wrong(action), code=CODE)
    assert world.transaction(action.id).status is Status.CANCELLED


def test_refusing_cancels() -> None:
    world = still_world()
    action = asked(world)
    world.apps.refuse("lucas", action.id)
    assert world.transaction(action.id).status is Status.CANCELLED
    assert refusal(lambda: world.apps.refuse("lucas", action.id)) == "action-over"


def test_what_nobody_answers_lapses_after_three_minutes() -> None:
    world = still_world()
    action = asked(world)
    assert action.until - action.since == 180
    world.advance(179)
    assert world.apps.pending("lucas") == (action,)
    world.advance(1)
    assert world.apps.pending("lucas") == ()
    assert world.transaction(action.id).status is Status.EXPIRED
    assert refusal(lambda: world.apps.approve("lucas", action.id, action.icons.highlighted, code=CODE)) == "action-over"


def test_the_third_wrong_code_blocks_the_account_and_ends_all_that_waits() -> None:
    world = still_world()
    first, second = asked(world), asked(world)
    assert world.apps.pending("lucas") == (second, first)
    icon = first.icons.highlighted
    refusals = [refusal(lambda: world.apps.approve("lucas", first.id, icon, code="00000")) for _ in range(3)]
    assert refusals == ["code-wrong", "code-wrong", "code-blocks"]
    assert world.accounts.of("lucas").blocked
    assert {world.transaction(action.id).status for action in (first, second)} == {Status.FAILURE}
    assert refusal(lambda: world.apps.approve("lucas", first.id, icon, code=CODE)) == "account-blocked"


def test_a_right_code_gives_all_tries_back() -> None:
    world = still_world()
    for _ in range(3):
        action = asked(world)
        icon = action.icons.highlighted
        assert refusal(lambda: world.apps.approve("lucas", action.id, icon, code="00000")) == "code-wrong"  # noqa: B023
        world.apps.approve("lucas", action.id, icon, code=CODE)
    assert world.accounts.of("lucas").state == "active"


def test_no_code_at_all_is_a_wrong_code() -> None:
    world = still_world()
    action = asked(world)
    assert refusal(lambda: world.apps.approve("lucas", action.id, action.icons.highlighted)) == "code-wrong"


def test_how_many_wrong_codes_block_and_what_then_becomes_of_a_transaction_are_assumptions() -> None:
    world = still_world(Assumptions(code_tries=1, blocked_account="cancelled"))
    action = asked(world)
    deed = refusal(lambda: world.apps.approve("lucas", action.id, action.icons.highlighted, code="00000"))
    assert (deed, world.transaction(action.id).status) == ("code-blocks", Status.CANCELLED)


def test_a_blocked_account_works_again_once_enrolled_again() -> None:
    world = still_world()
    enrol(world, "blocked", "blocked", "+32470000019")
    action = asked(world, "blocked", "+32470000019")
    world.apps.approve("blocked", action.id, action.icons.highlighted, code="13579")
    assert world.transaction(action.id).status is Status.SUCCESS


def test_nobody_can_answer_what_somebody_else_is_asked() -> None:
    world = still_world()
    action = asked(world)
    deed = refusal(lambda: world.apps.approve("touch-id", action.id, action.icons.highlighted, code=CODE))
    assert deed == "action-over"
    assert world.transaction(action.id).is_open


def test_an_app_without_an_account_shows_nothing_and_says_how_to_get_one() -> None:
    world = still_world()
    assert world.apps.pending("newcomer") == ()
    world.devices.install_app("newcomer")
    assert refusal(lambda: world.apps.account("newcomer")) == "no-account"


def test_what_waits_follows_the_account_to_another_phone() -> None:
    world = still_world()
    action = asked(world)
    phone = world.devices.new_phone("lucas", "+32471999999")
    enrol(world, "lucas", phone.id, "+32471999999")
    assert world.apps.pending("lucas") == ()
    assert world.apps.pending(phone.id) == (action,)
    world.apps.approve(phone.id, action.id, action.icons.highlighted, code="13579")
    assert world.transaction(action.id).status is Status.SUCCESS


@pytest.mark.parametrize("person", ["lucas", "touch-id"])
def test_a_person_given_with_the_wrong_phone_cannot_approve_by_short_cut(person: str) -> None:
    world = still_world()
    world.devices.new_sim(person, "+32471999999")
    transaction = world.create(request())
    assert refusal(lambda: world.answer("+32471999999", "approve", transaction.id)) == "account-elsewhere"
    assert transaction.is_open


def test_the_app_waits_no_longer_than_the_transaction_lives() -> None:
    world = still_world()
    transaction = world.create(request())
    world.advance(540)
    world.give_number(transaction.id, LUCAS)
    (action,) = world.apps.pending("lucas")
    assert action.until == transaction.ask_until == transaction.expires_at


def test_somebody_with_a_habit_but_without_an_account_is_not_asked() -> None:
    world = still_world()
    approves = "+32470000023"
    world.accounts.delete("approves")
    transaction = world.create(request(approves))
    assert (transaction.status, transaction.asked) == (Status.OPEN, None)
    assert refusal(lambda: world.give_number(transaction.id, approves)) == "no-account"


def test_a_habit_does_not_approve_on_a_phone_that_has_lost_its_sim_card_meanwhile() -> None:
    world = still_world()
    world.set_habit(LUCAS, Habit("approve", after=60))
    transaction = world.create(request(LUCAS))
    world.devices.new_sim("lucas")
    world.advance(180)
    assert transaction.status is Status.EXPIRED

"""Random people do random things, for as long as they like: what must never happen in the world."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, invariant, multiple, rule

from itsme_facade.sandbox.languages import translations
from itsme_facade.sandbox.world import BANKS, Refused, SandboxError, Status, Transaction, TransactionRequest
from itsme_facade.sandbox.world.transactions import Scope
from itsme_facade.sandbox.world.visits import BankSession
from tests.sandbox.world.town import at_the_desk, in_the_app, still_world

PEOPLE = ["lucas", "newcomer", "touch-id", "blocked", "under-sixteen"]
NUMBERS = ["+32471234567", "+32470000025", "+32470000024", "+32470000019", "+32479111111", "+32479222222"]
SHOPS = ["5a0db0c5-0000-4000-8000-000000000001", "99999999-aaaa-4bbb-8ccc-dddddddddddd"]
CODES = ["12345", "13579", "00000"]
FIELDS: dict[Scope, set[str]] = {
    "profile": {"name", "gender", "birthdate", "locale"},
    "email": {"emailAddress"},
    "phone": {"phoneNumber"},
    "address": {"address"},
}
ENDS = {Status.SUCCESS, Status.CANCELLED, Status.FAILURE, Status.EXPIRED}
GETTEXT = [translations(locale).gettext for locale in ("en", "nl", "fr", "de")]

people = st.sampled_from(PEOPLE)
numbers = st.sampled_from(NUMBERS)
codes = st.sampled_from(CODES)


class Lives(RuleBasedStateMachine):
    """Enrolling, changing phones, logging in, paying, and losing things, all at random."""

    transactions: Bundle[Transaction] = Bundle("transactions")
    visits: Bundle[BankSession] = Bundle("visits")
    tokens: Bundle[str] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.world = still_world(seed=1)
        self.everything: list[Transaction] = []
        self.agreed: dict[str, str] = {}
        self.given: set[str] = set()
        self.known_by: dict[str, tuple[str, str, int]] = {}
        self.known_as: dict[tuple[str, str, int], str] = {}

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Do something; whatever the world refuses it must say in four languages."""
        try:
            deed()
        except Refused as error:
            told = {error.text(gettext) for gettext in GETTEXT}
            assert len(told) == len(GETTEXT)
            assert not any("{" in text for text in told)
            return False
        except (SandboxError, ValueError):
            return False
        return True

    def phones(self, person: str) -> list[str]:
        return [phone.id for phone in self.world.devices.of(person)]

    @rule(target=tokens, person=people, number=numbers, pin=st.sampled_from(["1234", "1234", "0000"]))
    def register_at_the_desk(self, person: str, number: str, pin: str) -> MultipleResults[str]:
        desk = self.world.desk
        enrolment = desk.begin(number, f"{person}@mail.example")

        def steps() -> None:
            desk.confirm(enrolment.id)
            desk.insert_card(enrolment.id, person)
            desk.validate(enrolment.id)
            desk.sign(enrolment.id, pin)

        assert self.attempt(steps) == (enrolment.token is not None)
        return multiple(*([enrolment.token] if enrolment.token else []))

    @rule(person=people, phone=st.integers(0, 2), number=numbers, token=tokens)
    def begin_in_the_app(self, person: str, phone: int, number: str, token: str) -> None:
        phones = self.phones(person)
        id_ = phones[phone % len(phones)]
        self.world.devices.install_app(id_)
        self.world.activation.restart(id_)
        self.attempt(lambda: self.world.activation.enter_number(id_, number))
        self.attempt(lambda: self.world.activation.enter_token(id_, token))

    @rule(person=people, phone=st.integers(0, 2), whose=people, code=codes, confirmed=codes, touch_id=st.booleans())
    def go_on_in_the_app(
        self, person: str, phone: int, whose: str, code: str, confirmed: str, *, touch_id: bool
    ) -> None:
        phones = self.phones(person)
        id_ = phones[phone % len(phones)]
        read = [sms.code for other in self.phones(whose) for sms in self.world.devices.phone(other).inbox]
        app = self.world.activation
        self.attempt(lambda: app.enter_sms_code(id_, read[-1] if read else "00000"))
        self.attempt(lambda: app.choose_code(id_, code))
        self.attempt(lambda: app.confirm_code(id_, confirmed))
        self.attempt(lambda: app.use_touch_id(id_, on=touch_id))

    @rule(person=people, phone=st.integers(0, 2), code=codes)
    def enrol_without_a_mistake(self, person: str, phone: int, code: str) -> None:
        phones = self.phones(person)
        id_ = phones[phone % len(phones)]
        number = self.world.devices.phone(id_).number

        def steps() -> None:
            in_the_app(self.world, at_the_desk(self.world, person, number), id_, number, code)

        if self.attempt(steps):
            account = self.world.accounts.of(person)
            assert (account.state, account.phone_id, account.code) == ("active", id_, code)
            self.is_whole(number, person)

    @rule(person=people, number=st.none() | numbers)
    def get_another_phone(self, person: str, number: str | None) -> None:
        if len(self.phones(person)) < 3:
            self.attempt(lambda: self.world.devices.new_phone(person, number))

    @rule(person=people, other=people, number=st.none() | numbers, what=st.sampled_from(["move", "new", "remove"]))
    def change_a_phone(self, person: str, other: str, number: str | None, what: str) -> None:
        devices, mine, theirs = self.world.devices, self.phones(person), self.phones(other)
        match what:
            case "move":
                self.attempt(lambda: devices.move_sim(mine[0], theirs[-1]))
            case "new":
                self.attempt(lambda: devices.new_sim(mine[-1], number))
            case _:
                self.attempt(lambda: devices.remove_app(mine[-1]))

    @rule(person=people, what=st.sampled_from(["block", "delete", "enrol", "anew"]))
    def change_an_account(self, person: str, what: str) -> None:
        accounts = self.world.accounts
        deeds: dict[str, Callable[[], object]] = {
            "block": lambda: accounts.block(person),
            "delete": lambda: accounts.delete(person),
            "enrol": lambda: accounts.enrol_now(person),
            "anew": lambda: accounts.make_anew(person),
        }
        self.attempt(deeds[what])

    @rule(target=visits, person=people, card=st.integers(0, 3))
    def visit_a_bank(self, person: str, card: int) -> MultipleResults[BankSession]:
        cards = self.world.banks.cards(person)
        begun: list[BankSession] = []
        if cards:
            number, bank = cards[card % len(cards)].number, cards[card % len(cards)].bank
            self.attempt(lambda: begun.append(self.world.banks.log_in_with_card(bank, number)))
        return multiple(*begun)

    @rule(
        visit=visits, pin=st.sampled_from(["4321", "4321", "4321", "0000"]), what=st.sampled_from(["link", "pay", ""])
    )
    def do_something_at_the_bank(self, visit: BankSession, pin: str, what: str) -> None:
        banks = self.world.banks
        linked_before = visit.bank in self.world.accounts.of(visit.person_id).banks
        if what == "link":
            self.attempt(lambda: banks.choose_itsme(visit.id))
        elif what == "pay":
            self.attempt(lambda: banks.confirm_payment(visit.id, "1 euro"))
        assert linked_before == (visit.bank in self.world.accounts.of(visit.person_id).banks)
        card = visit.card
        if card is not None and visit.challenge is not None:
            challenge = visit.challenge
            self.attempt(lambda: banks.respond(visit.id, banks.use_reader(card.number, pin, challenge)))

    @rule(target=visits, bank=st.sampled_from(list(BANKS)), number=numbers)
    def log_in_at_the_bank_with_itsme(self, bank: str, number: str) -> MultipleResults[BankSession]:
        begun: list[BankSession] = []
        self.attempt(lambda: begun.append(self.world.banks.log_in_with_itsme(bank, number)))
        return multiple(*begun)

    @rule(target=transactions, shop=st.sampled_from(SHOPS), scopes=st.lists(st.sampled_from(list(FIELDS)), unique=True))
    def create(self, shop: str, scopes: list[Scope]) -> Transaction:
        transaction = self.world.create(
            TransactionRequest(token=shop, service="login", redirect_url="https://shop.example/", scopes=tuple(scopes))
        )
        self.everything.append(transaction)
        return transaction

    @rule(transaction=transactions, number=numbers)
    def write_a_number(self, transaction: Transaction, number: str) -> None:
        was_asked = transaction.asked
        self.attempt(lambda: self.world.give_number(transaction.id, number))
        if transaction.asked is not None and was_asked is None:
            self.is_whole(number, transaction.asked_person)

    def is_whole(self, number: str, person: str | None) -> None:
        """Phone, SIM card and app together are the ones that the account was made on."""
        phone = next(phone for phone in self.world.devices.all() if phone.number == number)
        account = self.world.accounts.of(person or "")
        assert phone.sim is not None
        assert (account.phone_id, account.sim_id, phone.app) == (phone.id, phone.sim.id, True)

    @rule(
        person=people,
        icon=st.sampled_from(["right", "right", "wrong"]),
        proof=st.sampled_from(["right", "right", "wrong", "fingerprint"]),
        agrees=st.sampled_from([True, True, False]),
    )
    def decide_in_the_app(self, person: str, icon: str, proof: str, *, agrees: bool) -> None:
        apps = self.world.apps
        waiting = [(phone, action) for phone in self.phones(person) for action in apps.pending(phone)]
        if not waiting:
            return
        phone, action = waiting[0]
        assert len({action.question(gettext) for gettext in GETTEXT}) == len(GETTEXT)
        if not agrees:
            assert self.attempt(lambda: apps.refuse(phone, action.id))
            return
        account = apps.account(phone)
        tapped = next(shown for shown in action.icons.shown if (shown == action.icons.highlighted) == (icon == "right"))
        code = {"right": account.code, "wrong": account.code[::-1] + "9", "fingerprint": None}[proof]
        right = icon == "right" and (proof == "right" or (proof == "fingerprint" and account.touch_id))
        done = self.attempt(lambda: apps.approve(phone, action.id, tapped, code=code, fingerprint=code is None))
        if right:
            assert done
            self.agreed[action.id] = account.person.id

    @rule(transaction=transactions, number=numbers, agrees=st.booleans())
    def decide_by_short_cut(self, transaction: Transaction, number: str, *, agrees: bool) -> None:
        was_open = transaction.is_open
        done = self.attempt(lambda: self.world.answer(number, "approve" if agrees else "refuse", transaction.id))
        assert was_open or not done
        if done and transaction.status is Status.SUCCESS:
            assert agrees
            self.is_whole(number, transaction.asked_person)
            self.agreed[transaction.id] = transaction.asked_person or ""

    @rule(seconds=st.sampled_from([1.0, 61.0, 181.0, 601.0, 86_401.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule()
    def read_everything(self) -> None:
        for transaction in [*self.everything, *self.everything]:
            answer = self.world.read(transaction.token)
            fields = set(answer or {}) - {"status"}
            if not answer or not fields:
                continue
            assert transaction.id not in self.given
            self.given.add(transaction.id)
            person = self.world.people[self.agreed[transaction.id]]
            assert fields <= {"userId"}.union(*(FIELDS[scope] for scope in transaction.request.scopes))
            if "name" in answer:
                names = {"givenName": person.given_name, "familyName": person.family_name, "fullName": person.name}
                assert answer["name"] == names

    @invariant()
    def no_account_works_on_two_devices_and_no_device_carries_two(self) -> None:
        accounts = [self.world.accounts.of(person) for person in PEOPLE]
        phones = self.world.devices.all()
        for account in accounts:
            assert sum(account.is_on(phone) for phone in phones) <= 1
        for phone in phones:
            assert sum(account.is_on(phone) for account in accounts) <= 1

    @invariant()
    def no_number_reaches_two_phones(self) -> None:
        reached = [phone.number for phone in self.world.devices.all() if phone.number]
        assert len(set(reached)) == len(reached)

    @invariant()
    def nobody_under_age_is_admitted(self) -> None:
        admitted = {enrolment.person.id for enrolment in self.world.desk.enrolments() if enrolment.person}
        assert "under-sixteen" not in admitted

    @invariant()
    def no_transaction_succeeds_without_consent_or_has_two_ends(self) -> None:
        for transaction in self.everything:
            ends = [event for event in transaction.timeline if event.what.partition(":")[0] in ENDS]
            assert len(ends) == (0 if transaction.is_open else 1)
            if transaction.status is Status.SUCCESS:
                assert transaction.person is not None
                assert self.agreed[transaction.id] == transaction.person.id

    @invariant()
    def no_user_id_is_shared_or_changes_while_the_account_lasts(self) -> None:
        for person in PEOPLE:
            account = self.world.accounts.of(person)
            for shop in SHOPS:
                who = (person, shop, account.made)
                user_id = account.user_id(shop)
                assert self.known_by.setdefault(user_id, who) == who
                assert self.known_as.setdefault(who, user_id) == user_id


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)


TestWhateverPeopleDo = Lives.TestCase

"""Whatever people do, in whatever order: what must never happen in the world."""

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from itsme_facade.sandbox import AlreadyOver, Clock, NotAsked, Status, UnknownTransaction
from itsme_facade.sandbox.world import World
from itsme_facade.sandbox.world.phones import BEHAVIOURS, Behaviour, Habit
from itsme_facade.sandbox.world.transactions import Scope, Transaction, TransactionRequest

NUMBERS = ["+32471234567", "+32470000001", "+32470000019", "+32470000020", "+31612345678"]
TOKENS = ["5a0db0c5-0000-4000-8000-000000000001", "99999999-aaaa-4bbb-8ccc-dddddddddddd"]
FIELDS: dict[Scope, set[str]] = {
    "profile": {"name", "gender", "birthdate", "locale"},
    "email": {"emailAddress"},
    "phone": {"phoneNumber"},
    "address": {"address"},
}
ENDS = {Status.SUCCESS, Status.CANCELLED, Status.FAILURE, Status.EXPIRED}

numbers = st.sampled_from(NUMBERS)
behaviours = st.sampled_from(BEHAVIOURS)


class Life(RuleBasedStateMachine):
    """People, browsers, relying parties and time, all at random."""

    transactions: Bundle[Transaction] = Bundle("transactions")

    def __init__(self) -> None:
        super().__init__()
        self.world = World(clock=Clock(datetime(2026, 1, 1, tzinfo=UTC), ticks=lambda: 0.0))
        self.everything: list[Transaction] = []
        self.ended: dict[str, Status] = {}
        self.approvals: set[str] = set()
        self.given: dict[str, int] = {}
        self.known_by: dict[str, str] = {}

    @rule(
        target=transactions,
        token=st.sampled_from(TOKENS),
        scopes=st.lists(st.sampled_from(list(FIELDS)), unique=True),
        number=st.none() | numbers,
    )
    def create(self, token: str, scopes: list[Scope], number: str | None) -> Transaction:
        transaction = self.world.create(
            TransactionRequest(
                token=token,
                service="login",
                redirect_url="https://shop.example/",
                scopes=tuple(scopes),
                phone_number=number,
            )
        )
        self.everything.append(transaction)
        return transaction

    @rule(transaction=transactions, number=numbers)
    def write_a_number(self, transaction: Transaction, number: str) -> None:
        try:
            self.world.give_number(transaction.id, number)
        except UnknownTransaction:
            assert transaction.status in ENDS

    @rule(transaction=st.none() | transactions, number=numbers, behaviour=behaviours)
    def act(self, transaction: Transaction | None, number: str, behaviour: Behaviour) -> None:
        was_open = transaction is None or transaction.is_open
        try:
            acted = self.world.answer(number, behaviour, transaction.id if transaction else None)
        except (AlreadyOver, NotAsked, UnknownTransaction):
            return
        assert was_open
        assert acted.asked == number
        if behaviour == "approve" and number != "+32470000019":
            self.approvals.add(acted.id)

    @rule(number=numbers, habit=st.none() | st.builds(Habit, behaviours, st.floats(0, 400)))
    def set_habit(self, number: str, habit: Habit | None) -> None:
        self.world.set_habit(number, habit)

    @rule(transaction=transactions, status=st.sampled_from([Status.FAILURE, Status.EXPIRED]))
    def finish(self, transaction: Transaction, status: Status) -> None:
        try:
            self.world.finish(transaction.id, status, "told to")
        except (AlreadyOver, UnknownTransaction):
            assert transaction.status in ENDS

    @rule(seconds=st.floats(0, 900))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(transaction=transactions)
    def read(self, transaction: Transaction) -> None:
        answer = self.world.read(transaction.token)
        if answer is None:
            assert transaction.status in ENDS
            return
        assert answer["status"] == transaction.status
        fields = set(answer) - {"status"}
        if not fields:
            return
        assert transaction.status is Status.SUCCESS
        assert fields <= {"userId"}.union(*(FIELDS[scope] for scope in transaction.request.scopes))
        assert None not in answer.values()
        self.given[transaction.id] = self.given.get(transaction.id, 0) + 1
        assert self.given[transaction.id] == 1
        owner = self.world.residents.phone(transaction.asked or "").owner
        user_id = str(answer["userId"])
        assert self.known_by.setdefault(user_id, f"{owner} at {transaction.request.token}").startswith(owner)
        assert self.known_by[user_id].endswith(transaction.request.token)

    @invariant()
    def no_transaction_has_two_ends(self) -> None:
        for transaction in self.everything:
            ends = [event for event in transaction.timeline if event.what.partition(":")[0] in ENDS]
            assert len(ends) == (0 if transaction.is_open else 1)
            if not transaction.is_open:
                assert self.ended.setdefault(transaction.id, transaction.status) is transaction.status

    @invariant()
    def nobody_succeeds_without_an_approval(self) -> None:
        for transaction in self.everything:
            approved = [event for event in transaction.timeline if "approved by" in event.what]
            assert (transaction.status is Status.SUCCESS) == bool(approved)
            if transaction.id in self.approvals:
                assert transaction.status is Status.SUCCESS

    @invariant()
    def no_moment_is_before_the_one_it_follows(self) -> None:
        for transaction in self.everything:
            moments = [event.at for event in transaction.timeline]
            assert moments == sorted(moments)
            if transaction.ended_at is not None:
                assert transaction.ended_at <= transaction.expires_at


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


TestNothingIsGivenTwiceBeyondTheScopesOrWithoutApproval = Life.TestCase

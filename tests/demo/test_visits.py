"""What the demo's sites remember of browsers: for a while, and never without bound."""

from itsme_facade import Identity, Service, Started
from itsme_facade.demo.visits import Attempt, Shelf, SignedIn, Visit, same, secret


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_thing_is_kept_for_its_life_and_no_longer() -> None:
    clock = Clock()
    shelf: Shelf[str] = Shelf(60, clock)
    shelf.put("key", "thing")
    clock.now = 59.9
    assert shelf.get("key") == "thing"
    clock.now = 60.0
    assert shelf.get("key") is None


def test_a_thousand_things_are_kept_and_the_oldest_goes_first() -> None:
    shelf: Shelf[int] = Shelf(60, Clock())
    for number in range(1001):
        shelf.put(str(number), number)
    assert shelf.get("0") is None
    assert [shelf.get("1"), shelf.get("1000")] == [1, 1000]


def test_what_is_dropped_is_gone_and_dropping_it_again_is_harmless() -> None:
    shelf: Shelf[str] = Shelf(60, Clock())
    shelf.put("key", "thing")
    for _ in range(2):
        shelf.drop("key")
    shelf.drop(None)
    assert shelf.get("key") is None
    assert shelf.get(None) is None


def test_secrets_differ_and_only_the_same_one_is_the_same() -> None:
    one, other = secret(), secret()
    assert one != other
    assert same(one, one)
    assert not same(other, one)
    assert not same(None, one)
    assert not same("é", one)


def test_no_secret_and_nothing_personal_is_in_a_repr() -> None:
    identity = Identity(user_id="SECRET-USER", email_address="SECRET-MAIL")
    visit = Visit(csrf="SECRET-CSRF", signed_in=SignedIn(identity=identity, service="login", scopes=()))
    started = Started("http://127.0.0.1/login/x", "SECRET-TRANSACTION", Service.LOGIN)
    attempt = Attempt(cookie="itsme-1", proof="SECRET-PROOF", service="login", scopes=(), started=started)
    assert "SECRET" not in repr(visit) + repr(attempt)

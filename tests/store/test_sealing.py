"""What is sealed opens with the keys only, in its own place only, and no key is ever shown."""

import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsme_facade.errors import InvalidArguments, MissingExtra, SealBroken
from itsme_facade.store import Seal, new_key

OLD, NEW, OTHER = new_key(), new_key(), new_key()
PLACE = {"login_id": "0123456789abcdefghjkmnpqrs", "purpose": "answer"}
SEALED = Seal(NEW).seal(b"content", **PLACE)


@given(st.binary(max_size=2_000))
def test_what_is_sealed_opens_as_it_was_and_cannot_be_read(content: bytes) -> None:
    sealed = Seal(NEW).seal(content, **PLACE)
    assert Seal(NEW).open(sealed, **PLACE) == content
    assert len(content) < 8 or content not in sealed
    assert sealed != Seal(NEW).seal(content, **PLACE)


def test_after_a_rotation_the_old_key_opens_and_the_new_one_seals() -> None:
    before, between, after = Seal([OLD]), Seal([NEW, OLD]), Seal([NEW])
    old, new = before.seal(b"old", **PLACE), between.seal(b"new", **PLACE)
    assert (between.open(old, **PLACE), between.open(new, **PLACE)) == (b"old", b"new")
    assert after.open(new, **PLACE) == b"new"
    with pytest.raises(SealBroken):
        after.open(old, **PLACE)
    with pytest.raises(SealBroken):
        before.open(new, **PLACE)


@pytest.mark.parametrize("between", [",", " ", " ,\n", ", ,"])
def test_keys_may_be_a_list_or_text(between: str) -> None:
    for keys in (f" {NEW}{between}{OLD}{between}", [NEW, OLD], (NEW, OLD), iter([NEW, OLD])):
        seal = Seal(keys)
        assert seal.open(Seal(OLD).seal(b"x", **PLACE), **PLACE) == b"x"
        assert Seal(NEW).open(seal.seal(b"x", **PLACE), **PLACE) == b"x"


@pytest.mark.parametrize(
    ("login_id", "purpose"),
    [("1123456789abcdefghjkmnpqrs", "answer"), (PLACE["login_id"], "reference"), ("", ""), (PLACE["login_id"], "")],
)
def test_a_blob_that_was_moved_to_another_place_does_not_open(login_id: str, purpose: str) -> None:
    sealed = Seal(NEW).seal(b"secret identity", **PLACE)
    with pytest.raises(SealBroken, match="sealed for another place") as caught:
        Seal(NEW).open(sealed, login_id=login_id, purpose=purpose)
    assert "secret identity" not in str(caught.value)
    assert not caught.value.retry_safe


@given(st.integers(0, len(SEALED) - 1), st.sampled_from(b"ABCDwxyz0189-_"))
def test_a_blob_that_was_changed_does_not_open(position: int, changed: int) -> None:
    sealed = SEALED[:position] + bytes([changed]) + SEALED[position + 1 :]
    # The last sign before the padding holds bits that belong to no byte.
    if sealed.rstrip(b"=")[:-1] != SEALED.rstrip(b"=")[:-1]:
        with pytest.raises(SealBroken):
            Seal(NEW).open(sealed, **PLACE)


@pytest.mark.parametrize("broken", [b"", b"\0", b"no seal at all", b"gAAAAA=="])
def test_what_was_never_sealed_does_not_open(broken: bytes) -> None:
    with pytest.raises(SealBroken, match="opens with none of the keys"):
        Seal([NEW, OLD]).open(broken, **PLACE)


@pytest.mark.parametrize("keys", ["", " , ", [], [""], ["short"], ["c2hvcnQ="], ["x" * 44], ["é"]])
def test_keys_that_are_none_are_refused_by_their_place_and_not_shown(keys: str | list[str]) -> None:
    with pytest.raises(InvalidArguments) as caught:
        Seal(keys if isinstance(keys, str) or not keys else [NEW, *keys])
    text = f"{caught.value!s} {caught.value!r}"
    assert "keys: " in text
    assert not any(key in text for key in (NEW, "c2hvcnQ", "x" * 44, "short"))


def test_every_wrong_key_is_named_by_its_place() -> None:
    with pytest.raises(InvalidArguments) as caught:
        Seal([NEW, "wrong", OLD, "wrong too"])
    assert [problem.reason.partition(" is")[0] for problem in caught.value.problems] == ["key 2 of 4", "key 4 of 4"]


def test_no_key_and_no_content_is_shown_by_a_repr_or_an_error() -> None:
    seal = Seal([NEW, OLD])
    assert repr(seal) == "Seal()"
    sealed = Seal(OTHER).seal(b"identity", **PLACE)
    with pytest.raises(SealBroken) as caught:
        seal.open(sealed, **PLACE)
    error = caught.value
    shown = f"{error!s} {error!r} {error.args} {pickle.dumps(error)!r} {error.__cause__!r}"
    assert PLACE["login_id"] in shown
    assert not any(secret in shown for secret in (NEW, OLD, OTHER, "identity", sealed.decode()))
    assert error.__suppress_context__


def test_a_new_key_is_another_one_each_time() -> None:
    keys = {new_key() for _ in range(10)}
    assert len(keys) == 10
    assert {len(key) for key in keys} == {44}
    Seal(keys)


def test_what_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    for make in (new_key, lambda: Seal(NEW)):
        with pytest.raises(MissingExtra, match=r"pip install 'itsme-facade\[store\]'"):
            make()

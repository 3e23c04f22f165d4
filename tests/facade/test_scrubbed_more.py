"""What was sent in confidence comes back in no form: as it is, escaped, in part, in other letters."""

import pytest

from itsme_facade.answers import scrubbed


@pytest.mark.parametrize(
    ("text", "secret", "left"),
    [
        ("number +32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("number 32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("number %2B32471234567 is wrong", "+32471234567", "number … is wrong"),
        ("token ABC-def", "abc-DEF", "token …"),
        ("no XXabcXX here", "abc", "no XX…XX here"),
        ("state a/b=c", "https://shop.example/back?state=a%2Fb%3Dc", "state …"),
        ("state a%2Fb%3Dc", "https://shop.example/back?state=a%2Fb%3Dc", "state …"),
        ("state one=two", "https://shop.example/back?state=one=two", "state …"),
        ("state a%2F=b", "https://shop.example/back?state=a%2F=b", "state …"),
        ("a flag in a query", "https://shop.example/back?flag", "a flag in a query"),
        ("no address: http://[x", "http://[x", "no address: …"),
        ("avier is not Xavier", "Xavier", "avier is not …"),
        ("at https%3A%2F%2Fshop.example%2Fback", "https://shop.example/back", "at …"),
        ("nothing of it", "", "nothing of it"),
        ("XXXX stays", "secret", "XXXX stays"),
        ("a part b", "https://shop.example/back#part", "a part b"),
    ],
)
def test_a_secret_comes_back_in_no_form(text: str, secret: str, left: str) -> None:
    assert scrubbed(text, [secret]) == left


def test_the_whole_is_taken_out_before_its_parts() -> None:
    secret = "https://shop.example/back?z=https&a=shop"
    assert scrubbed(f"to {secret} now", [secret]) == "to … now"
    assert scrubbed("one two", ["one", "two"]) == "… …"

"""Where a login may lead afterwards: every redirect trick, and whatever hypothesis thinks of."""

import json
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from itsme_facade import InvalidArguments
from itsme_facade.flow import SignedIn
from itsme_facade.flow.targets import as_location, wrong_origin, wrong_target
from tests.flow.conftest import MakeSite
from tests.flow.site import Browser, approve

TRICKS: list[str] = json.loads((Path(__file__).parents[1] / "data/redirect_tricks.json").read_text("utf-8"))["values"]
SYNC = pytest.mark.parametrize("kind", ["sync-memory", "asyncio-memory"], indirect=True)


def test_only_the_first_two_may_be_followed_as_they_are() -> None:
    assert [trick for trick in TRICKS if wrong_target(trick) is None] == TRICKS[:2]


@SYNC
@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_leads_to_no_other_host_and_splits_no_header(make_site: MakeSite, trick: str) -> None:
    site = make_site()
    browser = Browser(site)
    if wrong_target(trick or "/") is not None:
        with pytest.raises(InvalidArguments) as caught:
            browser.start(next=trick)
        assert [problem.argument for problem in caught.value.problems] == ["next"]
        assert repr(trick) not in str(caught.value)
        assert site.sandbox.transactions == ()
        return
    departure = browser.start(next=trick)
    approve(site, departure)
    outcome = browser.come_back(departure)
    assert isinstance(outcome, SignedIn)
    assert outcome.next == (trick or "/")


HARD = st.text(st.sampled_from("/\\.:@?#%&=[]ahtps09 \t\r\n\x00é/‥%2f%5c%09"), max_size=24)


@given(st.text(max_size=60) | HARD | st.sampled_from(TRICKS) | HARD.map(lambda text: "/" + text))
@example("/%252F%252Fevil.test")
@example("/%5Cevil.test")
@example("/a/%2e%2e//evil.test")
@example("/\ud800")
@example("/x" * 2_000)
def test_what_is_let_through_stays_on_the_site_and_is_one_line_of_ascii(text: str) -> None:
    if wrong_target(text) is not None:
        return
    location = as_location(text)
    assert location.isascii()
    assert location.isprintable()
    assert location.startswith("/")
    for base in ("https://good.test/", "https://good.test/itsme/back?state=x"):
        assert urlsplit(urljoin(base, location)).netloc == "good.test"
        assert urlsplit(urljoin(base, location.replace("\\", "/"))).netloc == "good.test"


@pytest.mark.parametrize(
    ("target", "fits"),
    [
        ("https://good.test/ok", True),
        ("https://good.test", True),
        ("https://good.test:443/ok?a=//b", True),
        ("HTTPS://GOOD.test/ok", True),
        ("http://good.test/ok", False),
        ("https://good.test:8443/ok", False),
        ("https://good.test@evil.test/", False),
        ("https://good.test.evil.test/", False),
        ("https://good.test//evil.test", False),
        ("https://good.test/../x", False),
        ("https:good.test/ok", False),
        ("https://göod.test/", False),
        ("//good.test/ok", False),
        ("/ok", True),
    ],
)
def test_a_listed_origin_is_let_through_and_nothing_that_looks_like_it(target: str, fits: bool) -> None:
    assert (wrong_target(target, ("https://good.test",)) is None) is fits


@pytest.mark.parametrize("origin", ["https://good.test/", "good.test", "http://good.test", "https://a@b.test", "*", 7])
def test_what_is_no_origin_is_refused_at_once(origin: object) -> None:
    assert wrong_origin(origin) is not None


@SYNC
def test_a_wrong_origin_stops_the_flow_from_being_made(make_site: MakeSite) -> None:
    with pytest.raises(InvalidArguments, match="next_origins"):
        make_site(next_origins=["https://good.test/path"])


@SYNC
@pytest.mark.parametrize("origins", ["https://good.test", ["https://other.test", "https://good.test"]])
def test_a_login_may_lead_to_an_origin_that_the_flow_was_told(make_site: MakeSite, origins: str | list[str]) -> None:
    browser = Browser(make_site(next_origins=origins))
    departure = browser.start(next="https://good.test/basket")
    assert browser.come_back(departure).next == "https://good.test/basket"


@SYNC
def test_what_is_wrong_with_an_origin_or_a_target_is_said(make_site: MakeSite) -> None:
    with pytest.raises(InvalidArguments) as caught:
        make_site(next_origins=["https://good.test/path", "https://good.test"])
    assert [(problem.argument, problem.reason) for problem in caught.value.problems] == [
        ("next_origins", "has more than scheme, host and port")
    ]
    with pytest.raises(InvalidArguments) as caught:
        Browser(make_site()).start(next="https://good.test/")
    assert [(problem.argument, problem.reason) for problem in caught.value.problems] == [
        ("next", "neither a path of this site nor a URL of an allowed origin")
    ]


@SYNC
def test_a_path_in_another_script_is_written_in_ascii(make_site: MakeSite) -> None:
    assert as_location("/café/%20?q=é") == "/caf%C3%A9/%20?q=%C3%A9"
    departure = Browser(make_site()).start(next="/café")
    assert departure.login_id


@pytest.mark.parametrize("target", [b"/ok", 7, ["/ok"], "/" + "a" * 2_000])
def test_what_is_no_text_or_too_long_is_refused(target: object) -> None:
    assert wrong_target(target) is not None


@pytest.mark.parametrize("target", ["/" + "a" * 1_999, "/ok?a=//b", "/ok#/../b", "/ok?a=//b#//c"])
def test_what_is_two_thousand_characters_long_or_odd_behind_the_path_only_is_let_through(target: str) -> None:
    assert wrong_target(target) is None


@pytest.mark.parametrize(
    "target",
    ["/%2F%2Fevil.test", "/%252F%252Fevil.test", "/%2e%2e/evil", "/%25252e/x", "/%255Cevil.test", "/a/%0d%0ab"],
)
def test_what_a_proxy_might_unfold_into_something_else_is_refused(target: str) -> None:
    assert wrong_target(target) is not None


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://shop.example", True),
        ("https://shop.example:8443", True),
        ("https://shop.example/", False),
        ("https://shop.example?a=b", False),
        ("https://shop.example#a", False),
        ("shop.example", False),
        (None, False),
    ],
)
def test_an_origin_is_scheme_host_and_port_and_nothing_more(origin: object, good: bool) -> None:
    assert (wrong_origin(origin) is None) is good


@pytest.mark.parametrize(
    ("target", "origins", "good"),
    [
        ("https://shop.example/a", ["https://shop.example:443"], True),
        ("https://shop.example:443/a", ["https://shop.example"], True),
        ("http://127.0.0.1/a", ["http://127.0.0.1:80"], True),
        ("http://127.0.0.1:80/a", ["http://127.0.0.1"], True),
        ("http://127.0.0.1/a", ["http://127.0.0.1:443"], False),
        ("http://127.0.0.1/a", ["http://127.0.0.1:81"], False),
        ("https://shop.example", ["https://shop.example"], True),
        ("https://shop.example/é", ["https://shop.example"], False),
        ("https://shop.example/a", [], False),
        ("https://other.example/a", ["https://shop.example"], False),
        ("https://user@shop.example/a", ["https://shop.example"], False),
        ("https://user:secret@shop.example/a", ["https://shop.example"], False),
    ],
)
def test_a_target_elsewhere_is_compared_by_scheme_host_and_port(target: str, origins: list[str], good: bool) -> None:
    assert (wrong_target(target, origins) is None) is good

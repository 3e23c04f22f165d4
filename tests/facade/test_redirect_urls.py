"""Where a person may be sent back to: https, or a host that stays on this machine, and no trick."""

import pytest

from itsme_facade.settings import is_loopback
from tests.facade.calls import refused, sent


@pytest.mark.parametrize(
    "good",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://shop.example:8443/itsme/back?state=a%20b&next=/x#top",
        "https://xn--bcher-kva.example/",
        "https://192.0.2.1/back",
        "https://[2001:db8::1]/back",
        "http://localhost",
        "http://localhost:8000/back",
        "http://shop.localhost:8000/back",
        "http://localhost./back",
        "http://127.0.0.1:8000/back",
        "http://127.8.8.8/back",
        "http://[::1]:8000/back",
        "https://shop.example/" + "a" * 2027,
    ],
)
def test_a_redirect_url_that_is_https_or_stays_on_this_machine_is_sent_as_it_is(good: str) -> None:
    assert sent(redirect_url=good)["redirectUrl"] == good


def test_the_scheme_of_a_redirect_url_is_sent_in_lower_case() -> None:
    assert sent(redirect_url="HTTPS://Shop.example/Back")["redirectUrl"] == "https://Shop.example/Back"


FOOLING = [  # values that have fooled checks of redirects; none is an absolute https URL without tricks
    *("/ok", "/ok?a=1#b", "ok", "", "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test"),
    *("https:evil.test", "https:/evil.test", "http://good.test@evil.test/", "javascript:alert(1)"),
    *(" javascript:alert(1)", "\t//evil.test", "/\t/evil.test", "http://[::1", "//good.test/ok"),
    *("http://good.test:80/x", "/ok\r\nSet-Cookie: a=b", "x:y", "data:text/html,x", "////evil.test"),
    *("/%09/evil.test", "/..//evil.test", "/.//evil.test", "https://good.test@evil.test/"),
]


@pytest.mark.parametrize("wrong", FOOLING)
def test_what_has_fooled_redirect_checks_is_refused(wrong: str) -> None:
    assert set(refused(redirect_url=wrong)) == {"redirect_url"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("http://shop.example/back", "not https (http is for a loopback host only)"),
        ("http://localhost.shop.example/", "not https (http is for a loopback host only)"),
        ("http://notlocalhost/", "not https (http is for a loopback host only)"),
        ("http://128.0.0.1/", "not https (http is for a loopback host only)"),
        ("http://[::2]/", "not https (http is for a loopback host only)"),
        ("http://0.0.0.0/", "not https (http is for a loopback host only)"),
        ("ftp://shop.example/", "not https (http is for a loopback host only)"),
        ("shop://back", "not https (http is for a loopback host only)"),
        ("shop.example/back", "not an absolute URL: it has no host"),
        ("https://", "not an absolute URL: it has no host"),
        ("https:///back", "not an absolute URL: it has no host"),
        ("https://shop.example\\@evil.example/", "not an absolute URL: it has no host"),
        ("https://me@shop.example/", "has a user name or password in it"),
        ("https://me:pw@shop.example/", "has a user name or password in it"),
        ("https://:pw@shop.example/", "has a user name or password in it"),
        ("https://@shop.example/", "has a user name or password in it"),
        ("https://shop.example/a b", "not an absolute URL in printable ASCII characters"),
        (" https://shop.example/", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example/\n", "not an absolute URL in printable ASCII characters"),
        ("https://bücher.example/", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example/é", "not an absolute URL in printable ASCII characters"),
        ("https://shop.example:99999/", "not a URL: its host or port cannot be read"),
        ("https://shop.example:x/", "not a URL: its host or port cannot be read"),
        ("https://[::1/", "not a URL: its host or port cannot be read"),
        ("https://a|b.example/", "has a host that no web address has"),
        ("https://shop%2eexample/", "has a host that no web address has"),
        ("https://shop.example/a|b", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/?next={x}", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/100%", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/#a#b", "has characters that a URL writes as % and two hexadecimal digits"),
        ("https://shop.example/" + "a" * 2028, "longer than 2048 characters"),
        (b"https://shop.example/", "not an absolute URL in printable ASCII characters"),
        (None, "not an absolute URL in printable ASCII characters"),
    ],
)
def test_a_redirect_url_is_refused_with_the_reason(wrong: object, reason: str) -> None:
    assert refused(redirect_url=wrong) == {"redirect_url": reason}


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        *((host, True) for host in ("localhost", "LOCALHOST", "a.b.localhost", "127.0.0.1", "127.255.0.1", "::1")),
        *((host, False) for host in ("", None, "localhost.example", "127.1", "::", "10.0.0.1", "2130706433")),
    ],
)
def test_a_loopback_host_stays_on_this_machine(host: str | None, stays: bool) -> None:
    assert is_loopback(host) is stays

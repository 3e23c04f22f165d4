"""What holds for both of the demo's sites: their frame, their headers, and pages about trouble."""

import pytest

from itsme_facade.demo.demo import Demo
from itsme_facade.flow.messages import message
from tests.demo.browsers import Browser, way_back


@pytest.fixture(params=["shop", "bank"])
def site(request: pytest.FixtureRequest) -> Browser:
    browser: Browser = request.getfixturevalue(request.param)
    return browser


def test_every_page_says_that_it_is_a_demo_and_holds_to_a_strict_policy(demo: Demo, site: Browser) -> None:
    waiting = site.follow(way_back(demo, site.start("login")))
    pages = [site.get("/"), site.get("/nothing"), waiting, site.follow("/itsme/back"), site.get("/itsme/wait")]
    for page in pages:
        assert "This is a demo on your own machine." in page.text
        assert "itsme® is a registered trademark of its owner." in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"


def test_the_pages_are_made_of_nothing_but_the_two_styles(site: Browser) -> None:
    for style in ("/itsme/itsme.css", "/demo.css"):
        assert f'href="{style}"' in site.get("/").text
        answer = site.get(style)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/css")


def test_another_name_for_this_machine_is_not_the_site(site: Browser) -> None:
    assert site.get("/", headers={"host": "shop.example"}).status_code == 400


def test_an_unknown_address_gets_a_page_that_says_where_to_go(site: Browser) -> None:
    answer = site.get("/nothing")
    assert answer.status_code == 404
    assert "To the first page" in answer.text


def test_an_address_of_no_login_says_so_under_a_clean_address(site: Browser) -> None:
    answer = site.follow("/itsme/back?state=made-up")
    assert answer.status_code == 404
    assert message("unknown", "en").title in answer.text
    assert "made-up" not in str(answer.url)


def test_a_form_that_was_changed_on_the_way_is_refused(site: Browser) -> None:
    answer = site.post("/itsme/start", data={**site.form(), "service": "sell"})
    assert answer.status_code == 400
    assert message("form_changed", "en").title in answer.text


def test_who_tries_things_out_may_start_often(site: Browser) -> None:
    for _ in range(15):
        site.start("login")


def test_without_itsme_the_page_says_so_and_offers_another_try() -> None:
    with Demo() as demo, Browser(demo.shop_url) as shop, Browser(demo.bank_url) as bank:
        visits = [(site, way_back(demo, site.start("login")), site.form()) for site in (shop, bank)]
        demo.sandbox.stop()
        for site, back, form in visits:
            start = site.post("/itsme/start", data={**form, "service": "login"})
            for answer in (start, site.get(back)):
                assert answer.status_code == 503
                assert int(answer.headers["retry-after"]) > 0
                assert message("cm_down", "en").title in answer.text
            assert f"{message('cm_down', 'en').action}</span></button>" in start.text

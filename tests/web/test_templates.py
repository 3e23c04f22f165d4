"""Templates of an application's own come before ours."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.templating import Jinja2Templates

from itsme_facade.flow.messages import Message
from itsme_facade.sandbox import Sandbox
from tests.web.shops import open_shop

OWN = "<html><body>My shop, {{ shop }}: {{ title }}{% block content %}{% endblock %}</body></html>"


def say(reason: str, locale: str) -> Message | None:
    return Message(f"No: {reason}", f"In {locale}.", "Go away") if reason == "linked_elsewhere" else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "itsme").mkdir()
    (tmp_path / "itsme/page.html").write_text(OWN, "utf-8")
    return tmp_path


@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
def test_starlette_takes_a_page_of_the_application_with_what_it_knows(
    sandbox: Sandbox, framework: str, folder: Path
) -> None:
    def known(request: Request) -> dict[str, str]:
        return {"shop": request.url.path}

    templates = Jinja2Templates(folder, context_processors=[known])
    with open_shop(sandbox, framework, templates=templates) as shop, shop.browser() as browser:
        page = browser.get("/itsme/wait")
        assert "My shop, /itsme/wait: This login is not known any more" in page.text
        assert '<a class="itsme-plain" href="/">Go to the first page</a>' in page.text


def test_flask_takes_a_page_of_the_application(sandbox: Sandbox, folder: Path) -> None:
    with open_shop(sandbox, "flask", template_folder=str(folder)) as shop, shop.browser() as browser:
        page = browser.get("/itsme/wait")
        assert "My shop, : This login is not known any more" in page.text


def test_what_the_application_declines_for_it_may_say_itself(sandbox: Sandbox, framework: str) -> None:
    with open_shop(sandbox, framework, explain=say) as shop, shop.browser("de") as browser:
        browser.get("/password?who=somebody-else")
        page = browser.get(browser.log_in(sandbox, "/?service=register").headers["location"])
        assert "No: linked_elsewhere" in page.text
        assert "In de." in page.text


def test_the_style_of_our_pages_is_there_and_may_be_kept(sandbox: Sandbox, framework: str) -> None:
    with open_shop(sandbox, framework) as shop, shop.browser() as browser:
        style = browser.get("/itsme/itsme.css")
        assert style.headers["content-type"].startswith("text/css")
        assert "max-age" in style.headers["cache-control"]
        assert "set-cookie" not in style.headers
        assert ".itsme-button" in style.text

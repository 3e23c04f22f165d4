"""What the pages of the demo's two sites have in common, whichever framework renders them.

The templates keep to what Jinja and Django both understand, so both sites are made of one folder, and the product's
pages about a login stand in the same frame: `templates/itsme/page.html` puts them there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from itsme_facade.web.headers import form_action_sources, page_headers, preferred_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsme_facade.demo.received import Received

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
STYLE: Final = (HERE / "static" / "demo.css").read_bytes()
LANGUAGES: Final = (("en", "English"), ("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"))

NOT_FOUND: Final[Mapping[str, str]] = {
    "title": "There is nothing here.",
    "advice": "This address is not one of ours any more. Go to the first page and start again.",
}
"""What `stop.html` says of an address that leads nowhere."""


def headers(host: str) -> dict[str, str]:
    """The headers of every page with a form: kept by nobody, and with a policy under which the form leads to itsme.

    Args:
        host: the request's Host header.
    """
    return page_headers(form_action=form_action_sources(host))


def front(received: Received | None, welcome: str, accept_language: str) -> dict[str, object]:
    """What a site's first page shows.

    Args:
        received: what came of the login of the person who is signed in; None for a stranger.
        welcome: the heading for a stranger.
        accept_language: what the browser prefers; the list of languages begins there.
    """
    return {
        "title": received.greeting if received else welcome,
        "received": received,
        "languages": LANGUAGES,
        "language": preferred_language(accept_language) or "en",
    }

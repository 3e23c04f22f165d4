"""What the tests of the login page look for on it."""

from collections.abc import Callable
from typing import Final

import httpx

from itsme_facade.sandbox.world import ICONS
from tests.sandbox.pages.parsed import Page
from tests.sandbox.pages.visitor import Visitor

NewBrowser = Callable[[], httpx.Client]
NewVisitor = Callable[[], Visitor]

BACK: Final = "https://shop.example/back?state=abc#top"
LUCAS: Final = "+32471234567"

TEXTS: Final = {
    "en": {
        "number": "Your mobile phone number",
        "fault": "Nobody in this sandbox has that number.",
        "icons": "Open the app on your phone",
        "over": "You are being sent back",
        "other": "This page is open in another browser",
    },
    "nl": {
        "number": "Je gsm-nummer",
        "fault": "Niemand in deze sandbox heeft dat nummer.",
        "icons": "Open de app op je gsm",
        "over": "Je wordt teruggestuurd",
        "other": "Deze pagina is open in een andere browser",
    },
    "fr": {
        "number": "Votre numéro de GSM",
        "fault": "Personne dans ce bac à sable n'a ce numéro.",
        "icons": "Ouvrez l\u2019app sur votre téléphone",
        "over": "Vous êtes redirigé",
        "other": "Cette page est ouverte dans un autre navigateur",
    },
    "de": {
        "number": "Ihre Handynummer",
        "fault": "Niemand in dieser Sandbox hat diese Nummer.",
        "icons": "Öffnen Sie die App auf Ihrem Handy",
        "over": "Sie werden zurückgeleitet",
        "other": "Diese Seite ist in einem anderen Browser geöffnet",
    },
}


def icons(page: Page) -> list[tuple[str, bool]]:
    """The icons on a page, and whether each is highlighted."""
    return [
        (next(icon for icon in ICONS if icon in item.text), "highlighted" in item.attributes.get("class", ""))
        for item in page.all("li")
        if "svg" not in item.attributes and any(icon in item.text for icon in ICONS)
    ]


def form_token(page: Page) -> str:
    return page.forms[0].fields["form"]

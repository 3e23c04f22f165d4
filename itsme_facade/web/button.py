"""The button: a form of one button that starts a login, in HTML of our own and itsme's colour."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import Final

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.flow.messages import language
from itsme_facade.web.html import Html, attribute, hidden
from itsme_facade.web.words import button_words

COLOUR: Final = "#FF4612"
"""itsme's own colour. Source: FACTS."""
TEXT_COLOUR: Final = "#000000"
"""Black: 6.14:1 on itsme's colour, where white reaches 3.42:1 only. Source: FACTS (WCAG 2.1 AA asks for 4.5:1)."""

STYLE: Final = resources.files("itsme_facade.web").joinpath("static/itsme.css").read_bytes()
"""The style of the button and of our pages: every selector begins with `.itsme-`, so nothing else on a page changes."""


def button_html(
    *,
    action: str,
    csrf_field: str,
    service: str = "login",
    locale: str | None = None,
    next: str | None = None,  # noqa: A002 - the name of the field, and of the argument of Flow.start
    artwork: str | None = None,
    artwork_has_words: bool = False,
    words: str | None = None,
) -> Html:
    """A form with one button that starts a login by POST.

    It needs no script. Pressed twice it starts two logins with a cookie each: the browser follows the later one, and
    the other ends by itself. The page that holds it needs `/itsme/itsme.css`, and, if it has a content security
    policy, the sources that `form_action_sources` names.

    Args:
        action: where it goes: `/itsme/start`, as the browser sees it.
        csrf_field: HTML of the framework's hidden CSRF field.
        service: "login", or "register" for people who share more than who they are.
        locale: the language of the words and of itsme's page: en, nl, fr, de. English for any other.
        next: where to go afterwards; the flow checks it.
        artwork: address of the official picture, which itsme gives to its partners and this package does not ship.
        artwork_has_words: the picture shows the words itself: they are read to people who do not see it.
        words: other words than the usual ones, in the language of the page around it.

    Raises:
        InvalidArguments: the service is neither.

    >>> "Aanmelden met itsme" in button_html(action="/itsme/start", csrf_field="", locale="nl")
    True
    """
    if service not in ("login", "register"):
        raise InvalidArguments((Problem("service", "not login or register"),))
    says = words or button_words(service, locale)
    # Words of the application's own are in the language of its page, whichever itsme's page is to be in.
    spoken = "" if words else attribute("lang", language(locale))
    picture = ""
    if artwork:
        picture = f"<img{attribute('src', artwork)}{attribute('alt', says if artwork_has_words else '')}>"
    inside = picture if picture and artwork_has_words else f"{picture}<span>{escape(says)}</span>"
    fields = [hidden("service", service)]
    if locale:
        fields.append(hidden("locale", language(locale)))
    if next:
        fields.append(hidden("next", next))
    return Html(
        f'<form class="itsme-form" method="post"{attribute("action", action)}>{csrf_field}{"".join(fields)}'
        f'<button class="itsme-button" type="submit"{spoken}>{inside}</button></form>'
    )

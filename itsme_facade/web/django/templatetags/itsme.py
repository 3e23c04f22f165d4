"""`{% load itsme %}`: the button, and where its style is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from itsme_facade.flow.messages import LOCALES
from itsme_facade.web.button import button_html
from itsme_facade.web.django.requests import csrf_field

if TYPE_CHECKING:
    from itsme_facade.web.html import Html

register = template.Library()


@register.simple_tag(takes_context=True)
def itsme_button(context: Any, service: str = "login", *, locale: str | None = None, **options: Any) -> Html:
    """A form with one button: `{% itsme_button %}`, `{% itsme_button "register" next="/account" locale="nl" %}`.

    Args:
        context: the template's; it needs `request`, which the context processor of that name brings.
        service: "login" or "register".
        locale: the language; unless given, the one that Django's translation is active in.
        options: `next`, `artwork`, `artwork_has_words` and `words`, as `button_html` takes them.

    Raises:
        InvalidArguments: the service is neither.
    """
    request = context["request"]
    active = (get_language() or "").partition("-")[0]
    return button_html(
        action=reverse("itsme:start"),
        csrf_field=csrf_field(request),
        service=service,
        locale=locale or (active if active in LOCALES else None),
        **options,
    )


@register.simple_tag
def itsme_style() -> str:
    """The address of the button's style sheet: `<link rel="stylesheet" href="{% itsme_style %}">`."""
    return reverse("itsme:style")

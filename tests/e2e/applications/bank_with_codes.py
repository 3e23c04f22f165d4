"""The bank's settings, and one more: people who come back in another browser are shown a code."""

from typing import Any

from examples.django_bank.bank import settings

_more: dict[str, Any] = {
    "ITSME": {**settings.ITSME, "CODE_FOR_OTHER_BROWSER": True},
    "MIDDLEWARE": [*settings.MIDDLEWARE[:2], "django.middleware.locale.LocaleMiddleware", *settings.MIDDLEWARE[2:]],
    "CSRF_COOKIE_HTTPONLY": True,
}
globals().update({name: value for name, value in vars(settings).items() if name.isupper()} | _more)

"""The bank's settings, and one more: people who come back in another browser are shown a code."""

from bank.settings import *  # noqa: F403 - as Django's own documentation builds settings on settings
from bank.settings import ITSME as ALL_BUT_CODES
from bank.settings import MIDDLEWARE as AS_IT_WAS

ITSME = {**ALL_BUT_CODES, "CODE_FOR_OTHER_BROWSER": True}
MIDDLEWARE = [*AS_IT_WAS[:2], "django.middleware.locale.LocaleMiddleware", *AS_IT_WAS[2:]]
CSRF_COOKIE_HTTPONLY = True

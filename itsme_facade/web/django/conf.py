"""The one setting, `ITSME = {…}` in settings.py, and the environment variables behind it."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, cast

from attrs import frozen
from django.conf import settings
from django.utils.module_loading import import_string

from itsme_facade.errors import InvalidArguments, Problem
from itsme_facade.flow.limits import StartLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HERE: Final = "itsme_facade.web.django.accounts"

FROM_ENVIRONMENT: Final = {
    "TOKEN": "ITSME_TOKEN",
    "ENVIRONMENT": "ITSME_ENVIRONMENT",
    "BASE_URL": "ITSME_BASE_URL",
    "TIMEOUT": "ITSME_TIMEOUT",
    "KEYS": "ITSME_KEYS",
    "REDIRECT_URL": "ITSME_REDIRECT_URL",
    "SPOOL_DIR": "ITSME_SPOOL_DIR",
}
"""The variable that stands in for a key that ITSME does not have."""

DEFAULTS: Final[Mapping[str, object]] = {
    "SCOPES": ("profile",),
    "DATABASE": "default",
    "ACCEPT_LOSS": False,
    "ON_IDENTITY": f"{_HERE}.sign_in",
    "ON_LINK": f"{_HERE}.link",
    "CREATE_USER": f"{_HERE}.create_user",
    "HOME": None,
    "BINDING": "both",
    "CODE_FOR_OTHER_BROWSER": False,
    "NEXT_ORIGINS": (),
    "LIMITS": StartLimits(),
    "CLIENT_ADDRESS": None,
    "EXPLAIN": None,
    "PAGE_SOURCES": (),
}
KEYS: Final = (*FROM_ENVIRONMENT, *DEFAULTS)
"""What may stand in ITSME."""


@frozen(repr=False)
class Conf:
    """The setting, with the environment and the defaults behind it.

    Keys of ITSME, all optional where a default or an environment variable stands in:

    - TOKEN: the API token, a GUID (ITSME_TOKEN). A secret.
    - ENVIRONMENT: "production" or "sandbox", which is CM's (ITSME_ENVIRONMENT).
    - BASE_URL: an address instead of an environment, such as the local sandbox's (ITSME_BASE_URL).
    - TIMEOUT: seconds for one call, or `Timeouts` (ITSME_TIMEOUT).
    - KEYS: keys to seal with, newest first, as a list or as text with commas (ITSME_KEYS). Secrets.
    - REDIRECT_URL: where `itsme:back` is, as browsers reach it: "https://www.example.com/itsme/back"
      (ITSME_REDIRECT_URL).
    - SPOOL_DIR: a folder for answers that the database could not take (ITSME_SPOOL_DIR).
    - SCOPES: what to ask for; ("profile",).
    - DATABASE: which of DATABASES keeps the logins; "default".
    - ACCEPT_LOSS: go on although that database is not durable; for tests; False.
    - ON_IDENTITY: dotted path of `(identity, login_id) -> str`. It returns the primary key of a user as text and must
      give the same again for the same login_id. By default users are found by their itsme account, else made.
    - ON_LINK: dotted path of `(identity, login_id, account) -> str` for a signed-in user who links their itsme.
    - CREATE_USER: dotted path of `(identity, login_id) -> user`, for the default ON_IDENTITY. It makes the user of a
      person who is new here, in the same transaction as the link to their itsme.
    - HOME: where people go when there is nothing better: an address or the name of a view; the site's first page.
    - BINDING: "both", or "cookie" if CM refuses a query in REDIRECT_URL, which is weaker.
    - CODE_FOR_OTHER_BROWSER: show a code to people who come back in another browser; False.
    - NEXT_ORIGINS: origins that `next` may lead to besides this site.
    - LIMITS: `StartLimits`, how often a login may be started; None for no limit.
    - CLIENT_ADDRESS: dotted path of `(request) -> str | None`: where a request comes from, behind a proxy.
    - EXPLAIN: dotted path of `(reason, locale) -> Message | None`: what people are told who are declined by a handler.
    - PAGE_SOURCES: places that styles and pictures of our pages may come from, for templates of your own.
    """

    given: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        if key in self.given:
            return self.given[key]
        if (variable := FROM_ENVIRONMENT.get(key)) is not None:
            # Stripped: what comes from a file often ends with a newline, and no value has space around it.
            return os.environ.get(variable, "").strip() or None
        return DEFAULTS[key]

    def function(self, key: str) -> Callable[..., Any]:
        """The function that a dotted path names, or that stands there itself.

        Raises:
            InvalidArguments: there is none.
        """
        named = self[key]
        if callable(named):
            return cast("Callable[..., Any]", named)
        try:
            function = import_string(named)
        except (ImportError, TypeError, AttributeError) as error:
            raise InvalidArguments((Problem(f'ITSME["{key}"]', f"cannot be imported: {error}"),)) from None
        if not callable(function):
            raise InvalidArguments((Problem(f'ITSME["{key}"]', "names something that cannot be called"),))
        return cast("Callable[..., Any]", function)

    def unknown(self) -> dict[str, str | None]:
        """Keys of ITSME that there are not, each with the nearest that there is."""
        return {
            key: next(iter(get_close_matches(str(key).upper(), KEYS, n=1, cutoff=0.5)), None)
            for key in self.given
            if key not in KEYS
        }

    def __repr__(self) -> str:
        return f"Conf({', '.join(sorted(map(str, self.given)))})"


def read() -> Conf:
    """The setting as it is now.

    Raises:
        InvalidArguments: ITSME is no dictionary.
    """
    given = getattr(settings, "ITSME", {})
    if not isinstance(given, dict):
        raise InvalidArguments((Problem("ITSME", "not a dictionary"),))
    return Conf(cast("dict[str, Any]", given))

"""System checks: what is wrong with the settings, and what to write instead. `python manage.py check` shows them.

Errors are E0xx, warnings W0xx; those that only a site on the internet needs come with `check --deploy`, those that
ask the database with `check --database default` and before `migrate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - as Django calls it
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from itsme_facade.errors import InvalidArguments, ItsmeError, StoreNotDurable, StoreUnavailable
from itsme_facade.settings import resolve, wrong_address
from itsme_facade.web.django import conf
from itsme_facade.web.django.statements import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NEEDED_APPS: Final = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions")
_NEEDED_MIDDLEWARE: Final = (
    ("django.contrib.sessions.middleware.SessionMiddleware", "a login has to be remembered"),
    ("django.middleware.csrf.CsrfViewMiddleware", "else other sites could start logins"),
    ("django.contrib.auth.middleware.AuthenticationMiddleware", "it says who is signed in"),
)
_BACKEND: Final = "itsme_facade.web.django.backends.ItsmeBackend"
_TEMPLATES: Final = "django.template.backends.django.DjangoTemplates"
_PROCESSOR: Final = "django.template.context_processors.request"


def register_all() -> None:
    """Registers the checks."""
    register(check_setting, "itsme")
    register(check_project, "itsme")
    register(check_deployment, "itsme", deploy=True)
    register(check_database, Tags.database)


def check_setting(**_: Any) -> list[CheckMessage]:
    """Every key of ITSME: E001 to E007, and E014 for what only a whole flow can tell."""
    try:
        setting = conf.read()
    except InvalidArguments:
        return [Error("ITSME is not a dictionary.", hint="Write ITSME = {…} in settings.py.", id="itsme.E002")]
    found: list[CheckMessage] = []
    for look in (_unknown_keys, _client, _sealing, _redirect_url, _functions, _database_named):
        found.extend(look(setting))
    return found or [*_flow()]


def check_project(**_: Any) -> list[CheckMessage]:
    """What this app needs of the project around it: E008 to E012, W001 and W002."""
    found: list[CheckMessage] = []
    for look in (_apps, _middleware, _backends, _templates, _urls, _policies):
        found.extend(look())
    return found


def check_deployment(**_: Any) -> list[CheckMessage]:
    """What a site on the internet needs: W003 to W007."""
    setting = conf.read()
    address = setting["REDIRECT_URL"]
    found: list[CheckMessage] = []
    if isinstance(address, str) and address.startswith("https:"):
        if not settings.SESSION_COOKIE_SECURE:
            found.append(
                Warning(
                    "The session of a signed-in user travels over http too.",
                    hint="Set SESSION_COOKIE_SECURE = True.",
                    id="itsme.W003",
                )
            )
        if settings.SECURE_PROXY_SSL_HEADER is None:
            found.append(
                Warning(
                    "If a proxy speaks https for this project, Django takes every request for http, and logins are "
                    "refused.",
                    hint='Behind a proxy that always sets the header: SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_'
                    'PROTO", "https"). Without a proxy, add itsme.W004 to SILENCED_SYSTEM_CHECKS.',
                    id="itsme.W004",
                )
            )
    if (settings.SECURE_PROXY_SSL_HEADER or settings.USE_X_FORWARDED_HOST) and setting["CLIENT_ADDRESS"] is None:
        found.append(
            Warning(
                "Behind a proxy every request comes from one address, so starts are not limited by address.",
                hint='Set ITSME["CLIENT_ADDRESS"] to a function that knows where your proxy says it.',
                id="itsme.W006",
            )
        )
    alias = setting["DATABASE"]
    if alias in [*connections] and connections[alias].vendor == "sqlite":
        options = connections[alias].settings_dict.get("OPTIONS", {})
        if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
            found.append(
                Warning(
                    "With SQLite, ON_IDENTITY may fail with `database is locked` when two people log in at once.",
                    hint=f'In DATABASES[{alias!r}], set OPTIONS["transaction_mode"] to "IMMEDIATE".',
                    id="itsme.W007",
                )
            )
    if setting["ACCEPT_LOSS"]:
        found.append(
            Warning(
                'ITSME["ACCEPT_LOSS"] is on: identities may be lost when the database crashes.',
                hint="It is meant for tests. Take it away.",
                id="itsme.W005",
            )
        )
    return found


def check_database(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asks the database whether it keeps what it is given: E013."""
    from itsme_facade.web.django.store import DjangoStore

    try:
        setting = conf.read()
        alias = setting["DATABASE"]
        if databases is None or alias not in databases or setting["ACCEPT_LOSS"] or _is_of_a_test_run(alias):
            return []
        DjangoStore(alias).check_durability()
    except StoreNotDurable as error:
        return [Error(error.what, hint=error.advice, id="itsme.E013")]
    except (InvalidArguments, StoreUnavailable):
        return []  # said by E002 or E007, or by Django itself
    return []


def _is_of_a_test_run(alias: str) -> bool:
    """Django's tests run on SQLite in memory, and nothing else does; the store itself still says no to it."""
    connection: Any = connections[alias]
    return connection.vendor == "sqlite" and bool(connection.is_in_memory_db())


def _unknown_keys(setting: conf.Conf) -> Iterator[CheckMessage]:
    for key, near in setting.unknown().items():
        hint = f"Did you mean {near}?" if near else f"These there are: {', '.join(conf.KEYS)}."
        yield Error(f'ITSME["{key}"]: there is no such key.', hint=hint, id="itsme.E001")


def _client(setting: conf.Conf) -> Iterator[CheckMessage]:
    timeout = setting["TIMEOUT"]
    try:
        resolve(
            token=setting["TOKEN"] or "",
            environment=setting["ENVIRONMENT"],
            base_url=setting["BASE_URL"],
            timeout=float(timeout) if isinstance(timeout, str) else timeout,
        )
    except InvalidArguments as error:
        for problem in error.problems:
            key = problem.argument.partition(".")[0].upper()
            missing = key == "TOKEN" and not setting["TOKEN"]
            said = "is not set" if missing else problem.reason
            yield Error(f'ITSME["{key}"]: {said}.', hint=f"Or set {conf.FROM_ENVIRONMENT[key]}.", id="itsme.E003")
    except ValueError:
        yield Error('ITSME["TIMEOUT"]: not a number of seconds.', hint="Or set ITSME_TIMEOUT.", id="itsme.E003")


def _sealing(setting: conf.Conf) -> Iterator[CheckMessage]:
    from itsme_facade.store.sealing import Seal

    try:
        Seal(setting["KEYS"] or "")
    except InvalidArguments as error:
        for problem in error.problems:
            hint = "`itsme keys new` makes one. Keep keys out of settings.py: ITSME_KEYS stands in."
            yield Error(f'ITSME["KEYS"]: {problem.reason}.', hint=hint, id="itsme.E004")


def _redirect_url(setting: conf.Conf) -> Iterator[CheckMessage]:
    address = setting["REDIRECT_URL"]
    if not address:
        hint = 'For instance "https://www.example.com/itsme/back", or set ITSME_REDIRECT_URL.'
        yield Error('ITSME["REDIRECT_URL"] is not set.', hint=hint, id="itsme.E005")
        return
    if reason := wrong_address(address):
        hint = "It is where browsers reach the view itsme:back."
        yield Error(f'ITSME["REDIRECT_URL"]: {reason}.', hint=hint, id="itsme.E005")
        return
    try:
        here = reverse("itsme:back")
    except (NoReverseMatch, ImportError, ImproperlyConfigured):
        return  # said by E012, or by Django itself
    path = urlsplit(str(address)).path
    if not path.endswith(here):
        hint = f"Its path has to be {here}, or {here} behind the prefix that your server adds."
        yield Error(f'ITSME["REDIRECT_URL"]: {path or "/"} is not where itsme:back is.', hint=hint, id="itsme.E005")


def _functions(setting: conf.Conf) -> Iterator[CheckMessage]:
    for key in ("ON_IDENTITY", "ON_LINK", "CREATE_USER"):
        try:
            setting.function(key)
        except InvalidArguments as error:
            reason = error.problems[0].reason
            yield Error(f'ITSME["{key}"] {reason}.', hint='Write "package.module.function".', id="itsme.E006")


def _database_named(setting: conf.Conf) -> Iterator[CheckMessage]:
    alias = setting["DATABASE"]
    if alias not in [*connections]:
        hint = f"These there are: {', '.join(connections)}."
        yield Error(f'ITSME["DATABASE"]: {alias!r} is not one of DATABASES.', hint=hint, id="itsme.E007")
    elif connections[alias].vendor not in CLOCKS:
        vendor = connections[alias].vendor
        hint = 'Add a database that is SQLite or PostgreSQL to DATABASES, and name it in ITSME["DATABASE"].'
        yield Error(f'ITSME["DATABASE"]: {vendor} is not supported for logins.', hint=hint, id="itsme.E007")
    elif not connections[alias].settings_dict.get("AUTOCOMMIT", True):
        hint = "Take AUTOCOMMIT: False away: what is not committed is not kept."
        yield Error(f'ITSME["DATABASE"]: autocommit is off for {alias!r}.', hint=hint, id="itsme.E007")


def _flow() -> Iterator[CheckMessage]:
    from itsme_facade.web.django.flows import try_to_make_flow

    try:
        try_to_make_flow()
    except InvalidArguments as error:
        for problem in error.problems:
            key = problem.argument.partition(".")[0].upper()
            hint = "See itsme_facade.web.django.conf.Conf for what may stand there."
            yield Error(f'ITSME["{key}"]: {problem.reason}.', hint=hint, id="itsme.E014")
    except ItsmeError as error:
        yield Error(error.what, hint=error.advice, id="itsme.E014")


def _apps() -> Iterator[CheckMessage]:
    for name in _NEEDED_APPS:
        if name not in settings.INSTALLED_APPS:
            yield Error(f"{name} is not in INSTALLED_APPS.", hint="Add it.", id="itsme.E008")


def _middleware() -> Iterator[CheckMessage]:
    for path, why in _NEEDED_MIDDLEWARE:
        if not any(_is_a(each, path) for each in settings.MIDDLEWARE):
            yield Error(f"{path} is not in MIDDLEWARE: {why}.", hint="Add it.", id="itsme.E009")


def _backends() -> Iterator[CheckMessage]:
    if not any(_is_a(each, _BACKEND) for each in settings.AUTHENTICATION_BACKENDS):
        hint = f'Add "{_BACKEND}", or a class of yours that is derived from it.'
        yield Error("No backend in AUTHENTICATION_BACKENDS signs in with itsme.", hint=hint, id="itsme.E010")


def _templates() -> Iterator[CheckMessage]:
    for engine in settings.TEMPLATES:
        processors = engine.get("OPTIONS", {}).get("context_processors", [])
        if engine.get("BACKEND") == _TEMPLATES and _PROCESSOR not in processors:
            hint = f'In TEMPLATES, add "{_PROCESSOR}" to context_processors.'
            yield Error("{% itsme_button %} would find no request.", hint=hint, id="itsme.E011")


def _urls() -> Iterator[CheckMessage]:
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        reverse("itsme:back")
    except (ImportError, ImproperlyConfigured):
        return  # said by Django itself
    except NoReverseMatch:
        hint = 'Add path("itsme/", include("itsme_facade.web.django.urls")) to your urlpatterns.'
        yield Error("The addresses of this app are in no URLconf.", hint=hint, id="itsme.E012")


def _policies() -> Iterator[CheckMessage]:
    if settings.SECURE_REFERRER_POLICY == "no-referrer":
        hint = 'Set SECURE_REFERRER_POLICY = "same-origin", as it is by default.'
        text = "With the referrer policy no-referrer browsers say `Origin: null`, and Django refuses your own forms."
        yield Warning(text, hint=hint, id="itsme.W001")
    if settings.SESSION_COOKIE_SAMESITE == "Strict":
        hint = 'Set SESSION_COOKIE_SAMESITE = "Lax", as it is by default.'
        text = "A session cookie with SameSite=Strict is not sent when itsme sends the browser back."
        yield Warning(text, hint=hint, id="itsme.W002")


def _is_a(path: str, wanted: str) -> bool:
    """Whether a dotted path names that class, or one derived from it."""
    if path == wanted:
        return True
    try:
        named, base = import_string(path), import_string(wanted)
    except ImportError:
        return False
    return isinstance(named, type) and issubclass(named, base)

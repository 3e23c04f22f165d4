"""The bank's settings. What is about itsme stands in ITSME; the rest is what every project has.

ITSME_TOKEN, ITSME_KEYS, ITSME_REDIRECT_URL and ITSME_BASE_URL or ITSME_ENVIRONMENT come from the environment.
"""

import os
import secrets
import sys
from pathlib import Path

from itsme_facade.store import new_key

FOLDER = Path(os.environ["BANK_FOLDER"])
HTTPS = os.environ.get("ITSME_REDIRECT_URL", "").startswith("https:")

SECRET_KEY = os.environ.get("BANK_SECRET") or secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("BANK_HOSTS", "bank.localhost").split()
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # no script here needs it
USE_TZ = True
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch")]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "itsme_facade.web.django",
    "bank",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # the button, itsme's page and ours in the customer's language
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bank.views.guard",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",  # card and PIN
    "itsme_facade.web.django.backends.ItsmeBackend",
]
IN_TESTS = {  # they start an itsme of their own
    "TOKEN": "00000000-0000-0000-0000-000000000000",
    "KEYS": new_key(),
    "REDIRECT_URL": "http://bank.localhost/itsme/back",
}
ITSME = {
    "ON_IDENTITY": "bank.customers.recognise",  # only customers log in: nobody becomes one by itsme alone
    "EXPLAIN": "bank.customers.explain",
    **(IN_TESTS if "test" in sys.argv else {}),
}

ROOT_URLCONF = "bank.urls"
LOGIN_URL = LOGIN_REDIRECT_URL = "/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(FOLDER / "bank.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 15},
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"itsme_facade": {"handlers": ["console"], "level": "INFO"}},
}

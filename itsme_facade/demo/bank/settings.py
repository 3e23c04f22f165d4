"""The settings of the bank's Django project. What differs from run to run comes from the environment."""

import os
import secrets
from typing import Any

from itsme_facade.demo.pages import TEMPLATES as FOLDER
from itsme_facade.flow import StartLimits

SECRET_KEY = secrets.token_urlsafe(50)  # a new one each time: no session outlives the demo
DEBUG = False
ALLOWED_HOSTS = ["bank.localhost"]
ROOT_URLCONF = "itsme_facade.demo.bank.urls"
USE_TZ = True
LOGGING_CONFIG = None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "itsme_facade.web.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTHENTICATION_BACKENDS = ["itsme_facade.web.django.backends.ItsmeBackend"]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("DEMO_BANK_DATABASE", ":memory:")},
}
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(FOLDER)],
        "OPTIONS": {"context_processors": ["itsme_facade.demo.bank.views.shared"]},
    }
]
# A bank on https adds SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE.

ITSME = {  # TOKEN, BASE_URL, KEYS and REDIRECT_URL come from ITSME_TOKEN and so on
    "SCOPES": ["profile"],
    "ON_IDENTITY": "itsme_facade.demo.bank.customers.welcome",
    "LIMITS": StartLimits(browser="60 per 10 minutes", address=None),  # somebody who tries things out starts often
    "EXPLAIN": "itsme_facade.demo.declining.explain",
}
ITSME_URL = os.environ.get("DEMO_ITSME_URL", "")

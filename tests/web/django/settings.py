"""The Django project that the tests of this folder run: one process, one folder of its own."""

import os
import tempfile
from pathlib import Path
from typing import Any

import django

FOLDER = Path(os.environ.get("ITSME_TEST_FOLDER") or tempfile.mkdtemp(prefix="itsme-django-"))

SECRET_KEY = "made up, and long enough for the checks of Django: 0123456789abcdefghijklmnopqrstuvwxyz"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
LOGGING_CONFIG = None  # leaves the logging of the test run alone
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "itsme_facade.web.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "itsme_facade.web.django.backends.ItsmeBackend",
]
ROOT_URLCONF = "tests.web.django.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [str(Path(__file__).parent / "templates")],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "database.sqlite3")},
}
if os.environ.get("ITSME_TEST_POSTGRES"):
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["ITSME_TEST_NAME"],
        "USER": "postgres",
        "HOST": os.environ["ITSME_TEST_POSTGRES"],
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
ADMINS: list[Any] = [("Admin", "admin@example.test") if django.VERSION < (6,) else "admin@example.test"]
if django.VERSION < (6, 1):
    EMAIL_BACKEND = LOCMEM
else:
    MAILERS = {"default": {"BACKEND": LOCMEM}}
LOGIN_URL = "/door"
ITSME: dict[str, Any] = {}

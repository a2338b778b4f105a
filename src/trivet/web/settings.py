"""Django's settings for the pages.

Figures come from the workspace's published build; who may see and sign them, and what was signed,
from its store.

TRIVET_WORKSPACE     the workspace's folder
TRIVET_DATABASE      address of a PostgreSQL for the store; SQLite in the workspace without it
TRIVET_STATIC_ROOT   where `trivet serve` gathered the static files under hashed names
TRIVET_HOSTS         further host names to answer to, comma separated
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from trivet.agreements.store import database

HERE = Path(__file__).parent

WORKSPACE = os.environ.get("TRIVET_WORKSPACE", "")

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(50)

# Loopback only, and by these names only: a page elsewhere that points its own name at
# 127.0.0.1 (DNS rebinding) is turned away.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] + [
    host for host in os.environ.get("TRIVET_HOSTS", "").split(",") if host
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "trivet.agreements.audit",
    "trivet.agreements.people",
    "trivet.agreements.documents",
    "trivet.web",
]
AUTH_USER_MODEL = "people.Person"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "trivet.web.trouble.SayWhatHappened",
]
ROOT_URLCONF = "trivet.web.urls"
WSGI_APPLICATION = "trivet.web.wsgi.application"
APPEND_SLASH = False
DATABASES = {"default": database(os.environ.get("TRIVET_DATABASE", ""), Path(WORKSPACE or "."))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "libraries": {"shown": "trivet.web.template_words"},
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "trivet.web.template_words",
            ],
            "context_processors": [],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("TRIVET_STATIC_ROOT", "")
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("woff2", "txt", "lock", "png")

# English needs no catalog: it is what the source says. A language is there once its compiled
# catalog is (docs/how-to/add-a-language.md).
LANGUAGE_CODE = "en"
LOCALE_PATHS = [HERE / "locale"]
LANGUAGES = [("en", "English")] + [
    (found.parent.parent.name.replace("_", "-").lower(), found.parent.parent.name)
    for found in sorted(LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.mo"))
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Everything a page needs comes from here, and nothing in it may run that is not a file from
# here: no inline script or style, no eval.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "trivet.web.trouble.form_refused"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

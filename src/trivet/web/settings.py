"""Django's settings for the pages.

Figures come from the workspace's published build; who may see and sign them, and what was signed,
from its store.

TRIVET_WORKSPACE     the workspace's folder
TRIVET_DATABASE      address of a PostgreSQL for the store; SQLite in the workspace without it
TRIVET_STATIC_ROOT   where `trivet serve` gathered the static files under hashed names
TRIVET_HOSTS         further host names to answer to, comma separated
TRIVET_PROXIES       how many proxies stand between them and this machine; one if not said
TRIVET_ADDRESS       where people reach the pages through a proxy, such as https://revenue.example
TRIVET_OIDC_ISSUER, _CLIENT_ID, _NAME, _CLIENT_SECRET   the company's identity provider
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from trivet.agreements.people.sign_in import oidc_settings
from trivet.agreements.people.sign_in.proxies import proxy_count
from trivet.agreements.store import database, secret_key

HERE = Path(__file__).parent

WORKSPACE = os.environ.get("TRIVET_WORKSPACE", "")

DEBUG = False
SECRET_KEY = (
    secret_key(Path(WORKSPACE))
    if Path(WORKSPACE or "/").joinpath("trivet.toml").is_file()
    else secrets.token_urlsafe(50)
)

# Loopback only, and by these names only: a page elsewhere that points its own name at
# 127.0.0.1 (DNS rebinding) is turned away.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] + [
    host for host in os.environ.get("TRIVET_HOSTS", "").split(",") if host
]

# Behind a proxy that speaks https: its name is ours, and cookies travel encrypted only.
ADDRESS = os.environ.get("TRIVET_ADDRESS", "").rstrip("/")
IS_HTTPS = ADDRESS.startswith("https://")
if ADDRESS:
    ALLOWED_HOSTS.append(urlsplit(ADDRESS).hostname or "")
    CSRF_TRUSTED_ORIGINS = [ADDRESS]
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Of this name only: others under the same domain are not ours to bind.
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "trivet.agreements.audit",
    "trivet.agreements.people",
    "trivet.agreements.documents",
    "trivet.agreements.books",
    "trivet.agreements.icp",
    "trivet.agreements.governance",
    "trivet.web",
]
AUTH_USER_MODEL = "people.Person"
MIDDLEWARE = [
    "trivet.web.answer_headers.AnswerHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "trivet.web.gate.WorkspaceThere",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trivet.web.address_check.AddressCheck",
    "trivet.web.gate.Gate",
    "trivet.web.trouble.SayWhatHappened",
]
ROOT_URLCONF = "trivet.web.urls"
WSGI_APPLICATION = "trivet.web.wsgi.application"
APPEND_SLASH = False
DATABASES = {"default": database(os.environ.get("TRIVET_DATABASE", ""), Path(WORKSPACE or "."))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHAPTERS = ("people", "documents", "governance", "icp")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [
            HERE / "templates",
            *(HERE.parent / "agreements" / chapter / "templates" for chapter in CHAPTERS),
        ],
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
            "context_processors": [
                "django.template.context_processors.request",
                "trivet.web.shell.around",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("TRIVET_STATIC_ROOT", "")
STATICFILES_DIRS = [HERE / "static"]
PAPER_FONTS = HERE / "static" / "vendor" / "inter-static"
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
# Signing in. Who may do what comes from the seats (agreements/people/rules/right.py).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # an invitation's link
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the way back from the identity provider
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
DEVICE_COOKIE_NAME = "__Host-device" if IS_HTTPS else "device"
# Tries are counted by address: behind proxies by the one that the outermost forwards, and none is
# believed that was not named.
ALLAUTH_TRUSTED_PROXY_COUNT = proxy_count(os.environ.get("TRIVET_PROXIES", "")) if ADDRESS else 0
# They are counted here: this process has no other that answers. Of the oldest some are forgotten
# when there are more than somebody with many addresses brings about in an hour.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_ADAPTER = "trivet.agreements.people.sign_in.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# What is wrong is counted by sign_in/tries.py. Nothing counts what one office may send: there, one
# who guesses would keep everybody out.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": None}  # nothing that could be guessed
MFA_ADAPTER = "trivet.agreements.people.sign_in.adapters.Proofs"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever invited them vouches for the address
MFA_FORMS = {
    "authenticate": "trivet.agreements.people.sign_in.code_forms.Authenticate",
    "reauthenticate": "trivet.agreements.people.sign_in.code_forms.Reauthenticate",
    "login_webauthn": "trivet.agreements.people.sign_in.passkey_forms.Login",
    "authenticate_webauthn": "trivet.agreements.people.sign_in.passkey_forms.Authenticate",
    "reauthenticate_webauthn": "trivet.agreements.people.sign_in.passkey_forms.Reauthenticate",
    "add_webauthn": "trivet.agreements.people.sign_in.passkey_forms.Add",
}
MFA_TOTP_ISSUER = "Trivet"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A browser allows passkeys without https on localhost only, and so do we.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
SOCIALACCOUNT_ADAPTER = "trivet.agreements.people.sign_in.adapters.CompanyAccounts"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
_oidc = oidc_settings.read(Path(WORKSPACE or "/"), os.environ)
SOCIALACCOUNT_PROVIDERS = _oidc.providers() if _oidc else {}

CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "trivet.web.trouble.form_refused"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

"""Settings, from the environment (docs/settings.md). One folder, THROUGHLINE_HOME, holds what an installation has."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from throughline.config.sqlite import use_new_sqlite

use_new_sqlite()

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("THROUGHLINE_HOME") or Path.home() / ".throughline").resolve()

THROUGHLINE_HOME = HOME
THROUGHLINE_KEY_FILE = Path(os.environ.get("THROUGHLINE_KEY_FILE") or HOME / "keys" / "keys.json")
THROUGHLINE_SOURCE_KEYS = Path(
    os.environ.get("THROUGHLINE_SOURCE_KEYS") or THROUGHLINE_KEY_FILE.parent / "sources"
)
THROUGHLINE_FREEZES = Path(os.environ.get("THROUGHLINE_FREEZES") or HOME / "freezes")
THROUGHLINE_WITNESS = Path(os.environ.get("THROUGHLINE_WITNESS") or HOME / "witness")
# how long a record stays open that was opened in an emergency
THROUGHLINE_EMERGENCY_MINUTES = min(max(int(os.environ.get("THROUGHLINE_EMERGENCY_MINUTES") or 60), 5), 480)
THROUGHLINE_UPLOAD_LIMIT = 64 * 1024 * 1024  # bytes


def _secret_key() -> str:
    """Signs cookies. Derived from the key ring, so that there is one secret to guard; a throw-away one before init."""
    import hashlib

    try:
        material = os.environ.get("THROUGHLINE_KEYS") or THROUGHLINE_KEY_FILE.read_text()
    except OSError:
        return os.urandom(32).hex()
    return hashlib.sha256(b"throughline/1/cookies/" + material.encode()).hexdigest()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("THROUGHLINE_DEBUG") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("THROUGHLINE_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
IS_BEHIND_TLS = os.environ.get("THROUGHLINE_TLS") == "1"
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in ALLOWED_HOSTS if IS_BEHIND_TLS and not host.startswith("[")
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "throughline.records.audit",
    "throughline.records.accounts",
    "throughline.records.programme",
    "throughline.records.clients",
    "throughline.records.supplies",
    "throughline.records.engagement",
    "throughline.records.returns",
    "throughline.records.referral",
    "throughline.records.workforce",
    "throughline.records.study",
    "throughline.records.surveys",
    "throughline.records.inquiry",
    "throughline.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "throughline.config.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "throughline.config.middleware.ActingAs",
    "throughline.config.middleware.Refusals",
]

ROOT_URLCONF = "throughline.config.urls"
WSGI_APPLICATION = "throughline.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "reporting" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "throughline.web.navigation.navigation",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("THROUGHLINE_DATABASE", "")
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:") or str(HOME / "throughline.sqlite3")
        return {
            "ENGINE": "throughline.config.lasting_sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": 3600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Read through the system's own cache, which all processes share; writes go the usual way.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000; PRAGMA mmap_size=4294967296; PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    # Not `parts.hostname`: that is lower-cased, and a socket's folder need not be.
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["throughline.web.access.signed_in.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "email", "display_name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "throughline.web.access.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PREVENT_ENUMERATION = True
# `login_failed` counts by name and address, `login_failed_name` by name over all addresses: high, so that a stranger
# who knows a name does not keep its owner out. Passkeys are not counted at all.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_name": "100/h/key",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# A passkey is bound to https or to http://localhost; browsers refuse http elsewhere whatever stands here.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_BEHIND_TLS
MFA_TOTP_ISSUER = "Throughline"
# Half a minute passes while digits are typed and sent, and telephones' clocks differ (RFC 6238, 5.2 and 6).
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "throughline.web.access.adapter.SecondStepAdapter"

SESSION_ENGINE = "throughline.web.access.signed_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_BEHIND_TLS
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-throughline" if IS_BEHIND_TLS else "throughline"
CSRF_COOKIE_SECURE = IS_BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-throughline-csrf" if IS_BEHIND_TLS else "throughline-csrf"
SECURE_SSL_REDIRECT = IS_BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if IS_BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # a sealed form with its pictures: see api/parsing.py
# A review of the names in a long hearing, or of 2,000 hits, is one form: a field for each place.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600
# Rate limits and used one-time codes are counted here, over all server processes of this machine. A full cache forgets at
# random: with Django's 300 places, whoever fails under many names
# or from many addresses would make it forget how often a name was tried.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
# How much processor time of a request goes into sums over many contacts (work/reckoning.py); a part begun is ended.
THROUGHLINE_RECKONING_SECONDS = 0.06
# How many proxies stand in front, each of which adds to X-Forwarded-For the address that it was asked from: which
# address of that header rate limits believe. 0: none of them, whatever the header says, for anybody can send one.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("THROUGHLINE_PROXIES") or 0)

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Vite hashes the names: what lies here never changes under its name.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/throughline/dist/assets/"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "throughline.config.logs.FramesOnly",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Database errors quote the values of a row: ids only may reach a log.
    "loggers": {
        "django.db.backends": {"level": "CRITICAL", "propagate": False},
        "throughline": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

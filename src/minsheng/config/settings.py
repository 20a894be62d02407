"""Every setting of the product. Secrets and addresses come from the environment.

In demonstration mode (`MINSHENG_MODE=demo`) keys are made once and kept in the runtime folder. In
production nothing is made up: what is missing stops the start, and so does anything of the
demonstration (see `minsheng.config.checks`).
"""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from minsheng.config import demo_secrets, env
from minsheng.config.database import database

BASE_DIR = Path(__file__).resolve().parents[3]

# ── mode, places, keys ──────────────────────────────────────────────────────────────────────────
MINSHENG_VAR = env.folder("MINSHENG_VAR", BASE_DIR / "var")
MINSHENG_MODE = env.choice(
    "MINSHENG_MODE", ("demo", "production"), env.first_line(MINSHENG_VAR / "mode", "production")
)
DEMO = MINSHENG_MODE == "demo"
MINSHENG_FILES = env.folder("MINSHENG_FILES", MINSHENG_VAR / "files")
MINSHENG_SEALS = env.folder("MINSHENG_SEALS", MINSHENG_VAR / "seals")
MINSHENG_AUTHORITY = env.folder("MINSHENG_AUTHORITY", MINSHENG_VAR / "authority")
MINSHENG_PACKS = env.folders("MINSHENG_PACKS", BASE_DIR / "packs")
MINSHENG_SUITE = env.choice("MINSHENG_SUITE", ("a1", "s1"), "a1")
MINSHENG_REGISTERS_URL = env.text("MINSHENG_REGISTERS_URL", "http://127.0.0.1:8701")
MINSHENG_REGISTERS_TIMEOUT_MS = env.integer("MINSHENG_REGISTERS_TIMEOUT_MS", 2000)
MINSHENG_WEBHOOKS_TIMEOUT_MS = env.integer("MINSHENG_WEBHOOKS_TIMEOUT_MS", 10_000)
# Rooms between classrooms (双师课堂). Nothing is called unless one is named.
MINSHENG_MEETINGS = env.choice("MINSHENG_MEETINGS", ("", "livekit", "bigbluebutton"), "")
MINSHENG_MEETINGS_URL = env.text("MINSHENG_MEETINGS_URL", "")
MINSHENG_MEETINGS_KEY = env.text("MINSHENG_MEETINGS_KEY", "")
MINSHENG_MEETINGS_SECRET = env.text("MINSHENG_MEETINGS_SECRET", "")
MINSHENG_MEETINGS_PAGE = env.text("MINSHENG_MEETINGS_PAGE", "")
MINSHENG_MEETINGS_TIMEOUT_MS = env.integer("MINSHENG_MEETINGS_TIMEOUT_MS", 5000)
MINSHENG_SMS_SECRET = env.text("MINSHENG_SMS_SECRET", "")
# Logs of the network are kept for six months at least.
# Source: 网络安全法, art. 21, text of 2016 (mark M: a later amendment wasn't read).
MINSHENG_WEBHOOKS_LOG_DAYS = env.integer("MINSHENG_WEBHOOKS_LOG_DAYS", 184)
MINSHENG_WEBHOOKS_PRIVATE = env.integer("MINSHENG_WEBHOOKS_PRIVATE", 0) > 0

if DEMO:
    SECRET_KEY = env.text("MINSHENG_SECRET", demo_secrets.demo_secret(MINSHENG_VAR, "session"))
    MINSHENG_KEYS = demo_secrets.demo_keys(MINSHENG_VAR)
    MINSHENG_REGISTERS_TOKEN = demo_secrets.demo_secret(MINSHENG_VAR, "registers")
    MINSHENG_BASE_URL = env.text("MINSHENG_BASE_URL", "http://127.0.0.1:8700")
    ALLOWED_HOSTS = env.text("MINSHENG_HOSTS", "*").split(",")
else:
    SECRET_KEY = env.text("MINSHENG_SECRET")
    MINSHENG_KEYS = demo_secrets.parse_keys(env.text("MINSHENG_KEYS"))
    MINSHENG_REGISTERS_TOKEN = env.text("MINSHENG_REGISTERS_TOKEN")
    MINSHENG_BASE_URL = env.text("MINSHENG_BASE_URL")
    ALLOWED_HOSTS = env.text("MINSHENG_HOSTS").split(",")

# ── application ─────────────────────────────────────────────────────────────────────────────────
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "minsheng.apps.audit",
    "minsheng.apps.outbox",
    "minsheng.apps.people",
    "minsheng.apps.notices",
    "minsheng.apps.records",
    "minsheng.apps.accounts",
    "minsheng.apps.projects",
    "minsheng.apps.points",
    "minsheng.apps.scores",
    "minsheng.apps.vouchers",
    "minsheng.apps.repairs",
    "minsheng.apps.mandates",
    "minsheng.apps.schools",
    "minsheng.apps.mastery",
    "minsheng.apps.clubs",
    "minsheng.apps.lessons",
    "minsheng.apps.dual",
    "minsheng.apps.visits",
    "minsheng.apps.cases",
    "minsheng.apps.webhooks",
    "minsheng.apps.ratings",
    "minsheng.apps.payouts",
    "minsheng.apps.policies",
    "minsheng.apps.grants",
    "minsheng.apps.screening",
    "minsheng.apps.appeals",
    "minsheng.apps.councils",
    "minsheng.apps.sittings",
    "minsheng.apps.assessments",
    "minsheng.apps.steps",
    "minsheng.apps.loans",
    "minsheng.apps.stakes",
    "minsheng.apps.contests",
    "minsheng.apps.supervision",
    "minsheng.apps.search",
    "minsheng.apps.matching",
    "minsheng.apps.erasure",
    "minsheng.portal",
    "minsheng.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "minsheng.portal.middleware.ProtectionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "minsheng.portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "minsheng.portal.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "minsheng.config.urls"
WSGI_APPLICATION = "minsheng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minsheng.portal.context.page",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": database(
        env.text("MINSHENG_DATABASE", f"sqlite:///{MINSHENG_VAR / 'minsheng.sqlite3'}"),
        test_name=env.text("MINSHENG_TEST_DB_NAME", ""),
    )
}

# ── who may sign in ─────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = env.integer("MINSHENG_SIGN_IN_TRIES", 5)
AXES_COOLOFF_TIME = env.integer("MINSHENG_SIGN_IN_LOCK_HOURS", 1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "minsheng.apps.people.addresses.client_address"
# How many proxies of our own stand before this server, each adding to X-Forwarded-For.
MINSHENG_PROXIES = env.integer("MINSHENG_PROXIES", 0)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"

# ── language, time ──────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ── files and uploads ───────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = MINSHENG_VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = MINSHENG_FILES
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600
MINSHENG_GLASS_HOURS = env.integer("MINSHENG_GLASS_HOURS", 4)
MINSHENG_PROTECTION_REVIEW_DAYS = env.integer("MINSHENG_PROTECTION_REVIEW_DAYS", 90)
MINSHENG_GLASS_REVIEW_WORKDAYS = env.integer("MINSHENG_GLASS_REVIEW_WORKDAYS", 3)
MINSHENG_PROOF_DAYS = env.integer("MINSHENG_PROOF_DAYS", 180)
MINSHENG_DRAFT_DAYS = env.integer("MINSHENG_DRAFT_DAYS", 180)
MINSHENG_JOIN_DAYS = env.integer("MINSHENG_JOIN_DAYS", 15)
MINSHENG_CORRECTION_WORKDAYS = env.integer("MINSHENG_CORRECTION_WORKDAYS", 15)
MINSHENG_PURPOSE_MINUTES = env.integer("MINSHENG_PURPOSE_MINUTES", 60)
MINSHENG_MANDATE_DAYS = env.integer("MINSHENG_MANDATE_DAYS", 366)
MINSHENG_UPLOAD_BYTES = env.integer("MINSHENG_UPLOAD_BYTES", 10_000_000)
# A page may ask for several files at once; what is larger is refused before it is read.
MINSHENG_REQUEST_BYTES = 4 * MINSHENG_UPLOAD_BYTES + 100_000

# ── mail ────────────────────────────────────────────────────────────────────────────────────────
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("MINSHENG_SMTP_HOST", "")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = env.text("MINSHENG_SMTP_HOST", "")
EMAIL_PORT = env.integer("MINSHENG_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("MINSHENG_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("MINSHENG_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MINSHENG_MAIL_FROM", "minsheng@localhost")

# ── what a browser may do ───────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
_TLS = MINSHENG_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [MINSHENG_BASE_URL] if _TLS else []
CSRF_FAILURE_VIEW = "minsheng.portal.errors.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "minsheng.config.logs.PrivateFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("MINSHENG_LOG", "WARNING")},
}

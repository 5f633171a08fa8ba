"""All settings, from the environment and ``.env`` (docs/configuration.md, .env.example)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from memorybot_site import environment

BASE_DIR = Path(__file__).resolve().parent.parent
environment.read_file(BASE_DIR / ".env")

VERSION = environment.version(BASE_DIR / "CHANGELOG.md")

SECRET_KEY = environment.secret_key()
DEBUG = environment.boolean("DJANGO_DEBUG", default=False)

# Where `manage.py serve` listens; port 0 is any free one.
HOST = environment.text("HOST") or "127.0.0.1"
PORT = environment.number("PORT", default=8000, low=0, high=65535)

# The address that people open; without one, whatever host they reach it by, over plain http.
MEMORYBOT_URL = environment.web_address("MEMORYBOT_URL", example="https://chat.example.org")
_site = urlsplit(MEMORYBOT_URL)
HTTPS = _site.scheme == "https"
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EVERY_ADDRESS = ["0.0.0.0", "::"]  # noqa: S104  (compared with, not bound to)
ALLOWED_HOSTS = environment.host_names("DJANGO_ALLOWED_HOSTS") or [
    *LOCAL_HOSTS,
    *([_site.hostname] if _site.hostname else []),
    *([f"[{HOST}]" if ":" in HOST else HOST] if HOST not in EVERY_ADDRESS else []),
]
if DEBUG and ({*ALLOWED_HOSTS, HOST} - {*LOCAL_HOSTS, "::1"}):
    environment.stop("DJANGO_DEBUG is on while other machines can reach this site; turn DJANGO_DEBUG off.")

MEMORYBOT_DATA_DIR = environment.folder("MEMORYBOT_DATA_DIR", BASE_DIR / "var")

INSTALLED_APPS = [
    "daphne",
    "memorybot_site.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "django_htmx",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "memorybot_site.urls"
ASGI_APPLICATION = "memorybot_site.asgi.application"
WSGI_APPLICATION = "memorybot_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chat.accounts.context",
            ],
        },
    }
]

# -- data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": environment.database(f"sqlite:///{MEMORYBOT_DATA_DIR / 'memorybot.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASES["default"]["CONN_MAX_AGE"] = 0
if IS_SQLITE:
    # Deferred transactions lose a quarter of concurrent writes to "database is locked"; FULL survives power loss;
    # what is deleted is overwritten.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
else:
    pool = {"min_size": 2, "max_size": 20, "timeout": 20}
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": pool}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis_url()
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Sites that share a Redis must never hear each other's events.
        "CONFIG": {
            "hosts": [REDIS_URL],
            "prefix": environment.site_name(SECRET_KEY, str(DATABASES["default"]["NAME"])),
        },
    }
    if REDIS_URL
    # A page that falls further behind than this misses frames and fetches the state again.
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 2000}}
}

# -- people -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "chat.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
MEMORYBOT_SIGNUP = environment.choice("MEMORYBOT_SIGNUP", default="invite", allowed={"invite", "open", "closed"})
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "chat.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "chat.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Behind the proxy that speaks TLS, limits count the addresses of people, not the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
ACCOUNT_USER_DISPLAY = "chat.accounts.display_name"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
# One address: a new one takes the old one's place once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# Asked for only where a mail can arrive.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if environment.secret("EMAIL_URL") else "none"
vars().update(environment.mail())
DEFAULT_FROM_EMAIL = environment.mail_address("MEMORYBOT_FROM_EMAIL", "MemoryBot <memorybot@localhost>")

# -- the model --------------------------------------------------------------------------------------------------------

OPENAI_API_KEY = environment.secret("OPENAI_API_KEY")
OPENAI_BASE_URL = environment.web_address("OPENAI_BASE_URL", example="http://localhost:11434/v1")
OPENAI_MODEL = environment.text("OPENAI_MODEL", "gpt-4o-mini")
MEMORYBOT_MODELS = environment.names("MEMORYBOT_MODELS")
MEMORYBOT_MEMORY_MODEL = environment.text("MEMORYBOT_MEMORY_MODEL")
MEMORYBOT_LOCAL_MODEL = environment.model_file("MEMORYBOT_LOCAL_MODEL")
if MEMORYBOT_MODELS and environment.text("OPENAI_MODEL") and OPENAI_MODEL not in MEMORYBOT_MODELS:
    environment.stop(f"OPENAI_MODEL is {OPENAI_MODEL!r}, which MEMORYBOT_MODELS does not list.")
MEMORYBOT_INSTRUCTIONS = environment.secret("MEMORYBOT_INSTRUCTIONS")
MEMORYBOT_MEMORY_INSTRUCTIONS = environment.secret("MEMORYBOT_MEMORY_INSTRUCTIONS")
MEMORYBOT_EMBEDDINGS = environment.embedder("MEMORYBOT_EMBEDDINGS")
if MEMORYBOT_EMBEDDINGS.startswith("endpoint:") and not (OPENAI_API_KEY or OPENAI_BASE_URL):
    environment.stop("MEMORYBOT_EMBEDDINGS names a model of the model server; set OPENAI_API_KEY or OPENAI_BASE_URL.")
MEMORYBOT_SILENCE_SECONDS = environment.number("MEMORYBOT_SILENCE_SECONDS", default=30, low=1, high=900)

# -- the browser ------------------------------------------------------------------------------------------------------

CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"] if MEMORYBOT_URL else []
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-memorybot-session" if HTTPS else "memorybot-session"
CSRF_COOKIE_NAME = "__Host-memorybot-csrf" if HTTPS else "memorybot-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "chat.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = MEMORYBOT_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "memorybot_site.storage.StaticStorage"},
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "memorybot_site.logs.QuietFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # These write request bodies and addresses with queries at INFO; what people say is nobody's log.
        name: {"level": "WARNING"}
        for name in ("openai", "httpx2", "httpcore2", "daphne", "django.channels.server", "asyncio")
    },
}

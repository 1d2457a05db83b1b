"""Settings of the project; what differs between installations comes from the environment: docs/operations.md."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from viewer import environment as env
from viewer import places
from viewer.bodies import MOST_BODY_BYTES

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""NumPy, loaded later, else starts a thread a core in each process, and nothing here is done by them."""

BASE_DIR: Path = Path(places.__file__).resolve().parent.parent

# Where this installation keeps its things

STATE_DIR = env.state_folder(
    "OPENIMAGES_STATE_DIR", default=places.default_folder(".state", "XDG_STATE_HOME", ".local/state")
)
DATA_DIR = env.data_folder(
    "OPENIMAGES_DATA_DIR", default=places.default_folder("data", "XDG_DATA_HOME", ".local/share"), state=STATE_DIR
)
INDEX_DIR = DATA_DIR / "index"
THUMBNAIL_DIR = DATA_DIR / "thumbnails"
SAMPLE_DIR = DATA_DIR / "sample"
NARRATIVES_DIR = env.existing_folder("OPENIMAGES_NARRATIVES_DIR")
"""Where files of narratives lie that are no longer where they were imported from."""
MASKS_DIR = env.existing_folder("OPENIMAGES_MASKS_DIR")
"""Where the zips of masks lie, if not beside the files that were imported."""
GENERATED_DIR = DATA_DIR / "generated"
OPENIMAGES_IMAGE_ROOT = env.existing_folder("OPENIMAGES_IMAGE_ROOT")

# Safety

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key("SECRET_KEY", folder=DATA_DIR)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
FORWARDED_ALLOW_IPS = env.addresses("FORWARDED_ALLOW_IPS", default=["127.0.0.1", "::1"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
_hsts_seconds = env.whole_number("HSTS_SECONDS", default=31_536_000, low=0, high=63_072_000)
SECURE_HSTS_SECONDS = _hsts_seconds if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "viewer.errors.csrf_failure"
ANSWER_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# Bodies of requests

DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = 1
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1100  # a training set's form has one for each of 1,000 labels
FILE_UPLOAD_HANDLERS = ["viewer.uploads.SmallFiles"]

# Pictures

THUMBNAILS = env.choice("THUMBNAILS", default="proxy", choices=["proxy", "direct", "local"])
THUMBNAIL_SOURCES = env.choices(
    "THUMBNAIL_SOURCES",
    default=["local", "thumbnail", "bucket", "original"],
    choices=["local", "thumbnail", "bucket", "original"],
)
THUMBNAIL_CACHE_BYTES = env.whole_number("THUMBNAIL_CACHE_BYTES", default=2 * 1024**3, low=0, high=1024**5)
THUMBNAIL_FETCHES = env.whole_number("THUMBNAIL_FETCHES", default=16, low=1, high=256)
THUMBNAIL_FETCHES_PER_HOST = env.whole_number("THUMBNAIL_FETCHES_PER_HOST", default=6, low=1, high=64)
THUMBNAIL_X_ACCEL_PREFIX = env.internal_location("THUMBNAIL_X_ACCEL_PREFIX")
PICTURE_HOSTS = env.picture_hosts("PICTURE_HOSTS")
FLICKR_HOSTS = [
    *(f"{kind}{number}.staticflickr.com" for kind in ("c", "farm") for number in range(1, 10)),
    "live.staticflickr.com",
]
DIRECT_PICTURE_ORIGINS = [f"https://{host}" for host in (*FLICKR_HOSTS, *PICTURE_HOSTS)]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *DIRECT_PICTURE_ORIGINS] if THUMBNAILS == "direct" else [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Which engine answers queries, by the dotted path of what opens it (docs/architecture.md tells how to add one)

FACET_ENGINES = {
    "embedded": "browse.facets.embedded.opening.open_embedded",
    "clickhouse": "browse.facets.clickhouse.engine.open_clickhouse",
    "reference": "browse.facets.reference.engine.open_reference",
}
FACET_COMPILERS = {"embedded": "browse.facets.embedded.compiling.KernelCompiler"}  # of those that compile what answers
FACET_STORES = {"clickhouse": "browse.facets.clickhouse.filling.Filling"}  # of those that keep generations elsewhere
FACET_ENGINE = env.choice("FACET_ENGINE", default="embedded", choices=FACET_ENGINES)
CLICKHOUSE_SHARDS = env.shards("CLICKHOUSE_SHARDS", needed=FACET_ENGINE == "clickhouse")

# Several nodes over one database (docs/operations.md, "Several nodes")

NODE_NAME = env.node_name("NODE_NAME")
INDEX_SOURCE = env.index_source("INDEX_SOURCE")
INDEX_WAIT_S = env.seconds("INDEX_WAIT_S", default=600, low=0, high=86_400)
NODE_SILENT_S = env.seconds("NODE_SILENT_S", default=15, low=1, high=3600)

# Who builds training sets that accounts ask for

SET_BUILDS = env.choice("SET_BUILDS", default="process", choices=["process", "command"])

# Cost of a query

ENGINE_THREADS = env.whole_number("ENGINE_THREADS", default=1, low=1, high=64)
QUERY_DEADLINE_S = env.seconds("QUERY_DEADLINE_S", default=3, low=0.1, high=60)
MEMO_BYTES = env.whole_number("MEMO_BYTES", default=32 * 1024**2, low=0, high=1024**4)
INDEX_CHECK_S = env.seconds("INDEX_CHECK_S", default=86_400, low=0, high=31 * 86_400)
SWITCH_GRACE_S = 2.0  # between an import's new index and the switch to it, for workers to open it ahead
STREAMS = env.whole_number(
    "WEB_STREAMS", default=8, low=1, high=64
)  # answers that are made while they are sent, in each worker

# Django

INSTALLED_APPS = [
    "browse.apps.ViewerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "browse",
]
MIDDLEWARE = [
    "viewer.logs.RequestIds",
    "viewer.metrics.Requests",
    "viewer.middleware.AnswerHeaders",
    "viewer.middleware.ContentPolicy",
    "viewer.probes.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "viewer.middleware.Readers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "viewer.middleware.BoundedBodies",
    "viewer.middleware.Streams",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
ROOT_URLCONF = "viewer.urls"
WSGI_APPLICATION = "viewer.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [places.PROJECT_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["viewer.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'openimages.sqlite3'}")}
_database = DATABASES["default"]
_database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASE_TIMEOUT_S = env.seconds("DATABASE_TIMEOUT_S", default=10, low=1, high=3600)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["NAME"] = str(Path(_database["NAME"]).absolute())
    _database["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # A file keeps the page size that it was made with.
        "init_command": "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
    # A file, because an import writes through a second process.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    _database["ENGINE"] = "viewer.postgresql"
    _database["OPTIONS"] = {
        "connect_timeout": 3,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        **_database.get("OPTIONS", {}),
    }

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "browse:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Attempts to sign in

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "browse.admin.login_throttle.LoginThrottle"
AXES_CLIENT_IP_CALLABLE = "browse.requests.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "browse.views.accounts.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
USE_I18N = False
FORMAT_MODULE_PATH = ["viewer.formats"]
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", default="UTC")

# Own and packages' assets, compressed and named by their content

STATIC_URL = "static/"
HAS_ASSETS = places.IS_PACKAGED  # collected when the package was built
STATIC_ROOT = places.PROJECT_DIR / "staticfiles" if HAS_ASSETS else DATA_DIR / "staticfiles"
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755  # of assets, which a web server in front may send; nothing is uploaded
STATICFILES_DIRS = [folder for folder in [places.PROJECT_DIR / "static"] if folder.is_dir()]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "viewer.assets.ChartLibraryFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "viewer.assets.SharedAssetStorage"
    },
}

# Numbers for Prometheus

METRICS = env.flag("METRICS")
METRICS_NETWORKS = env.addresses("METRICS_NETWORKS", default=["127.0.0.1", "::1"])
METRICS_TOKEN = env.token("METRICS_TOKEN")
METRICS_DIR = DATA_DIR / "metrics"

# Notices of new flags and decisions, by webhook and e-mail

NOTIFY_WEBHOOK = env.webhook("NOTIFY_WEBHOOK")
NOTIFY_WEBHOOK_SECRET = env.token("NOTIFY_WEBHOOK_SECRET")
NOTIFY_EMAIL = env.mail_addresses("NOTIFY_EMAIL")
EMAIL_HOST = env.choice_of_host("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.whole_number("EMAIL_PORT", default=25, low=1, high=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="open-images@localhost")

LOG_LEVEL = env.choice("LOG_LEVEL", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
LOG_FORMAT = env.choice("LOG_FORMAT", default="line", choices=["line", "json"])
SLOW_QUERY_MS = env.whole_number("SLOW_QUERY_MS", default=1000, low=0, high=3_600_000)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}]: {message}", "style": "{"},
        "json": {"()": "viewer.logs.JsonFormatter"},
    },
    "filters": {"request_id": {"()": "viewer.logs.WithRequestId"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL if LOG_LEVEL != "DEBUG" else "INFO", "propagate": True},
        # Anybody can send a wrong Host, any number of times; the page says what is wrong.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "django.request": {"level": "ERROR"},
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "numba": {"level": "WARNING"},  # at DEBUG it tells every instruction that it compiles: 20,000 lines an import
    },
}

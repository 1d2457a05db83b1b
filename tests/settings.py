"""The project's settings over a temporary folder and database; nothing from the environment leaks in.

TEST_DATABASE=postgresql runs on a PostgreSQL server of its own, started here and stopped at the end.
"""

import atexit
import os
import shutil
import tempfile

from tests import postgres
from tests.memory import keep_files_in_memory

OURS = (
    *(
        "ALLOWED_HOSTS",
        "CLICKHOUSE_SHARDS",
        "CSRF_TRUSTED_ORIGINS",
        "DATABASE_URL",
        "DEBUG",
        "ENGINE_THREADS",
        "FACET_ENGINE",
        "HSTS_SECONDS",
        "HTTPS",
        "INDEX_SOURCE",
        "INDEX_WAIT_S",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MEMO_BYTES",
        "METRICS",
        "METRICS_NETWORKS",
        "METRICS_TOKEN",
        "NOTIFY_EMAIL",
        "NOTIFY_WEBHOOK",
        "NOTIFY_WEBHOOK_SECRET",
        "NODE_NAME",
        "NODE_SILENT_S",
    ),
    *(
        "OPENIMAGES_IMAGE_ROOT",
        "PICTURE_HOSTS",
        "QUERY_DEADLINE_S",
        "SECRET_KEY",
        "SET_BUILDS",
        "SLOW_QUERY_MS",
        "THUMBNAILS",
        "TIME_ZONE",
    ),
)
for name in OURS:
    os.environ.pop(name, None)

keep_files_in_memory()
folder = tempfile.mkdtemp(prefix="openimages-tests-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["OPENIMAGES_DATA_DIR"] = folder
os.environ["OPENIMAGES_STATE_DIR"] = f"{folder}/state"

if postgres.ON_POSTGRESQL:
    os.environ["DATABASE_URL"] = postgres.start()

from viewer.settings import *  # noqa: E402, F403
from viewer.settings import DATABASES, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir()

# No test cuts the power: what a killed process wrote is there without waiting for the disk.
os.fsync = lambda fd: None
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous = OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SET_BUILDS = "command"  # No test leaves a process that writes to its database.
SWITCH_GRACE_S = 0.0
SLOW_QUERY_MS = 0  # Tests read the log, and a busy machine is slow.
QUERY_DEADLINE_S = 30.0  # Compiling on a busy machine takes longer than a query may.
THUMBNAILS = "local"  # No test asks a real picture host, nor leaves threads that write down what came of it.

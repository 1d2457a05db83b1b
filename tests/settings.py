"""The project's settings over a temporary folder and database; nothing from the environment leaks in.

TEST_DATABASE=postgresql runs on a PostgreSQL server of its own, started here and stopped at the end.
"""

import atexit
import os
import shutil
import tempfile

OURS = (
    *(
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "DATABASE_URL",
        "DEBUG",
        "HSTS_SECONDS",
        "HTTPS",
        "LOG_LEVEL",
        "MEMO_BYTES",
    ),
    *("OPENIMAGES_IMAGE_ROOT", "PICTURE_HOSTS", "QUERY_DEADLINE_S", "SECRET_KEY", "THUMBNAILS", "TIME_ZONE"),
)
for name in OURS:
    os.environ.pop(name, None)

folder = tempfile.mkdtemp(prefix="openimages-tests-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["OPENIMAGES_DATA_DIR"] = folder

if os.environ.get("TEST_DATABASE", "sqlite") != "sqlite":
    from tests import postgres

    os.environ["DATABASE_URL"] = postgres.start()

from viewer.settings import *  # noqa: E402, F403
from viewer.settings import STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SWITCH_GRACE_S = 0.0
THUMBNAILS = "local"  # No test asks a real picture host, nor leaves threads that write down what came of it.

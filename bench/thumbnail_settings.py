"""The project's settings with a fake picture host on loopback, for bench_thumbnails.py."""

import os
from pathlib import Path

from browse.thumbnails.network import FakeHost
from viewer.settings import *  # noqa: F403

THUMBNAIL_FAKE_HOST = FakeHost("127.0.0.1", int(os.environ["FAKE_HOST_PORT"]), Path(os.environ["FAKE_HOST_AUTHORITY"]))

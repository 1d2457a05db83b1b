"""How gunicorn serves the viewer: `gunicorn --config python:viewer.gunicorn viewer.wsgi`.

The application is loaded before the workers are forked, so that they share its memory; what belongs to
one process alone (database connections, the index) each worker opens for itself.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from viewer import environment as env

try:
    import viewer.settings  # noqa: F401

    host, port = env.listening_address()
    workers = env.whole_number("WEB_WORKERS", default=2, low=1, high=64)
    threads = env.whole_number("WEB_THREADS", default=4, low=1, high=64)
except ImproperlyConfigured as error:
    sys.exit(f"Wrong setting. {error}")

bind = f"{host}:{port}"
worker_class = "gthread"
preload_app = True
control_socket_disable = True
limit_request_line = 8190  # the longest that gunicorn can be told: what is too long, the site itself says
timeout = 60
graceful_timeout = 30
keepalive = 5
accesslog = "-" if env.flag("ACCESS_LOG") else None
if Path("/dev/shm").is_dir():  # noqa: S108 -- gunicorn makes its files there safely
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def pre_fork(server: Any, worker: Any) -> None:
    """Keep the garbage collector off the objects that the workers share."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Open the index and compile what answers, so that the first visitor does not wait for it."""
    from django.db import connections

    from browse.search import warm_up

    warm_up()
    connections.close_all()

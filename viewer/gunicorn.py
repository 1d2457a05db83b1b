"""How gunicorn serves the viewer: `gunicorn --config python:viewer.gunicorn viewer.wsgi`.

The application is loaded before the workers are forked, so that they share its memory; what belongs to
one process alone (database connections, the index) each worker opens for itself.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from viewer import environment as env
from viewer.metrics_folder import gather_metrics

CHECKPOINT_S = 60.0
"""Between two times that a worker empties SQLite's write-ahead log."""
OTHER_FILES = 512
"""Open files beside connections: database, index, pictures."""

gc.disable()  # until the application is loaded: that makes little garbage
signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # until gunicorn's own; a container's first process ignores it
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viewer.settings")
try:
    import viewer.settings

    host, port = env.listening_address()
    workers, threads = env.web_processes()
    gather_metrics()
except ImproperlyConfigured as error:
    sys.exit(f"Invalid setting. {error}")


def connections_allowed(wanted: int) -> int:
    """How many connections a worker may hold: so many, or what the system's bound on open files leaves room for.

    The bound is raised as far as the system lets us.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(16, min(wanted, soft - OTHER_FILES))


bind = f"{host}:{port}"
worker_class = "viewer.worker.PatientWorker"
worker_connections = connections_allowed(4096)
preload_app = True
control_socket_disable = True
limit_request_line = 8190  # the longest that gunicorn can be told: what is too long, the site itself says
timeout = 60
graceful_timeout = 30
keepalive = 30
if viewer.settings.LOG_FORMAT == "json":
    logger_class = "viewer.logs.JsonLogger"
access_log_format = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %({x-request-id}o)s'
accesslog = "-" if env.flag("ACCESS_LOG") else None
if Path("/dev/shm").is_dir():  # noqa: S108 -- gunicorn makes its files there safely
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def on_starting(server: Any) -> None:
    """Refuse to serve from a database that is damaged, or that lost its data."""
    import django
    from django.db import connections

    django.setup()
    from browse.dataset.database_check import why_unfit

    why = why_unfit()
    connections.close_all()
    if why:
        sys.exit(f"Error: {why}")


def when_ready(server: Any) -> None:
    """Have compiled what the first page does without, beside the workers' work."""
    from viewer.compiling import start_compiling

    gc.freeze()
    gc.enable()
    start_compiling()


def child_exit(server: Any, worker: Any) -> None:
    """Forget what only a living worker counts."""
    if viewer.settings.METRICS:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def pre_fork(server: Any, worker: Any) -> None:
    """Keep the garbage collector off the objects that the workers share."""
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Open the index and compile what answers, so that the first visitor does not wait for it."""
    from django.db import connections

    from browse.dataset.checkpoint import checkpoint_forever
    from browse.dataset.node_worker import keep_node_forever
    from browse.search import check_index_forever, warm_up
    from viewer.compiling import wait_for_first

    wait_for_first(lambda: worker.alive)
    warm_up()
    connections.close_all()
    checkpoint_forever(CHECKPOINT_S)
    keep_node_forever()
    if viewer.settings.INDEX_CHECK_S:
        check_index_forever(viewer.settings.INDEX_CHECK_S)


def worker_exit(server: Any, worker: Any) -> None:
    """Tell other nodes that this worker need not be waited for."""
    from browse.dataset.node_worker import leave_nodes

    leave_nodes()


def on_exit(server: Any) -> None:
    """Leave no process behind, and nothing in SQLite's write-ahead log."""
    from django.db import connections

    from browse.dataset.checkpoint import checkpoint
    from viewer.compiling import stop_compiling

    stop_compiling()
    checkpoint()
    connections.close_all()

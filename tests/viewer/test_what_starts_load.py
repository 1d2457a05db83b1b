"""What the first page on SQLite does without is not loaded by the processes that start for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = """
import viewer.start
import django
django.setup()
import viewer.gunicorn
import viewer.worker
import viewer.wsgi
from browse.dataset.database_check import why_unfit
from browse.dataset.node_worker import keep_node_forever
why_unfit()
"""
FIRST_REQUEST = """
from unittest.mock import patch
import viewer.wsgi
from django.urls import resolve
with patch("re.compile") as compiled:
    resolve("/credits.csv")
assert not compiled.called
"""
LOADER = "import browse.openimages.loading.bulk_load, browse.openimages.loading.sqlite_load"
THREADS = """
import os
import viewer.settings
import numpy
assert len(os.listdir("/proc/self/task")) == 1
"""
OF_A_SERVER = (
    *("browse.facets.build", "browse.openimages.kinds", "browse.openimages.reading", "environs"),
    *("httpx", "marshmallow", "psycopg", "pyarrow.compute", "rich"),
)


def loaded(code: str, tmp_path: Path) -> set[str]:
    """The modules that a process has loaded once this is run."""
    place = {"OPENIMAGES_DATA_DIR": str(tmp_path / "data"), "OPENIMAGES_STATE_DIR": str(tmp_path / "state")}
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "viewer.settings", **place}
    told = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_server_on_sqlite_loads_no_importer_and_no_other_database(tmp_path: Path) -> None:
    assert loaded(SERVER, tmp_path).isdisjoint(OF_A_SERVER)


def test_what_all_kernels_need_is_loaded_before_workers_are_forked(tmp_path: Path) -> None:
    assert {"numba.np.arraymath", "numba.cpython.unicode"} <= loaded(SERVER, tmp_path)


def test_the_first_request_compiles_no_patterns_of_addresses(tmp_path: Path) -> None:
    assert "browse.views.exports" in loaded(FIRST_REQUEST, tmp_path)


def test_the_process_that_loads_sqlite_knows_no_postgresql(tmp_path: Path) -> None:
    assert loaded(LOADER, tmp_path).isdisjoint({"django", "psycopg", "pyarrow.compute"})


@pytest.mark.skipif(sys.platform != "linux", reason="Linux lists a process's threads.")
def test_numpy_starts_no_threads(tmp_path: Path) -> None:
    assert "numpy" in loaded(THREADS, tmp_path)

"""The folder where worker processes keep what they count, to be added up."""

from __future__ import annotations

import os
import shutil

from django.conf import settings


def gather_metrics() -> None:
    """Empty it, and have what counts from now on do so there; nothing where that was done, or nothing is counted.

    What counts finds out when it is loaded, so this comes before.
    """
    folder = settings.METRICS_DIR
    if settings.METRICS and os.environ.get("PROMETHEUS_MULTIPROC_DIR") != str(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)

"""A process that is killed while it adds all images of a query leaves what the next one completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.live import ROOT, Site, sample_site

BEGIN = """
from browse import bulk
from browse.query.values import Query
job = bulk.start_new(name="all", query=Query(), by="ann")
print(job.uid, job.total)
"""
ADD = """
from browse import bulk
from browse.models import BulkJob
job = BulkJob.objects.get()
while job.state == "adding":
    job = bulk.go_on(job=job.uid, by="ann", at_most=3)
    print(job.seen, flush=True)
"""
TELL = """
from browse.models import BulkJob, CollectionItem, Image
job = BulkJob.objects.get()
inside = list(CollectionItem.objects.values_list("image_key", flat=True))
known = set(Image.objects.values_list("pk", flat=True))
print(job.state, job.seen, job.changed, len(inside), len(set(inside)), set(inside) <= known)
"""
IMAGES = 90


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return sample_site(tmp_path_factory.mktemp("killed"), images=IMAGES)


def told(site: Site, code: str) -> list[str]:
    return site.manage("shell", "--no-imports", "-c", code).split()


def killed_after(site: Site, batches: int) -> None:
    """Start adding, and kill it with SIGKILL once so many batches are done."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ADD]
    child = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(batches):
        assert child.stdout.readline().strip().isdigit()
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(timeout=30) == -signal.SIGKILL
    child.stdout.close()


def test_killed_twice_and_completed_by_a_third_process(own_site: Site) -> None:
    assert told(own_site, BEGIN)[1] == str(IMAGES)
    for batches in (2, 5):
        killed_after(own_site, batches)
        state, seen, changed, rows, distinct, known = told(own_site, TELL)
        assert state == "adding"
        assert 3 * batches <= int(seen) < IMAGES
        assert seen == changed == rows == distinct, "rows and cursor commit together"
        assert known == "True"
    assert told(own_site, ADD)[-1] == str(IMAGES)
    assert told(own_site, TELL) == ["done", *[str(IMAGES)] * 4, "True"]

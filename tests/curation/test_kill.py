"""A process that is killed while it adds all images of a query leaves what the next one completes."""

from __future__ import annotations

import os
import signal

import pytest

from tests import forked
from tests.live import Site

IMAGES, AT_ONCE = 600, 20
BEGIN = """
from browse.curation import bulk
from browse.query.values import Query
job = bulk.start_new(name="all", query=Query(), by="ann")
print(job.uid, job.total)
"""
ADD = f"""
from browse.curation import bulk
from browse.models import BulkJob
job = BulkJob.objects.get()
while job.state == "adding":
    job = bulk.go_on(job=job.uid, by="ann", at_most={AT_ONCE})
    print(job.seen, flush=True)
"""
TELL = """
from browse.models import BulkJob, CollectionItem, Image
job = BulkJob.objects.get()
inside = list(CollectionItem.objects.values_list("image_key", flat=True))
known = set(Image.objects.values_list("pk", flat=True))
print(job.state, job.seen, job.changed, len(inside), len(set(inside)), set(inside) <= known)
"""


@pytest.fixture(scope="module")
def own_site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return sample.copied_to(tmp_path_factory.mktemp("sites") / "killed")


def told(site: Site, code: str) -> list[str]:
    return site.manage("shell", "--no-imports", "-c", code).split()


def killed_after(site: Site, batches: int) -> None:
    """Start adding, and kill it with SIGKILL once so many batches are done."""
    pipe = site.data_dir / "pipe"
    os.mkfifo(pipe)
    child = forked.start(["manage.py", "shell", "--no-imports", "-c", ADD], env=site.environment, stdout=pipe)
    with pipe.open(encoding="utf-8") as lines:
        for _ in range(batches):
            assert lines.readline().strip().isdigit()
        child.kill()
        child.join(timeout=30)
    assert child.exitcode == -signal.SIGKILL
    pipe.unlink()


@pytest.mark.deep
def test_killed_twice_and_completed_by_a_third_process(own_site: Site) -> None:
    assert told(own_site, BEGIN)[1] == str(IMAGES)
    for batches in (2, 5):
        killed_after(own_site, batches)
        state, seen, changed, rows, distinct, known = told(own_site, TELL)
        assert state == "adding"
        assert AT_ONCE * batches <= int(seen) < IMAGES
        assert seen == changed == rows == distinct, "rows and cursor commit together"
        assert known == "True"
    assert told(own_site, ADD)[-1] == str(IMAGES)
    assert told(own_site, TELL) == ["done", *[str(IMAGES)] * 4, "True"]

"""Numbers for Prometheus: who may read them, and what they count."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from browse.domain import happenings
from browse.domain.database_trouble import Trouble
from browse.domain.happenings import RequestRefused, tell
from browse.models import Import
from tests.datasets import DOG, ONE
from tests.live import Site
from tests.trouble import database_in
from viewer import metrics
from viewer.metrics_folder import gather_metrics

TOKEN = "a-token-of-more-than-20-characters"


@pytest.fixture(autouse=True)
def on(settings: Settings) -> None:
    settings.METRICS = True


@pytest.fixture
def of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests have listen goes at the end."""
    monkeypatch.setattr(happenings, "listeners", [])
    monkeypatch.setattr(metrics, "listeners", happenings.listeners)


def numbers(text: str) -> dict[str, float]:
    """Values by name with labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def read(client: Client | None = None, **headers: str) -> dict[str, float]:
    answer = (client or Client()).get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert answer["Cache-Control"] == "no-store"
    return numbers(answer.text)


def test_there_is_nothing_unless_it_is_asked_for(settings: Settings) -> None:
    settings.METRICS = False
    assert Client().get("/metrics").status_code == 404


@pytest.mark.django_db
def test_networks_and_tokens_say_who_may_read(settings: Settings) -> None:
    far = Client(REMOTE_ADDR="203.0.113.7")
    assert far.get("/metrics").status_code == 403
    assert far.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403
    settings.METRICS_TOKEN = TOKEN
    assert far.get("/metrics", headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 403
    assert read(far, authorization=f"Bearer {TOKEN}")
    settings.METRICS_NETWORKS = ["203.0.113.0/24"]
    assert read(far)
    assert Client().get("/metrics").status_code == 403
    settings.METRICS_NETWORKS = ["::1"]
    assert read(Client(REMOTE_ADDR="::1"))
    assert Client(REMOTE_ADDR="::2").get("/metrics").status_code == 403


@pytest.mark.django_db
def test_a_visitor_of_the_web_server_in_front_is_not_taken_for_it() -> None:
    answer = Client().get("/metrics", headers={"x-forwarded-for": "127.0.0.1, 203.0.113.7"})
    assert answer.status_code == 403


@pytest.mark.usefixtures("of_this_process")
def test_requests_queries_pictures_and_trouble_are_counted(generation: str) -> None:
    client = Client(raise_request_exception=False)
    client.get("/robots.txt")
    before = read(client)
    for address in (
        f"/?label={DOG}",
        f"/api/facets?label={DOG}",
        f"/thumb/{ONE}/m",
        "/nothing/here",
        "/static/none.css",
    ):
        client.get(address)
    with database_in(Trouble.LOCKED):
        client.get("/labels")
    tell(RequestRefused())
    after = read(client)
    changed = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    expected = {
        'openimages_requests_total{status="200",view="browse:index"}',
        'openimages_requests_total{status="200",view="browse:thumbnail"}',
        'openimages_requests_total{status="503",view="browse:labels"}',
        'openimages_requests_total{status="404",view="none"}',
        'openimages_requests_total{status="404",view="static"}',
        'openimages_requests_total{status="200",view="/metrics"}',
        'openimages_query_seconds_count{kind="page"}',
        'openimages_query_seconds_count{kind="facets"}',
        'openimages_database_failures_total{trouble="locked"}',
        "openimages_requests_refused_total",
    }
    assert expected <= changed.keys()
    assert any(name.startswith("openimages_thumbnails_total{outcome=") for name in changed)
    assert not any(DOG in name or ONE in name for name in after)
    labels = {label for name in after for label in re.findall(r"(\w+)=", name)}
    assert labels <= {"status", "view", "kind", "outcome", "trouble", "le"}


@pytest.mark.django_db
def test_imports_index_and_disk_are_read_when_asked_for(generation: str) -> None:
    Import.objects.create(status=Import.Status.FINISHED, finished="2026-01-31T12:00:00Z")
    found = read()
    assert found["openimages_database_up"] == 1
    assert found['openimages_imports{status="finished"}'] == 1
    assert found["openimages_last_import_timestamp_seconds"] == 1769860800
    assert found["openimages_data_disk_free_bytes"] > 0
    with database_in(Trouble.UNUSABLE):
        found = read()
    assert found["openimages_database_up"] == 0
    assert "openimages_imports" not in str(found)


def test_a_folder_of_numbers_that_cannot_be_made_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.METRICS, settings.METRICS_DIR = True, tmp_path / "metrics"
    settings.METRICS_DIR.touch()
    with pytest.raises(ImproperlyConfigured, match=r"^METRICS: nothing can be counted in .*metrics: File exists\.$"):
        gather_metrics()


def test_a_full_disk_is_told_before_anything_is_counted(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS, settings.METRICS_DIR = True, tmp_path / "metrics"

    def write(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write)
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    said = (
        r"^METRICS: nothing can be counted in .*: the disk of .* is full: about 1,048,576 bytes wanted, [\d,]+ free\.$"
    )
    with pytest.raises(ImproperlyConfigured, match=said):
        gather_metrics()
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_numbers_of_all_workers_are_added_up(tmp_path: Path) -> None:
    site = Site(tmp_path / "data", {"METRICS": "1"})
    site.manage("migrate", "-v0")
    with site.served() as url, httpx.Client(base_url=url, trust_env=False) as client:
        before = numbers(client.get("/metrics").text)
        for _ in range(20):
            assert httpx.get(f"{url}/robots.txt", trust_env=False).status_code == 200
        after = numbers(client.get("/metrics").text)
    name = 'openimages_requests_total{status="200",view="browse:robots"}'
    assert after[name] - before[name] == 20
    assert len([path for path in (site.data_dir / "metrics").iterdir() if path.name.startswith("counter_")]) >= 2

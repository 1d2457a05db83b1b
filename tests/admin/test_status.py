"""The status page: what administrators see of the installation, and nobody else."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from browse.admin import status
from browse.admin.status import program_version
from browse.dataset.checks import check_keys
from browse.dataset.nodes import key_fingerprint
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Import, NodeWorker, PictureState
from tests.admin.conftest import ROLES, As
from tests.datasets import ONE
from tests.html import tree

pytestmark = pytest.mark.django_db
PAGE = "/admin/status"


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def rows(client: Client) -> dict[str, str]:
    page = tree(client.get(PAGE).text)
    return {row.one("th").words: " ".join(row.words_of("td")).strip() for row in page.all("tbody tr")}


@pytest.mark.parametrize("role", ROLES)
def test_only_administrators_see_it(signed_in: As, role: str) -> None:
    answer = signed_in(role).get(PAGE)
    assert answer.status_code == {"admin": 200, "reviewer": 403}.get(role, 302)
    home = signed_in(role).get("/admin/")
    assert (f'"{PAGE}"' in home.text) == (role == "admin")


def test_an_installation_that_is_looked_after(
    signed_in: As, example: str, own_folder: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    DatasetState.objects.update(switched=timezone.now() - dt.timedelta(days=3, minutes=1))
    made = (timezone.now() - dt.timedelta(days=1, minutes=5)).isoformat()
    (own_folder / "last_backup.json").write_text(json.dumps({"at": made, "folder": "/srv/backups/1", "bytes": 2048}))
    Import.objects.create(status=Import.Status.FINISHED)
    PictureState.objects.create(image_key=key_from_image_id(ONE), state="dead")
    client = signed_in("admin")
    with django_assert_max_num_queries(20):
        found = rows(client)
    assert found["Program"].startswith(program_version())
    assert "Django" in found["Program"]
    assert example in found["Data set"]
    assert "current for 3 days" in found["Index"].replace("\xa0", " ")
    assert "free" in found["Disk of the data folder"]
    assert found["Failed pictures"] == "1 dead"
    assert found["Last import"].startswith("Finished")
    assert found["Last backup"].replace("\xa0", " ").startswith("1 day")
    assert "/srv/backups" not in str(found)
    assert not [name for name, text in found.items() if "Needs attention" in text]


def test_what_needs_attention_says_so(signed_in: As, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "LEAST_FREE_BYTES", 2**62)
    Import.objects.create(status=Import.Status.FAILED)
    DatasetState.objects.update(generation="0123456789ab")
    found = rows(signed_in("admin"))
    wanting = {name for name, text in found.items() if "Needs attention" in text}
    assert wanting >= {"Index", "Disk of the data folder", "Last import", "Last backup"}
    assert "the index cannot be used" in found["Index"]
    DatasetState.objects.update(generation="")
    assert "Needs attention" in rows(signed_in("admin"))["Data set"]


def test_nodes_are_shown_with_what_is_wrong_with_them(
    signed_in: As, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("browse.dataset.nodes.are_several", lambda: True)
    mine = {"index_id": "1", "key_fingerprint": key_fingerprint()}
    NodeWorker.objects.create(node="web1", pid=1, opened=[example], **mine)
    NodeWorker.objects.create(node="web2", pid=1, opened=[example], **mine)
    NodeWorker.objects.create(node="web2", pid=2, opened=[], fault="INDEX_SOURCE /nowhere: nothing is there", **mine)
    NodeWorker.objects.create(node="web3", pid=1, opened=[example], index_id="2", key_fingerprint="another")
    NodeWorker.objects.create(node="web4", pid=1, seen=timezone.now() - dt.timedelta(hours=2), **mine)
    found = rows(signed_in("admin"))
    assert found["Node web1"] == "1 of 1 process ready"
    assert "1 of 2 processes ready" in found["Node web2"]
    assert "nothing is there" in found["Node web2"]
    assert "SECRET_KEY" in found["Node web3"]
    assert "silent" in found["Node web4"]
    assert all(("Needs attention" in found[f"Node web{number}"]) == (number > 1) for number in (1, 2, 3, 4))
    assert [warning.id for warning in check_keys()] == ["browse.W005"]


def test_rejects_of_an_import_on_another_node_say_where_they_lie(signed_in: As) -> None:
    run = Import.objects.create(rejects_path="/srv/data/rejects/import-1.csv", summary={"node": "web2"})
    client, where = signed_in("admin"), "/srv/data/rejects/import-1.csv on node web2"
    assert where in client.get(f"/admin/browse/import/{run.pk}/change/").text
    assert client.get(f"/admin/browse/import/{run.pk}/rejects.csv").status_code == 404

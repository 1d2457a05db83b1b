"""Sets that accounts ask the site for: built in the background, followed, canceled, downloaded whole and in part."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.models import Hiding, SetBuild, TrainingSet
from browse.models.roles import REVIEWER, VIEWER
from browse.sets import site_builds
from browse.sets.errors import DataChangedError
from browse.sets.site_builds import MOST_OPEN, build_waiting, files_folder, keys_of_set
from tests.api.schema import assert_conforms
from tests.datasets import BEACH, DOG, ONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation", "small_batches", "data_folder")]

RECIPE = {"labels": [{"mid": mid, "at": 0.6} for mid in (DOG, BEACH)]}


@pytest.fixture
def data_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def ann(client: Client) -> Client:
    """Signed in as a viewer."""
    user = User.objects.create_user("ann")
    user.groups.add(Group.objects.get(name=VIEWER))
    client.force_login(user)
    return client


def ask(client: Client, body: Any = None, status: int = 201) -> Any:
    sent = json.dumps({"recipe": RECIPE, "formats": ["csv"]} if body is None else body)
    response = client.post("/api/sets", sent, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def state(client: Client, uid: str) -> Any:
    return client.get(f"/api/sets/{uid}").json()


def test_a_set_is_built_and_downloaded(ann: Client) -> None:
    asked = ask(ann, {"recipe": RECIPE, "formats": ["csv", "parquet"], "title": "Dogs"})
    assert_conforms(asked, "TrainingSet")
    assert (asked["state"], asked["title"], asked["files"]) == ("waiting", "Dogs", [])
    assert build_waiting() == 1
    done = state(Client(), asked["uid"])
    assert_conforms(done, "TrainingSet")
    assert (done["state"], done["message"]) == ("done", "")
    assert done["done"] == done["total"] > 0
    folder = files_folder(TrainingSet.objects.get().uid)
    assert len(done["files"]) == sum(path.is_file() for path in folder.rglob("*"))
    for address in done["files"]:
        response = ann.get(address)
        content = b"".join(response)
        assert content == (folder / address.partition("/files/")[2]).read_bytes()
        assert int(response["Content-Length"]) == len(content)
        assert ann.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
        if not address.endswith("SHA256SUMS"):
            assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'


@pytest.fixture
def images(ann: Client) -> str:
    """The address of images.csv of a finished set."""
    uid = ask(ann)["uid"]
    build_waiting()
    return f"/sets/{uid}/files/images.csv"


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=3-99999999", slice(3, None)),
    ],
)
def test_a_part_of_a_file(client: Client, images: str, wanted: str, part: slice) -> None:
    whole = b"".join(client.get(images))
    response = client.get(images, headers={"Range": wanted})
    content = b"".join(response)
    assert (response.status_code, content) == (206, whole[part])
    first = len(whole) - len(content) if part.stop is None else part.start
    assert response["Content-Range"] == f"bytes {first}-{first + len(content) - 1}/{len(whole)}"
    assert int(response["Content-Length"]) == len(content)
    other = client.get(images, headers={"Range": wanted, "If-Range": '"another"'})
    assert (other.status_code, b"".join(other)) == (200, whole)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [("bytes=99999999-", 416), ("bytes=0-1,3-4", 200), ("lines=1-2", 200), ("bytes=-", 200), ("bytes=5-2", 416)],
)
def test_other_ranges(client: Client, images: str, wanted: str, status: int) -> None:
    response = client.get(images, headers={"Range": wanted})
    assert response.status_code == status
    response.close()


@pytest.mark.parametrize(
    "name", ["../images.keys", "..%2fimages.keys", ".lock", "nothing.csv", "/etc/passwd", "images"]
)
def test_nothing_but_a_sets_files_is_given_out(client: Client, images: str, name: str) -> None:
    assert client.get(images.replace("images.csv", name)).status_code == 404


def test_files_with_an_image_that_was_taken_down_are_not_given_out(client: Client, images: str) -> None:
    Hiding.objects.create(image_key=key_from_image_id(ONE), hidden=True)
    response = client.get(images)
    assert response.status_code == 410
    assert "1 image of this set" in response.text


def test_a_set_can_be_canceled_before_and_while_it_is_built(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ask(ann)["uid"], ask(ann)["uid"]
    assert ann.post(f"/api/sets/{first}/cancel").json()["state"] == "canceled"
    append, uids = site_builds.build_set, []

    def canceled_meanwhile(*args: Any, **kwargs: Any) -> Any:
        uids.append(ann.post(f"/api/sets/{second}/cancel").json()["state"])
        return append(*args, **kwargs)

    monkeypatch.setattr(site_builds, "build_set", canceled_meanwhile)
    assert build_waiting() == 1
    assert uids == ["canceling"]
    assert state(ann, second)["state"] == "canceled"
    assert not files_folder(TrainingSet.objects.get(uid=second).uid).exists()


def test_an_interrupted_build_goes_on(ann: Client) -> None:
    uid = ask(ann)["uid"]
    SetBuild.objects.update(state=SetBuild.State.BUILDING)  # as a killed process leaves it
    assert ann.post(f"/api/sets/{uid}/resume").json()["state"] == "building"
    assert build_waiting() == 1
    assert state(ann, uid)["state"] == "done"


def test_a_build_that_was_killed_when_its_set_was_in_place_is_written_down(ann: Client) -> None:
    uid = ask(ann)["uid"]
    build_waiting()
    whole, keys = state(ann, uid), keys_of_set(UUID(uid)).tolist()
    path = files_folder(UUID(uid)).with_name("images.keys")
    path.unlink()
    SetBuild.objects.update(state=SetBuild.State.BUILDING, version="", digest="", row_hash="")
    assert build_waiting() == 1
    again = state(ann, uid)
    assert again["state"] == "done"
    assert [again[name] for name in ("row_hash", "files")] == [whole[name] for name in ("row_hash", "files")]
    assert keys_of_set(UUID(uid)).tolist() == keys != []


def test_an_account_has_few_builds_open_and_small_ones(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_builds, "MOST_IMAGES", 1)
    uids = [ask(ann)["uid"] for _ in range(MOST_OPEN)]
    assert "still being built" in ask(ann, status=429)["errors"][0]["message"]
    User.objects.get(username="ann").groups.add(Group.objects.get(name=REVIEWER))
    for uid in uids[1:]:
        ann.post(f"/api/sets/{uid}/cancel")
    large = ask(ann)["uid"]
    build_waiting()
    assert "images, and 1 are allowed here" in state(ann, uids[0])["message"]
    assert state(ann, uids[0])["state"] == "failed"
    assert state(ann, large)["state"] == "done"


def test_what_builds_gives_way_to_the_server_and_outlives_ctrl_c(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.SET_BUILDS, settings.SETTINGS_MODULE = "process", "tests.settings"
    program, started, start = tmp_path / "python", list[subprocess.Popen[bytes]](), subprocess.Popen[bytes]
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    monkeypatch.setattr(site_builds.sys, "executable", str(program))
    monkeypatch.setattr(site_builds.subprocess, "Popen", lambda *given, **how: started.append(start(*given, **how)))
    site_builds.start_building()
    [process] = started
    try:
        assert os.getsid(process.pid) == os.getsid(0)  # Linux weighs processes of one session alone by `nice`
        assert os.getpgid(process.pid) == process.pid
    finally:
        process.kill()
        process.wait()


def test_a_set_that_cannot_be_built_says_why(ann: Client) -> None:
    uid = ask(ann, {"recipe": RECIPE | {"images": "subset=test"}})["uid"]
    build_waiting()
    assert state(ann, uid)["state"] == "failed"
    assert "nothing to write" in state(ann, uid)["message"]


def test_a_build_that_failed_leaves_no_picture_behind(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on with it, and an image of it may be taken down any time."""

    def changed(*args: Any) -> None:
        raise DataChangedError("1 of its images was taken down")

    monkeypatch.setattr("browse.sets.build._must_be_unchanged", changed)
    uid = ask(ann)["uid"]
    build_waiting()
    assert state(ann, uid)["state"] == "failed"
    assert [*files_folder(TrainingSet.objects.get().uid).parent.iterdir()] == []


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"recipe": {"labels": []}}, "labels", "must be a list"),
        ({"recipe": RECIPE, "formats": "csv"}, "formats", "must be a list of names"),
        ({"recipe": RECIPE, "title": "a\nb"}, "title", "must be a text of one line"),
        ({"recipe": RECIPE, "name": "x"}, "name", "is not known here"),
        ({}, "recipe", "is required"),
        (["recipe"], "recipe", "is required"),
    ],
)
def test_what_is_wrong_is_named(ann: Client, body: Any, field: str, message: str) -> None:
    (error,) = ask(ann, body, 400)["errors"]
    assert error["parameter"] == field
    assert message in error["message"]
    assert not TrainingSet.objects.exists()


def test_an_unknown_format_is_refused(ann: Client) -> None:
    assert "'xml' is not known" in ask(ann, {"recipe": RECIPE, "formats": ["xml"]}, 400)["errors"][0]["message"]


def test_who_may_not(client: Client, images: str) -> None:
    uid = images.split("/")[2]
    client.logout()
    assert "only accounts" in ask(client, status=403)["errors"][0]["message"]
    assert client.post(f"/api/sets/{uid}/cancel").status_code == 403
    user = User.objects.create_user("bob")
    client.force_login(user)
    assert "may not" in ask(client, status=403)["errors"][0]["message"]
    user.groups.add(Group.objects.get(name=VIEWER))
    assert client.post(f"/api/sets/{uid}/cancel").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post("/api/sets", "{}", content_type="application/json").status_code == 403

"""Imports killed at random moments, and what people see meanwhile."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forked
from tests.forked_loader import ForkedLoader, start_anew
from tests.openimages.files import LABELS, V1, image_row, write

IMAGES, KILLS = 6_000, int(os.environ.get("IMPORT_KILLS", "3"))
SNAPSHOT = """
import hashlib, json
from browse.models import *
def digest(rows):
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()
state = DatasetState.objects.first()
columns = ("id", "subset", "title", "author__profile_url", "license__url", "original_md5")
images = Image.objects.order_by("id").values_list(*columns)
key = ("image_id", "label__mid", "source__name")
pairs = Annotation.objects.order_by(*key).values_list(*key, "confidence")
print(json.dumps([state.generation if state else None, images.count(), pairs.count(), digest(images), digest(pairs)]))
"""


@pytest.fixture
def environment(tmp_path: Path, fresh_database_url: str) -> dict[str, str]:
    values = {**os.environ, "OPENIMAGES_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": fresh_database_url}
    values.pop("DJANGO_SETTINGS_MODULE", None)
    (tmp_path / "data").mkdir()
    manage(values, "migrate", "-v0")
    return values


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = forked.run(["manage.py", *arguments], env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def snapshot(environment: dict[str, str]) -> list[object]:
    """What readers see: current generation, and the data set's rows."""
    found: list[object] = json.loads(manage(environment, "shell", "--no-imports", "-c", SNAPSHOT))
    return found


def data_set(folder: Path, images: int, seed: int) -> Path:
    draw = random.Random(seed)
    ids = sorted(f"{draw.getrandbits(64):016x}" for _ in range(images))
    write(folder / "train/images.csv", V1, [image_row(i, Title=f"{seed} {i}") for i in ids])
    rows = [f"{i},machine,/m/0{draw.randrange(10, 99)},0.{draw.randrange(5, 10)}" for i in ids for _ in range(5)]
    write(folder / "train/labels.csv", LABELS, rows)
    return folder


def killed_import(environment: dict[str, str], folder: Path, draw: random.Random, kills: int, longest_s: float) -> int:
    """Import a folder, killing it up to `kills` times at random moments; nothing is seen of it until it is done.

    Returns how many runs were killed.
    """
    command = ["import_openimages", str(folder), "--max-rejects", "1"]
    before = snapshot(environment)
    for killed in range(kills):
        process = forked.start(["manage.py", *command], env=environment)
        process.join(draw.uniform(0.1, longest_s))
        if process.exitcode is not None:
            return killed
        process.kill()
        process.join()
        now = snapshot(environment)
        if now[0] == before[0]:
            assert now == before
    manage(environment, *command)
    return kills


@pytest.mark.deep
def test_killed_imports_change_nothing_that_is_seen_and_end_as_undisturbed_ones(
    environment: dict[str, str], tmp_path: Path
) -> None:
    draw, killed = random.Random(5), 0
    folders = [data_set(tmp_path / "0", IMAGES, 0)]
    began = time.monotonic()
    manage(environment, "import_openimages", str(folders[0]), "--max-rejects", "1")
    longest_s = time.monotonic() - began
    while killed < KILLS:
        folders.append(data_set(tmp_path / str(len(folders)), IMAGES, len(folders)))
        killed += killed_import(environment, folders[-1], draw, KILLS - killed, longest_s)
    assert snapshot(environment)[1:] == undisturbed(environment, tmp_path, *folders)
    again = json.loads(manage(environment, "import_openimages", str(folders[-1]), "--json", "--max-rejects", "1"))
    assert again["status"] == "unchanged"
    assert list((tmp_path / "data" / "import").glob("*")) == []


def undisturbed(environment: dict[str, str], tmp_path: Path, *folders: Path) -> list[object]:
    """The rows that imports in one go end with, into a database of their own."""
    other = environment | {"OPENIMAGES_DATA_DIR": str(tmp_path / "other")}
    other["DATABASE_URL"] = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    (tmp_path / "other").mkdir()
    manage(other, "migrate", "-v0")
    for folder in folders:
        manage(other, "import_openimages", str(folder), "--max-rejects", "1")
    return snapshot(other)[1:]


def test_a_dead_import_gives_its_lock_back(environment: dict[str, str], tmp_path: Path) -> None:
    folder = data_set(tmp_path / "set", IMAGES, 3)
    command = ["manage.py", "import_openimages", str(folder), "--max-rejects", "1"]
    process = forked.start(command, env=environment)
    lock = tmp_path / "data" / "import.lock"
    while not (lock.exists() and lock.read_bytes()):
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGSTOP)  # or it might be done before the other has started
    try:
        second = forked.run(command, env=environment)
    finally:
        process.kill()
        process.join()
    assert second.returncode == 1
    assert f"process {process.pid} on " in second.stderr
    summary = json.loads(manage(environment, *command[1:], "--json"))
    assert summary["status"] == "finished"


@pytest.mark.parametrize("start", [start_anew, ForkedLoader])
def test_a_loader_whose_import_is_gone_loads_nothing(
    start: Callable[[Path], subprocess.Popen[str]], tmp_path: Path
) -> None:
    job = {
        "parent": -1,
        "uri": str(tmp_path / "none.sqlite3"),
        "vendor": "sqlite",
        "run": "x",
        "folder": "",
        "tables": {},
        "keys": {},
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job))
    with start(path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == ("", "the import (process -1) has ended\n")
    assert process.returncode == 1
    assert not (tmp_path / "none.sqlite3").exists()

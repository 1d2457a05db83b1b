"""The sample of a new installation, drawn beside its first start."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from browse.domain.held_data import MARK
from browse.sample import FEWEST_IMAGES, sample_files
from tests.patience import PATIENCE_S
from viewer import start
from viewer.early_sample import EarlySample, is_new

TABLE = "images_2016_08/train/images.csv"


def installation(folder: Path, engine: str = "django.db.backends.sqlite3") -> Any:
    database = {"ENGINE": engine, "NAME": str(folder / "openimages.sqlite3")}
    return SimpleNamespace(DATABASES={"default": database}, DATA_DIR=folder, SAMPLE_DIR=folder / "sample")


def test_it_is_whole_once_all_files_are_there(tmp_path: Path) -> None:
    early = EarlySample(tmp_path / "sample", FEWEST_IMAGES)
    try:
        assert early.is_whole()
    finally:
        early.stop()
    pictures = sorted(path.stem for path in (tmp_path / "sample/images").glob("*.jpg"))
    listed = sorted(path.removeprefix("images/")[:-4] for path in sample_files(pictures=True) if path.endswith(".jpg"))
    assert pictures == listed
    assert (tmp_path / "sample" / TABLE).read_bytes() == sample_files(pictures=True)[TABLE]


@pytest.mark.deep
def test_one_that_cannot_be_written_or_is_stopped_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder, is_stopped in ((tmp_path / "file", False), (tmp_path / "sample", True)):
        early = EarlySample(folder, 10_000)
        if is_stopped:
            give_up = time.monotonic() + PATIENCE_S
            while not any(folder.glob("images/*.jpg")) and time.monotonic() < give_up:
                time.sleep(0.05)
            early._process.terminate()
        try:
            assert not early.is_whole()
        finally:
            early.stop()


def test_drawing_loads_no_django() -> None:
    code = "import sys, browse.sample.__main__; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("held", ["openimages.sqlite3", MARK, "sample"])
def test_an_installation_is_new_that_holds_nothing(tmp_path: Path, held: str) -> None:
    (tmp_path / "secret_key").touch()
    assert is_new(installation(tmp_path))
    assert not is_new(installation(tmp_path, "viewer.postgresql"))
    (tmp_path / held).mkdir()
    assert not is_new(installation(tmp_path))


def test_what_is_drawn_already_is_not_drawn_again(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SAMPLE_DIR = tmp_path / "sample"
    called: list[str] = []
    monkeypatch.setattr(start, "call_command", lambda name, *_, **__: called.append(name))
    for is_whole, made in ((True, []), (False, ["make_sample"])):
        early: Any = SimpleNamespace(is_whole=lambda is_whole=is_whole: is_whole)
        called.clear()
        start.import_sample(early)
        assert called == [*made, "import_openimages"]

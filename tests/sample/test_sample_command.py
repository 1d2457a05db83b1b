"""`manage.py make_sample`: what it writes over, what it refuses, and what it says."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from browse.management.commands import make_sample
from browse.sample import MARKER_FILE, sample_files


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    folder = tmp_path_factory.mktemp("made") / "deep" / "sample"
    out, progress = io.StringIO(), Terminal()
    call_command("make_sample", str(folder), images=60, jobs=2, stdout=out, stderr=progress)
    return folder, out.getvalue(), progress.getvalue()


def test_it_writes_the_sample_and_shows_progress_on_a_terminal(written: tuple[Path, str, str]) -> None:
    folder, said, progress = written
    assert len(list((folder / "images").iterdir())) == 60
    assert said == f"Sample of 60 images written to {folder}\n"
    assert progress.startswith("\rdrawing pictures: 10 of 60")
    assert progress.endswith("drawing pictures: 60 of 60\n")


def test_all_cores_draw_where_the_system_cannot_tell_which_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    options = make_sample.Command().create_parser("manage.py", "make_sample").parse_args(["folder"])
    assert options.jobs == os.cpu_count()


def test_files_in_memory_equal_those_in_the_folder(written: tuple[Path, str, str]) -> None:
    assert sample_files(60, pictures=True) == contents(written[0])


def test_it_renews_an_earlier_sample_and_leaves_other_files_alone(written: tuple[Path, str, str]) -> None:
    folder = written[0]
    before = contents(folder)
    stale = folder / "images" / "00000000000000ff.jpg"
    stale.write_bytes(b"a picture of a larger sample")
    (folder / "notes.txt").write_text("mine")
    (folder / "images" / "mine.jpg").write_bytes(b"mine too")
    (folder / "dict.csv").write_text("damaged")
    progress = io.StringIO()
    call_command("make_sample", str(folder), images=60, jobs=1, stdout=io.StringIO(), stderr=progress)
    assert contents(folder) == before | {"notes.txt": b"mine", "images/mine.jpg": b"mine too"}
    assert progress.getvalue() == ""


@pytest.mark.parametrize("marker", [None, b"", b"Open Images viewer sample of mine\n"])
def test_it_refuses_a_folder_that_holds_anything_else_and_changes_nothing(tmp_path: Path, marker: bytes | None) -> None:
    (tmp_path / "thesis.txt").write_text("ten years of work")
    if marker is not None:
        (tmp_path / MARKER_FILE).write_bytes(marker)
    before = contents(tmp_path)
    with pytest.raises(CommandError, match="not empty and not an earlier sample"):
        call_command("make_sample", str(tmp_path), images=60)
    assert contents(tmp_path) == before


def test_it_refuses_a_file_in_the_folder_s_place(tmp_path: Path) -> None:
    target = tmp_path / "sample"
    target.write_text("a file")
    with pytest.raises(CommandError, match="is a file; name a folder"):
        call_command("make_sample", str(target), images=60)
    assert target.read_text() == "a file"


def test_it_refuses_too_few_images_before_it_writes_anything(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="at least 60 images, not 59"):
        call_command("make_sample", str(tmp_path / "sample"), images=59)
    assert not (tmp_path / "sample").exists()


def test_it_names_the_place_where_it_cannot_write() -> None:
    with pytest.raises(CommandError, match="cannot write /proc/sample"):
        call_command("make_sample", "/proc/sample", images=60)

"""Generations that are written from memory are those that a build writes."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

from browse.facets.build.generation import build_generation
from browse.facets.index.layout import MANIFEST
from browse.facets.index.store import is_intact
from tests.facets.built import ITS_DATASET, build_again
from tests.facets.datasets import arrays
from tests.facets.small import small_dataset


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = {path.name: (S_IMODE(path.stat().st_mode), path.read_bytes()) for path in folder.iterdir()}
    return {name: one for name, one in files.items() if name != MANIFEST} | {"": (S_IMODE(folder.stat().st_mode), b"")}


def test_they_have_the_same_files_and_names_of_their_own(tmp_path: Path) -> None:
    name = build_generation(arrays(small_dataset()), tmp_path / "built", dataset=ITS_DATASET)
    written = [build_again(small_dataset(), tmp_path / "written") for _ in range(2)]
    assert len({name, *written}) == 3
    for one in written:
        assert is_intact(tmp_path / "written", one)
        assert contents(tmp_path / "written" / one) == contents(tmp_path / "built" / name)


def test_what_becomes_of_one_harms_no_other(tmp_path: Path) -> None:
    for path in (tmp_path / build_again(small_dataset(), tmp_path)).iterdir():
        path.write_bytes(b"damaged")
    assert is_intact(tmp_path, build_again(small_dataset(), tmp_path))

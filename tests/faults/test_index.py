"""Index files damaged at rest and while they are served: each is named, and nothing is answered from it."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from browse import search
from browse.facets.build.generation import build_generation
from browse.facets.errors import IndexUnusableError
from browse.facets.index.layout import FILES, MANIFEST, file_name
from browse.facets.index.store import open_generation
from browse.search.engines import engines
from tests.facets.datasets import arrays
from tests.facets.test_store import full_dataset
from tests.faults.tally import Tally, drawing, times
from tests.faults.test_files import damaged


def rewrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def test_index_damage_at_rest(tmp_path: Path, tally: Tally) -> None:
    draw = drawing("index at rest")
    name = build_generation(arrays(full_dataset()), tmp_path, dataset="small")
    names = [MANIFEST, *map(file_name, FILES)]
    for _ in range(times(500)):
        file = tmp_path / name / draw.choice(names)
        whole = file.read_bytes()
        if (hit := damaged(draw, whole)) == whole:
            continue
        rewrite(file, hit)
        try:
            open_generation(tmp_path, name).close()
        except IndexUnusableError as error:
            tally.tried(error, holds=str(file) in str(error) and "build_index" in str(error))
        else:
            tally.tried(f"{file.name} is opened", holds=False)
        rewrite(file, whole)
    open_generation(tmp_path, name).close()


def flip_in_place(draw: random.Random, path: Path) -> tuple[int, bytes]:
    """Change a byte below those who have mapped the file; where, and what it was."""
    path.chmod(0o644)
    with path.open("r+b") as file:
        at = draw.randrange(os.fstat(file.fileno()).st_size)
        file.seek(at)
        was = file.read(1)
        file.seek(at)
        file.write(bytes([was[0] ^ draw.randrange(1, 256)]))
    return at, was


@pytest.mark.django_db
def test_index_damage_while_serving(
    generation: str, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("browse.search.engines.FAULT_KEPT_S", 0.0)
    draw = drawing("index while serving")
    files = [path for path in sorted((tmp_path / generation).glob("*.bin")) if path.stat().st_size]
    kept = shutil.copytree(tmp_path / generation, tmp_path / "kept")
    for _ in range(times(100)):
        assert search.current_engine().generation == generation
        file = draw.choice(files)
        flip_in_place(draw, file)
        engines().check_current(lambda seconds: None, pass_s=1.0)
        try:
            search.current_engine()
        except search.IndexUnavailableError:
            tally.tried(file.name, holds=True)
        else:
            tally.tried(f"{file.name} is served", holds=False)
        rewrite(file, (kept / file.name).read_bytes())

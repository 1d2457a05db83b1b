"""Index generations of the data sets that many tests share: built once in a process, then written from memory.

Building one takes ten times as long as writing its hundred small files. What a test does to its files harms no other.
"""

from __future__ import annotations

import functools
import os
import pickle
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from browse.domain.file_modes import INDEX_FILE, INDEX_FOLDER, make_folder
from browse.facets.build.generation import build_generation
from browse.facets.index.layout import BUILDING, LOCK, MANIFEST, generation_name
from tests.facets.datasets import Dataset, arrays

ITS_DATASET = "the data set that is another each time"


@dataclass(frozen=True)
class Built:
    """The files of a generation by name; its manifest says ITS_DATASET."""

    files: dict[str, bytes]
    manifest: bytes


def build_again(dataset: Dataset, index_dir: Path) -> str:
    """Write the generation of a data set below index_dir, as a build would; no two have the same name."""
    built = _built(pickle.dumps(dataset))
    manifest = built.manifest.replace(ITS_DATASET.encode(), secrets.token_hex().encode())
    make_folder(index_dir, INDEX_FOLDER)
    folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=index_dir))
    folder.chmod(INDEX_FOLDER)
    _write(folder, {**built.files, MANIFEST: manifest})
    name = generation_name(manifest)
    folder.rename(index_dir / name)
    return name


@functools.lru_cache(maxsize=32)
def _built(pickled: bytes) -> Built:
    with tempfile.TemporaryDirectory() as index_dir:
        name = build_generation(arrays(pickle.loads(pickled)), Path(index_dir), dataset=ITS_DATASET)
        files = {path.name: path.read_bytes() for path in (Path(index_dir) / name).iterdir()}
    assert not files[LOCK]
    return Built(files, files.pop(MANIFEST))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    place = os.open(folder, os.O_RDONLY)
    for name, data in files.items():
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, INDEX_FILE, dir_fd=place)
        os.fchmod(handle, INDEX_FILE)
        os.write(handle, data)
        os.close(handle)
    os.close(place)

"""Archives and tables with damage drawn at random: every row comes out as it was, or is named, or all is refused."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zlib
from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from browse.models import Annotation, DatasetState, Image
from browse.openimages.errors import ImportProblemError
from tests.faults.tally import Tally, drawing, times
from tests.openimages.files import LABELS, V1, image_row
from tests.openimages.imports import load
from tests.openimages.test_archives import CONTENTS, WHOLE, read

IDS = [f"{number:016x}" for number in range(0x10, 0x30)]
TABLES = {
    "set/train/images.csv": "\n".join([V1, *(image_row(i) for i in IDS), ""]).encode(),
    "set/train/labels.csv": "\n".join([LABELS, *(f"{i},machine,/m/01,0.8" for i in IDS), ""]).encode(),
}


def damaged(draw: random.Random, data: bytes) -> bytes:
    """A bit or a byte changed, a part cut off, left out, doubled, moved, emptied, or made of noise."""
    at, length = draw.randrange(len(data)), draw.choice((1, 2, 16, 512, 4096))
    part = data[at : at + length]
    match draw.randrange(8):
        case 0:
            new = bytes([part[0] ^ 1 << draw.randrange(8)]) + part[1:]
        case 1:
            return data[:at]
        case 2:
            new = b""
        case 3:
            new = part + part
        case 4:
            new = bytes(len(part))
        case 5:
            new = draw.randbytes(len(part))
        case 6:
            new = part[::-1]
        case _:
            new = draw.randbytes(length) + part
    return data[:at] + new + data[at + length :]


def headers_of(archive: bytes) -> list[tuple[str, int]]:
    """The names and sizes that Python's own tarfile finds; empty where it finds fault."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            return [(member.name, member.size) for member in opened.getmembers()]
    except (tarfile.TarError, OSError, ValueError, EOFError):
        return []


def test_damaged_archives_lose_no_file(tmp_path: Path, tally: Tally) -> None:
    """A plain tar has no checksum of what its files hold: these may differ, each at its size."""
    draw = drawing("archives")
    packed = gzip.compress(WHOLE, 1, mtime=0)
    told = Counter[str]()
    for _ in range(times(1000)):
        name, whole = draw.choice((("x.tar", WHOLE), ("x.tar.gz", packed)))
        hit = damaged(draw, whole)
        try:
            found = read(tmp_path / name, hit)
        except ImportProblemError as error:
            told[str(error).partition(": ")[2].partition(":")[0]] += 1
            tally.tried(error, holds=name in str(error))
            continue
        sizes = {path: len(content) for path, content in found.items()}
        same = sizes == {path: len(content) for path, content in CONTENTS.items()}
        held = found == CONTENTS or (name == "x.tar" and (same or renamed_alone(hit, sizes)))
        tally.tried(f"{name} {zlib.crc32(hit):08x}: {sizes}", holds=held)
    tally.notes["refused"] = told.total()


def renamed_alone(archive: bytes, sizes: dict[str, int]) -> bool:
    """Whether damage with a right checksum, as of a header doubled or left out whole, is what any reader would read."""
    members = headers_of(archive)
    return bool(members) and all((f"{name}", size) in members for name, size in sizes.items())


@pytest.mark.django_db(transaction=True)
def test_damaged_tables_give_no_wrong_row(tmp_path: Path, settings: Settings, tally: Tally) -> None:
    """Every row read is as it was written, but for values of lines that were hit; all others are rejected by line."""
    settings.DATA_DIR, settings.INDEX_DIR = tmp_path / "data", tmp_path / "data" / "index"
    draw = drawing("tables")
    path = tmp_path / "set"
    refused = 0
    for _ in range(times(1000)):
        files = dict(TABLES)
        name = draw.choice(sorted(files))
        files[name] = damaged(draw, files[name])
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes(content)
        before = DatasetState.objects.values_list("generation", flat=True).first()
        try:
            summary = load(path, max_rejects=1)
        except ImportProblemError as error:
            refused += 1
            now = DatasetState.objects.values_list("generation", flat=True).first()
            tally.tried(f"{name} {error}", holds=now == before)
            continue
        untouched = set(TABLES[name].splitlines()) & set(files[name].splitlines())
        whole = sum(1 for i in IDS if image_row(i).encode() in untouched or "labels" in name)
        tally.tried(f"{name}: {summary}", holds=Image.objects.count() >= whole and no_stranger())
    tally.notes["refused"] = refused


def no_stranger() -> bool:
    """Whether every annotation is of an image that there is."""
    keys = set(Image.objects.values_list("pk", flat=True))
    return set(Annotation.objects.values_list("image_id", flat=True)) <= keys

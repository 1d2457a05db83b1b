"""The sample's files: tables in the exact layout of Open Images V1, and the pictures beside them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import md5
from pathlib import Path
from random import Random

from browse.sample.annotations import Annotation, human_annotations, machine_annotations
from browse.sample.labels import dictionary
from browse.sample.people import author_of, license_of, title_of
from browse.sample.pictures import Picture, picture

FEWEST_IMAGES = 60
MARKER_FILE = "SAMPLE.txt"
MARKER = "Open Images viewer sample"
"""The first line of MARKER_FILE, by which an import knows a sample."""

_NOTE = f"""{MARKER}

This folder is a small data set that `python manage.py make_sample` generated, for a first look at the viewer.
It is not Open Images data: the pictures are drawn, the people, titles, addresses and annotations are invented.
Its files have the layout of Open Images V1.
"""
_IMAGES_HEADER = (
    "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,"
    "OriginalSize,OriginalMD5,Thumbnail300KURL"
)
_LABELS_HEADER = "ImageID,Source,LabelName,Confidence"
_TABLES = ("images_2016_08", "machine_ann_2016_08", "human_ann_2016_08", "dict.csv")

Report = Callable[[int, int], None]
"""Called with how many pictures are done, and of how many."""


class SampleError(Exception):
    """The sample cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class _File:
    """A picture file's size in bytes and the MD5 of its bytes."""

    size: int
    digest: bytes

    @classmethod
    def of(cls, content: bytes) -> _File:
        return cls(len(content), md5(content, usedforsecurity=False).digest())


def write_sample(folder: Path, images: int = 600, *, jobs: int = 1, report: Report | None = None) -> None:
    """Write a sample of so many images, with pictures, into a new or empty folder or over an earlier sample.

    Raises SampleError for fewer than FEWEST_IMAGES and for a folder that holds anything else, and then changes nothing.
    """
    pictures = _pictures(images)
    _prepare(folder, {f"{one.image_id}.jpg" for one in pictures})
    files = _draw_all(folder / "images", pictures, jobs=jobs, report=report)
    for path, text in _tables(pictures, files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def sample_files(images: int = FEWEST_IMAGES, *, pictures: bool = False) -> dict[str, bytes]:
    """The sample's files by their path in the folder, in memory; quick without pictures.

    Without them OriginalSize and OriginalMD5 are made up, though equal for equal pictures. Raises SampleError for
    fewer than FEWEST_IMAGES.
    """
    chosen = _pictures(images)
    contents = [one.jpeg() if pictures else one.seed.encode() * 800 for one in chosen]
    tables = _tables(chosen, [_File.of(content) for content in contents])
    files = {MARKER_FILE: _NOTE.encode()} | {path: text.encode() for path, text in tables.items()}
    if pictures:
        files |= {f"images/{one.image_id}.jpg": content for one, content in zip(chosen, contents, strict=True)}
    return files


def usable_cores() -> int:
    """Those this process may use; all of them where the system cannot tell, as macOS."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _pictures(images: int) -> list[Picture]:
    if images < FEWEST_IMAGES:
        raise SampleError(f"a sample has at least {FEWEST_IMAGES} images, not {images}")
    return sorted((picture(number) for number in range(images)), key=lambda one: one.image_id)


def _prepare(folder: Path, keep: set[str]) -> None:
    """Make the folder, or clear an earlier sample's tables and those of its pictures that the new one lacks."""
    if folder.exists() and not folder.is_dir():
        raise SampleError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not _is_sample(folder):
        raise SampleError(f"{folder} is not empty and not an earlier sample; name a new or empty folder")
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / MARKER_FILE).write_text(_NOTE, encoding="utf-8")
    for name in _TABLES:
        _remove(folder / name)
    for old in (folder / "images").glob("[0-9a-f]*.jpg"):
        if old.name not in keep:
            old.unlink()


def _is_sample(folder: Path) -> bool:
    marker = folder / MARKER_FILE
    return marker.is_file() and marker.read_bytes().split(b"\n", 1)[0].strip() == MARKER.encode()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _draw_all(folder: Path, pictures: list[Picture], *, jobs: int, report: Report | None) -> list[_File]:
    """Draw all pictures, by `jobs` processes; their sizes and sums in the pictures' order."""
    draw = partial(_draw, folder)
    numbers = [one.number for one in pictures]
    if jobs <= 1:
        return list(_reported(map(draw, numbers), len(numbers), report))
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(_reported(pool.map(draw, numbers, chunksize=8), len(numbers), report))


def _draw(folder: Path, number: int) -> _File:
    one = picture(number)
    content = one.jpeg()
    (folder / f"{one.image_id}.jpg").write_bytes(content)
    return _File.of(content)


def _reported(files: Iterable[_File], total: int, report: Report | None) -> Iterator[_File]:
    for done, file in enumerate(files, start=1):
        yield file
        if report:
            report(done, total)


def _tables(pictures: list[Picture], files: list[_File]) -> dict[str, str]:
    tables = {"dict.csv": "".join(f'"{mid}","{name}"\n' for mid, name in dictionary())}
    for subset in ("train", "validation"):
        chosen = [(one, file) for one, file in zip(pictures, files, strict=True) if one.subset == subset]
        rows = [_image_row(one, file) for one, file in chosen]
        tables[f"images_2016_08/{subset}/images.csv"] = _table(_IMAGES_HEADER, rows)
        rows = [row for one, _ in chosen for row in _label_rows(one, "machine", machine_annotations(one))]
        tables[f"machine_ann_2016_08/{subset}/labels.csv"] = _table(_LABELS_HEADER, rows)
    rows = [row for one in pictures for row in _label_rows(one, "human", human_annotations(one))]
    tables["human_ann_2016_08/validation/labels.csv"] = _table(_LABELS_HEADER, rows)
    return tables


def _table(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows, ""])


def _label_rows(one: Picture, source: str, annotations: list[Annotation]) -> list[str]:
    return [f"{one.image_id},{source},{mid},{confidence:.1f}" for mid, confidence in annotations]


def _image_row(one: Picture, file: _File) -> str:
    """One row of images.csv: author and title always quoted, nothing else, as in V1."""
    author = author_of(one)
    original, landing, thumbnail = _addresses(one, author.key)
    digest = b64encode(file.digest).decode()
    return ",".join(
        [
            one.image_id,
            one.subset,
            original,
            landing,
            license_of(one),
            author.url,
            _quoted(author.name),
            _quoted(title_of(one)),
            str(file.size),
            digest,
            thumbnail,
        ]
    )


def _addresses(one: Picture, author_key: str) -> tuple[str, str, str]:
    """Original, landing page and thumbnail in Flickr's shape; no photo has such a number. Some lack the thumbnail."""
    random = Random(f"sample addresses {one.number}")  # noqa: S311  # drawing lots for a sample needs no secrecy
    photo = f"99{random.randrange(10**9):09d}"
    farm, server = random.randint(1, 8), random.randint(9900, 9999)
    host = f"https://c{farm}.staticflickr.com/{random.randint(1, 9)}/{server}"
    if random.random() < 0.5:
        host = f"https://farm{farm}.staticflickr.com/{server}"
    first, second = random.getrandbits(40), random.getrandbits(40)
    ending = "_z.jpg?zz=1" if random.random() < 0.1 else "_z.jpg"
    thumbnail = "" if one.number % 30 == 19 else f"{host}/{photo}_{second:010x}{ending}"
    slash = "/" if random.random() < 0.056 else ""
    return (
        f"{host}/{photo}_{first:010x}_o.jpg",
        f"https://www.flickr.com/photos/{author_key}/{photo}{slash}",
        thumbnail,
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'

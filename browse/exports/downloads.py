"""Files to be kept: what an export format is, and how a file of it is called."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, TypeVar

from browse.domain.csv_text import Cell, csv_header, csv_rows

Images = TypeVar("Images", contravariant=True)  # noqa: PLC0105 - of the images that formats write

CHARACTERS_AT_ONCE = 32_768
SILENT_S = 1.0
"""So long a piece may wait for more, but for the time that a batch takes."""
BATCH_READ = ""
"""A line of nothing, by which files say that a batch of images is read, whatever lines it had."""
LONGEST_SLUG = 60
CSV = "text/csv"
ARCHIVE = "application/x-tar"
"""The one kind of file that is no text, although all that stands in it is."""


@dataclass(frozen=True)
class Heading:
    """What a file says of itself."""

    title: str
    """Such as "2,310 images with dog and beach"."""
    version: str
    digest: str = ""
    """The data set digest, or empty where it is not known."""
    changes: tuple[str, ...] = ()
    """What was done to the images, as their credits are to say it."""

    @property
    def dataset(self) -> str:
        """Which data set, in words: what is the same wherever it was imported, and this site's state of it."""
        digest = f" Data set digest {self.digest}." if self.digest else ""
        return f"Open Images, data set version {self.version}.{digest}"


@dataclass(frozen=True)
class Written:
    """A file's text, some lines at a time, and how many records it has: rows without the header, or entries."""

    records: int
    lines: Iterator[str]


@dataclass(frozen=True)
class ExportFormat(Generic[Images]):
    """One kind of file that can be made of the images of a query.

    folder, name, ending   the address: /export, images, csv.
    title, summary         what menus call it, and what stands in it.
    columns                of its header line; none where it is no table.
    kind                   of `query.values.KINDS`, which the data set must have for it to be in menus; empty for none.
    needs_rows             of a data set without that kind it cannot be made: 404.
    says_changes           it has credits that can say what was done to the images.
    write                  makes a file of images, for spreadsheets where that is said.
    """

    name: str
    ending: str
    media_type: str
    title: str
    summary: str
    write: Callable[[Images, Heading, bool], Written]
    columns: tuple[str, ...] = ()
    folder: str = "/export"
    kind: str = ""
    needs_rows: bool = False
    says_changes: bool = False

    @property
    def path(self) -> str:
        """Such as /export/images.csv."""
        return f"{self.folder}/{self.name}.{self.ending}"

    @property
    def takes(self) -> frozenset[str]:
        """The parameters that it takes beside those of a query."""
        changes = {"changes"} if self.says_changes else set()
        return frozenset({"limit", *changes, *({"safe"} if self.media_type == CSV else ())})


@dataclass(frozen=True)
class Download:
    """A file of one version of the data set, on its way. media_type: without the character set, which is UTF-8.

    records: as in Written; None where nobody counted. digest: the data set digest, empty where it is not known.
    """

    file_name: str
    media_type: str
    version: str
    lines: Iterator[str]
    records: int | None = None
    digest: str = ""


def file_name(name: str, ending: str, *, about: str = "", identity: Iterable[str]) -> str:
    """Such as openimages-images-dog-at-0-8-or-more-3f2b9c01d4e7.csv.

    about      what it is of, in words: shortened to what fits into a name, so not enough to tell two files apart.
    identity   all that its content depends on: two files that differ have two names.
    """
    digest = hashlib.sha256("\n".join((name, ending, *identity)).encode()).hexdigest()[:12]
    return f"{'-'.join(part for part in ('openimages', name, slug(about), digest) if part)}.{ending}"


def slug(text: str) -> str:
    """A text as a part of a file's name: lower-case ASCII letters and digits, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:LONGEST_SLUG]
        if len(longer) > LONGEST_SLUG:
            break
        kept = longer
    return kept


def csv_batches(
    columns: Sequence[str], batches: Iterable[Iterable[Sequence[Cell]]], *, safe: bool = False
) -> Iterator[str]:
    """A header line and a line for each row of some batches of images. safe: as in `csv_text`."""
    yield csv_header(columns, safe=safe)
    for rows in batches:
        yield from csv_rows(columns, rows, safe=safe)
        yield BATCH_READ


def in_chunks(lines: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth sending.

    The first one is what there is once a batch is read, however little, and be it nothing: a request waits for it, and
    the next images with any line may be millions further on.
    """
    piece: list[str] = []
    size, due = 0, 0.0
    for line in lines:
        piece.append(line)
        size += len(line)
        is_late = line == BATCH_READ and (size or not due) and time.monotonic() >= due
        if is_late or size >= CHARACTERS_AT_ONCE:
            yield "".join(piece)
            piece, size, due = [], 0, time.monotonic() + SILENT_S
    if size:
        yield "".join(piece)


def begun(pieces: Iterator[str]) -> Iterator[str]:
    """The same pieces but empty ones, the first made now, while what goes wrong can still be answered with words."""
    return filter(None, chain(list(islice(pieces, 1)), pieces))

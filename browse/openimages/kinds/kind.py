"""What the importer knows of a kind of file: one value that recognition, staging, merge and load go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import models

from browse.openimages.job import Job, ReadOptions
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.csv_rows import BadRow, Block, Rows, read_rows
from browse.openimages.reading.formats import FileFormat, Header, HeaderShape
from browse.openimages.reading.rejects import Rejects
from browse.openimages.reading.spreadsheet_rows import texts_as_given
from browse.openimages.workspace import Entry


class Parsed(Protocol):
    """What parsing one block gives: rows_read counts its good and its bad rows."""

    bad: list[BadRow]

    @property
    def rows_read(self) -> int: ...


P = TypeVar("P", bound=Parsed)


@dataclass(frozen=True)
class MemberContext:
    """How the rows of one member are read: its columns, whether its ids are decimal, the subset that its folders or
    the options name, and the file as `Member` has it.
    """

    format: FileFormat
    decimal: bool
    subset: str | None
    options: ReadOptions
    file: str = ""


Step = Callable[[Preparation], None]
Losers = Callable[[Block, MemberContext], tuple[npt.NDArray[np.int64], pa.Array]]
"""The lines of a block's rows that differ from what stands, and their bytes as a binary column."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FileKind(Generic[P]):
    """A kind of file.

    name          stands in the journal, the summary and the database.
    title         what a message calls such files, where another file's header is near to theirs; else nothing.
    shapes        the headers that it is known by; `title` goes by the first.
    match         tells a header in another way; None where `shapes` suffice.
    doubt         (format, first rows, path): why a file of the right header is not of this kind; else nothing.
    read_order    files of a lower number are read first.
    batch_rows    rows that are kept together.
    parse         a block's rows, checked; called by several threads.
    keep          puts parsed blocks into the workspace and notes in the entry what they hold.
    begin         before anything is merged: looks for the images of rows that wait for one, and numbers their labels.
    merge         makes of all entries, and of what the database holds, the tables ready to be loaded; kinds with one
                  `merge` are merged together.
    tables        what `merge` makes, in the order in which they are loaded.
    late_rejects  rows that the merge could not take.
    losers        after the merge: what tells the rows that lost a dispute within the run; None where there is none.
    """

    name: str
    title: str = ""
    shapes: tuple[HeaderShape, ...]
    match: Callable[[Header], FileFormat | None] | None = None
    doubt: Callable[[FileFormat, bytes, str], str] | None = None
    read_order: int
    batch_rows: int = 1_000_000
    parse: Callable[[Block, MemberContext], P]
    keep: Callable[[Job, Entry, list[P]], None]
    begin: Callable[[Preparation], None] = lambda _: None
    merge: Step
    tables: tuple[type[models.Model], ...]
    late_rejects: Callable[[Preparation], Iterable[Rejects]] = lambda _: ()
    losers: Callable[[Preparation], Losers | None] = lambda _: None


def rows_of(block: Block, context: MemberContext, dictionaries: frozenset[str] = frozenset()) -> Rows:
    """The records of a block, columns named in `dictionaries` encoded so; texts of a file for spreadsheets as given."""
    columns = context.format.columns
    rows = read_rows(block, columns, dictionaries & set(columns))
    return texts_as_given(rows) if context.options.spreadsheet else rows

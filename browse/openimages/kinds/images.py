"""Files of image rows."""

from __future__ import annotations

from collections import Counter
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.models import Author, Image, License
from browse.openimages.job import Job
from browse.openimages.kinds.kind import FileKind, Losers, MemberContext, rows_of
from browse.openimages.merging.known_images import Keys, positions
from browse.openimages.merging.merge_images import compare
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.parse_images import DICTIONARIES, parse_images
from browse.openimages.reading.parsed import IMAGE_SCHEMA, ParsedImages
from browse.openimages.workspace import Entry

COLUMNS = ("ImageID", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL", "Author", "Title")
OPTIONAL = frozenset({"Subset", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"})


def _parse(block: Block, context: MemberContext) -> ParsedImages:
    rows = rows_of(block, context, DICTIONARIES)
    may_fetch = context.options.may_fetch
    return parse_images(rows, subset=context.subset, decimal=context.decimal, may_fetch=may_fetch)


def _keep(job: Job, entry: Entry, parts: list[ParsedImages]) -> None:
    table = pa.concat_tables([IMAGE_SCHEMA.empty_table(), *(part.table for part in parts)]).combine_chunks()
    if job.options.limit is not None:
        table = _limited(job, entry, table)
    entry.images = table.num_rows
    entry.blocked = sum(part.blocked for part in parts)
    job.workspace.write_table("images", entry, table)
    job.workspace.write_array("keys", entry, table.column("key").to_numpy())


def _limited(job: Job, entry: Entry, table: pa.Table) -> pa.Table:
    """The first images of each subset, as many as --limit says; the others are skipped and remembered.

    Further rows for an image that this run took already are kept; what the database holds makes no difference.
    """
    keys, subsets = table.column("key").to_numpy(), table.column("subset").to_numpy()
    job.known.refresh()
    keep = job.known.is_of_run(keys)
    taken = _take(job, keys, subsets, np.flatnonzero(~keep))
    entry.taken = {str(subset): count for subset, count in Counter(subsets[taken].tolist()).items()}
    order = np.argsort(keys[taken])
    place, found = positions(keys[taken][order], keys)
    keep |= found & (np.arange(len(keys)) >= taken[order][place]) if len(taken) else False
    entry.skipped = entry.beyond = int(np.count_nonzero(~keep))
    if entry.beyond:
        job.workspace.write_array("beyond", entry, keys[~keep])
    return table.take(pa.array(np.flatnonzero(keep)))


def _take(job: Job, keys: Keys, subsets: Keys, rows: Keys) -> Keys:
    """Those of `rows` at which an image is taken: under the subset of that row, which has room left."""
    room = dict.fromkeys(np.unique(subsets).tolist(), job.options.limit or 0)
    for earlier in job.workspace.entries:
        for subset, count in earlier.taken.items():
            room[int(subset)] = room.get(int(subset), 0) - count
    rows = rows[np.isin(subsets[rows], [subset for subset, left in room.items() if left > 0])]
    taken: dict[int, int] = {}
    for row, key, subset in zip(rows.tolist(), keys[rows].tolist(), subsets[rows].tolist(), strict=True):
        if room[subset] > 0 and key not in taken:
            taken[key] = row
            room[subset] -= 1
    return np.array(list(taken.values()), np.int64)


def _losers(merge: Preparation) -> Losers | None:
    disputed = merge.disputed_images()
    return partial(_losing_rows, disputed) if len(disputed) else None


def _losing_rows(disputed: pa.Table, block: Block, context: MemberContext) -> tuple[npt.NDArray[np.int64], pa.Array]:
    rows = rows_of(block, context, DICTIONARIES)
    images = parse_images(rows, subset=context.subset, decimal=context.decimal)
    lines = images.lines[_differing(images, disputed)]
    return lines, rows.raw(np.searchsorted(rows.lines, lines))


def _differing(images: ParsedImages, disputed: pa.Table) -> npt.NDArray[np.int64]:
    standing_keys = disputed.column("key").to_numpy()
    here = np.flatnonzero(np.isin(images.table.column("key").to_numpy(), standing_keys))
    if not len(here):
        return here
    coming = images.table.take(pa.array(here))
    order = np.argsort(standing_keys)
    places = order[np.searchsorted(standing_keys[order], coming.column("key").to_numpy())]
    differs, _ = compare(disputed.take(pa.array(places)), coming)
    return here[differs]


IMAGES = FileKind(
    name="images",
    title="images",
    shapes=(HeaderShape(COLUMNS, OPTIONAL),),
    read_order=1,
    batch_rows=100_000,
    parse=_parse,
    keep=_keep,
    merge=Preparation.merge_images,
    tables=(License, Author, Image),
    losers=_losers,
)

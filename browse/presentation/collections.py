"""Collections as pages show them: covers, a grid with credit, and a job on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from browse.models import BulkJob, CollectionDetails
from browse.presentation.addresses import own_address, with_query
from browse.presentation.pager import pager
from browse.presentation.tiles import Tile, plain_tiles, preview
from browse.search import Snapshot
from browse.search.collected import CollectionPage, covers_of

PER_PAGE = 60
UNFINISHED = (BulkJob.State.ADDING, BulkJob.State.UNDOING)


@dataclass(frozen=True)
class Cover:
    """A collection in a list; `tile` is None where it has no image to be seen."""

    details: CollectionDetails
    href: str
    tile: Tile | None


def covers(snapshot: Snapshot, listed: Sequence[CollectionDetails]) -> list[Cover]:
    """Collections with their covers, in the order given."""
    cards = covers_of(snapshot, listed)
    tiles = {tile.image_id: tile for tile in plain_tiles(list(cards.values()), href=own_address, size="m")}
    shown = {collection: tiles[card.image_id] for collection, card in cards.items()}
    return [Cover(one, address(one), shown.get(one.collection_id)) for one in listed]


def collection_context(
    details: CollectionDetails, found: CollectionPage, *, page: int, is_own: bool, jobs: Sequence[BulkJob]
) -> dict[str, Any]:
    """What the template takes for one page of a collection."""
    href = address(details)
    tiles = plain_tiles(found.images, href=own_address, size="m")
    return {
        "details": details,
        "uid": details.collection.uid,
        "owner": details.collection.by,
        "is_own": is_own,
        "count": found.count,
        "tiles": tiles,
        **preview(tiles if details.is_public else ()),
        "jobs": jobs,
        "pager": pager(
            page=page,
            count=found.count,
            per_page=PER_PAGE,
            href=lambda number: with_query(href, urlencode({"page": number}) if number > 1 else ""),
            action=href,
            kept=[],
        ),
    }


def address(details: CollectionDetails) -> str:
    """The page of a collection, which is its public link too."""
    return reverse("browse:collection", args=[details.collection.uid])


def job_values(job: BulkJob) -> dict[str, Any]:
    """How far a job has come, for pages and scripts."""
    return {
        "state": job.state,
        "seen": job.seen,
        "total": job.total,
        "changed": job.changed,
        "is_unfinished": job.state in UNFINISHED,
        "words": job_words(job),
    }


def job_words(job: BulkJob) -> str:
    """The same as a sentence."""
    seen, total, changed = f"{job.seen:,}", f"{job.total:,}", f"{job.changed:,}"
    others = "; the others were in it already" if job.changed < job.seen else ""
    return {
        BulkJob.State.ADDING: f"{seen} of {total} images looked at, {changed} of them added.",
        BulkJob.State.DONE: f"Done: {changed} of {seen} images added{others}.",
        BulkJob.State.UNDOING: f"{seen} of {total} images taken out again.",
        BulkJob.State.UNDONE: f"Undone: {seen} images were taken out again.",
    }[BulkJob.State(job.state)]

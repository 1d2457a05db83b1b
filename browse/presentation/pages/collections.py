"""Collections as pages show them: covers, a grid with credit, and a job on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from browse.domain.bulk_job import UNFINISHED, JobProgress, JobState
from browse.domain.plural import counted
from browse.presentation.parts.addresses import own_address, with_query
from browse.presentation.parts.pager import pager
from browse.presentation.parts.tiles import Tile, plain_tiles, preview
from browse.search.collections import CollectionPage, CollectionSummary, CoveredCollection

PER_PAGE = 60


@dataclass(frozen=True)
class Cover:
    """A collection in a list; `tile` is None where it has no image to be seen."""

    details: CollectionSummary
    href: str
    tile: Tile | None


def covers(listed: Sequence[CoveredCollection]) -> list[Cover]:
    """Collections with their covers, in the order given."""
    cards = [one.cover for one in listed if one.cover]
    tiles = {tile.image_id: tile for tile in plain_tiles(cards, href=own_address, size="m")}
    return [
        Cover(one.summary, address(one.summary.uid), tiles[one.cover.image_id] if one.cover else None) for one in listed
    ]


def collection_context(
    details: CollectionSummary, found: CollectionPage, *, page: int, is_own: bool, jobs: Sequence[JobProgress]
) -> dict[str, Any]:
    """What the template takes for one page of a collection."""
    href = address(details.uid)
    tiles = plain_tiles(found.images, href=own_address, size="m")
    return {
        "details": details,
        "uid": details.uid,
        "owner": details.owner,
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


def address(uid: UUID) -> str:
    """The page of a collection, which is its public link too."""
    return reverse("browse:collection", args=[uid])


def job_values(job: JobProgress) -> dict[str, Any]:
    """How far a job has come, for pages and scripts."""
    return {
        "state": job.state,
        "seen": job.seen,
        "total": job.total,
        "changed": job.changed,
        "is_unfinished": job.state in UNFINISHED,
        "words": job_words(job),
    }


def job_words(job: JobProgress) -> str:
    """The same as a sentence."""
    seen, total = counted(job.seen, "image"), counted(job.total, "image")
    others = "; the others were already in it" if job.changed < job.seen else ""
    were = "was" if job.seen == 1 else "were"
    return {
        JobState.ADDING: f"{job.seen:,} of {total} processed, {job.changed:,} of them added.",
        JobState.DONE: f"Done: {job.changed:,} of {seen} added{others}.",
        JobState.UNDOING: f"{job.seen:,} of {total} removed again.",
        JobState.UNDONE: f"Undone: {seen} {were} removed again.",
    }[job.state]

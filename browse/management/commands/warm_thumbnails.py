"""python manage.py warm_thumbnails"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from browse.domain.picture_status import PictureStatus
from browse.exports.matches import Matches, matching
from browse.facets.engine import UnknownValueError
from browse.management.progress import TerminalProgress
from browse.models import Image
from browse.requests.parameters import BadQueryError
from browse.requests.readers import read_query
from browse.search import SearchError
from browse.thumbnails.config import ENCODINGS, SIZES
from browse.thumbnails.current import service_for_bulk
from browse.thumbnails.rendering import Output
from browse.thumbnails.sources import Picture
from browse.thumbnails.states import picture_of_row
from browse.thumbnails.warming import warm


class Command(BaseCommand):
    help = (
        "Fetch and render the pictures of a query ahead of time. It can be interrupted and run again: it resumes where "
        "it stopped, and requests no picture that is known to be gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "query", nargs="?", default="", help="query string as in the browse page's address; default: all images"
        )
        parser.add_argument("--jobs", type=int, default=8, help="pictures at a time, 1 to 64 (default 8)")
        parser.add_argument("--limit", type=int, help="stop after this many pictures")
        parser.add_argument("--size", action="append", choices=list(SIZES), help="size, may repeat (default m)")
        parser.add_argument("--format", action="append", choices=list(ENCODINGS), help="may repeat (default webp)")

        looks = "also see again what was seen before looks were worked out, which training sets may need"
        parser.add_argument("--looks", action="store_true", help=looks)

    def handle(self, *args: Any, **options: Any) -> None:
        jobs, limit = options["jobs"], options["limit"]
        if not 1 <= jobs <= 64:
            raise CommandError("--jobs: 1 to 64 pictures at a time.")
        if limit is not None and limit < 1:
            raise CommandError("--limit: at least 1.")
        sizes, formats = options["size"] or ["m"], options["format"] or ["webp"]
        outputs = [Output(SIZES[size].side, encoding) for size in sizes for encoding in formats]
        try:
            counts = self._warm(options["query"], outputs, jobs=jobs, limit=limit, looks=options["looks"])
        except BadQueryError as error:
            raise CommandError("\n".join(f"{e.parameter}: {e.value!r} {e.message}" for e in error.errors)) from error
        except (SearchError, UnknownValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(summary(counts))
        if counts and not counts[PictureStatus.FRESH]:
            raise CommandError("None of these pictures could be fetched.")

    def _warm(
        self, query: str, outputs: list[Output], *, jobs: int, limit: int | None, looks: bool
    ) -> Counter[PictureStatus]:
        matches = matching(read_query(QueryDict(query.removeprefix("?"))).query)
        total = matches.count if limit is None else min(limit, matches.count)
        counts: Counter[PictureStatus] = Counter()
        service = service_for_bulk(jobs)
        try:
            with TerminalProgress(sys.stderr) as progress:
                pictures = pictures_of(matches, total)
                for warmed in warm(service, pictures, outputs, jobs=jobs, needs_looks=looks):
                    counts[warmed.status] += 1
                    progress.report("Pictures", counts.total(), total)
                    if service.cache.full:
                        raise CommandError(f"No picture can be kept: {service.cache.full}.")
        finally:
            service.close()
        return counts


def pictures_of(matches: Matches, limit: int) -> Iterator[Picture]:
    """The pictures of the first so many images, in the query's order. Raises SearchError."""
    left = limit
    for keys in matches.batches():
        wanted = keys[:left]
        images, shown = matches.read(wanted, partial(Image.objects.in_bulk, wanted))
        yield from (picture_of_row(images[key]) for key in shown)
        left -= len(keys)
        if left <= 0:
            return


def summary(counts: Counter[PictureStatus]) -> str:
    """How many pictures came to what, in words."""
    others = [f"{counts[status]:,} {status.value}" for status in PictureStatus if counts[status]]
    return (
        f"Pictures: {counts.total():,}, of which {', '.join(others)}." if others else "There are no pictures to fetch."
    )

"""A long history for bench_admin.py: what a busy year leaves, over months, much of it about one image."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from browse.curation.actions import raise_revision
from browse.models import (
    Collection,
    CollectionDetails,
    CollectionItem,
    Decision,
    Flag,
    Hiding,
    Image,
    Label,
    LabelNote,
    LicenseCheck,
    SavedView,
    Verdict,
)
from browse.query.values import Query
from browse.search import current_engine

SEED = 7
PENDING = 500
ON_ONE_IMAGE = 1000
"""Rows of each kind about one image."""
COLLECTIONS = 100
LABELS = 200
USERS = 20
OVER = dt.timedelta(days=365)
AT_ONCE = 5000
STATES = """
    INSERT INTO browse_picturestate
        (image_key, state, reason, source, verified, version, width, height, failures, checked, retry_at)
    SELECT id, CASE WHEN id & 63 < 2 THEN 'dead' WHEN id & 63 < 3 THEN 'error' WHEN id & 63 < 8 THEN 'pending'
                    ELSE 'fresh' END, '', 'thumbnail', FALSE, '', 1024, 768, 0, %s, NULL
    FROM browse_image WHERE TRUE ON CONFLICT DO NOTHING"""


@dataclass(frozen=True)
class Draw:
    """Where rows come from: the images, of which the first is the one that much is said of; labels; how many rows."""

    rows: int
    keys: list[int]
    mids: list[str]
    chance: random.Random

    def entries(self, *, about_images: bool = True) -> Iterator[dict[str, Any]]:
        """Who and when, one after the other over a year, and about which image."""
        now, busy = timezone.now(), max(1, self.rows // ON_ONE_IMAGE)
        for number in range(self.rows):
            entry: dict[str, Any] = {
                "by": f"user{self.chance.randrange(USERS)}",
                "at": now - OVER + OVER * number / self.rows,
            }
            if about_images:
                entry["image_key"] = self.keys[0] if number % busy == 0 else self.chance.choice(self.keys)
            yield entry


def fill(rows: int) -> int:
    """So many rows of each kind, a picture's state for each image, and a new revision; the key of the busy image."""
    draw = _draw(rows)
    with connection.cursor() as cursor:
        cursor.execute(STATES, [timezone.now()])
    _fill_verdicts(draw)
    _fill_flags(draw)
    _fill_images(draw)
    _fill_collections(draw)
    _fill_names(draw)
    raise_revision()
    return draw.keys[0]


def _draw(rows: int) -> Draw:
    chance, engine = random.Random(SEED), current_engine().without_corrections()
    size = max(1, min(200, engine.images // 40))
    numbers = [chance.randint(1, max(1, engine.images // size)) for _ in range(40)]
    keys = [key for number in numbers for key in engine.page(Query(), number=number, size=size).keys]
    return Draw(rows, list(dict.fromkeys(keys)), list(Label.objects.values_list("mid", flat=True)[:LABELS]), chance)


def _fill_verdicts(draw: Draw) -> None:
    """One in twenty is an undoing of an earlier one."""
    chance = draw.chance
    given = Verdict.objects.bulk_create(
        (
            Verdict(**entry, mid=draw.mids[0] if n % 3 else chance.choice(draw.mids), says=chance.choice(("yes", "no")))
            for n, entry in enumerate(draw.entries())
        ),
        batch_size=AT_ONCE,
    )
    undone = chance.sample(given, draw.rows // 20)
    Verdict.objects.bulk_create(
        (
            Verdict(image_key=one.image_key, mid=one.mid, says="undo", undoes=one, by=one.by, at=timezone.now())
            for one in undone
        ),
        batch_size=AT_ONCE,
    )


def _fill_flags(draw: Draw) -> None:
    """All decided but the last and some before them, a few twice."""
    chance, reasons = draw.chance, Flag.Reason.values
    flags = Flag.objects.bulk_create(
        (Flag(**entry, reason=chance.choice(reasons), why="because") for entry in draw.entries()), batch_size=AT_ONCE
    )
    decided = flags[:-PENDING] if len(flags) > PENDING else []
    again = chance.sample(decided, len(decided) // 50)
    outcomes = [*((flag, "dismissed") for flag in decided), *((flag, "reopened") for flag in again[::2])]
    Decision.objects.bulk_create(
        (
            Decision(flag=flag, by="user1", at=flag.at + dt.timedelta(hours=n // 1000), outcome=outcome)
            for n, (flag, outcome) in enumerate(outcomes)
        ),
        batch_size=AT_ONCE,
    )


def _fill_images(draw: Draw) -> None:
    """License checks, and a fifth as many images taken down and shown again."""
    chance = draw.chance
    results = ("gone", "other", "as-listed", "as-listed")
    LicenseCheck.objects.bulk_create(
        (LicenseCheck(**entry, result=chance.choice(results)) for entry in draw.entries()), batch_size=AT_ONCE
    )
    taken_down = (entry for n, entry in enumerate(draw.entries()) if n % 5 == 0)
    Hiding.objects.bulk_create(
        (Hiding(**entry, hidden=chance.random() < 0.5, why="asked") for entry in taken_down), batch_size=AT_ONCE
    )


def _fill_collections(draw: Draw) -> None:
    """The first has half of all images that are in any; the busy image is in all."""
    now = timezone.now()
    made = Collection.objects.bulk_create(Collection(by=f"user{n % USERS}", at=now) for n in range(COLLECTIONS))
    CollectionDetails.objects.bulk_create(
        CollectionDetails(
            collection=one, name=f"{version} of {one.pk}", by=one.by, at=now + dt.timedelta(seconds=version)
        )
        for one in made
        for version in range(3)
    )
    known = list(Image.objects.values_list("pk", flat=True)[: draw.rows // 2])
    inside = [(made[0], key) for key in known]
    inside += [(one, key) for one in made for key in draw.keys[: draw.rows // 2 // COLLECTIONS]]
    CollectionItem.objects.bulk_create(
        (CollectionItem(collection=one, image_key=key, by=one.by, at=now) for one, key in inside), batch_size=AT_ONCE
    )


def _fill_names(draw: Draw) -> None:
    """Saved views, and notes on labels, a tenth as many."""
    entries = [entry for n, entry in enumerate(draw.entries(about_images=False)) if n % 10 == 0]
    SavedView.objects.bulk_create((SavedView(**entry, name="view", query="") for entry in entries), batch_size=AT_ONCE)
    LabelNote.objects.bulk_create(
        (LabelNote(**entry, mid=draw.chance.choice(draw.mids), note="a note") for entry in entries), batch_size=AT_ONCE
    )

"""Many rows at once, from a sheet, a selection or a script: all of them or none, in one transaction and one revision.

Who sends them calls them by a key of their own: sent again under it, they are not written again, nor is what counts
already. Errors name each wrong row by its place and field. Images are given as ImageIDs, labels as MIDs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from browse.curation.actions import AlreadyDoneError, CurationError, NotYoursError, UnknownError, raise_revision
from browse.domain.image_ids import IMAGE_ID, key_from_image_id
from browse.domain.row_faults import Faults
from browse.models import Batch, DatasetState, Image, Label, Verdict
from browse.models.curation import Ruling, effective, hidden_among, only_effective
from browse.requests.rows import KEY, KEY_GRAMMAR, MOST_ROWS

AT_ONCE = 500
TICK = dt.timedelta(microseconds=1)


class KeyUsedError(CurationError):
    """The key belongs to another batch."""


@dataclass(frozen=True)
class VerdictRow:
    """A verdict to be given: yes, no or unsure."""

    image_id: str
    mid: str
    says: str
    why: str = ""


@transaction.atomic
def give_verdicts(*, rows: Sequence[VerdictRow], by: str, key: str) -> Batch:
    """Verdicts on many pairs; those that stand already as one's own are not written again.

    Raises CurationError, of which KeyUsedError, and BadRowsError.
    """
    batch, is_new = begin(Batch.Kind.VERDICTS, rows, by=by, key=key)
    if not is_new:
        return batch
    faults = Faults()
    keys = keys_of([row.image_id for row in rows], faults)
    check_labels([row.mid for row in rows], faults)
    check_choices([row.says for row in rows], ("yes", "no", "unsure"), "says", faults)
    pairs = [(key, row.mid) for key, row in zip(keys, rows, strict=True)]
    check_distinct(pairs, "image_id", [row.image_id for row in rows], faults)
    faults.end()
    raise_revision()
    return _write_verdicts(batch, _new_verdicts(pairs, rows, by=by))


@transaction.atomic
def undo_batch(*, batch: UUID, by: str, why: str = "", of_others: bool = False) -> Batch:
    """Take back what is left of a batch of verdicts: one's own, or with `of_others` anybody's. Raises CurationError."""
    _hold()
    undone = Batch.objects.filter(uid=batch, kind=Batch.Kind.VERDICTS).first()
    if undone is None:
        raise UnknownError("there is no such batch of verdicts")
    if undone.by != by and not of_others:
        raise NotYoursError(f"this batch belongs to {undone.by}")
    left = list(only_effective(undone.verdicts))
    if not left:
        raise AlreadyDoneError("all of this has already been undone")
    raise_revision()
    latest = {pair: rows[-1].at for pair, rows in _verdicts_on([(row.image_key, row.mid) for row in left]).items()}
    now = timezone.now()
    rows = [
        Verdict(
            image_key=row.image_key,
            mid=row.mid,
            says=Verdict.Says.UNDO,
            undoes=row,
            by=by,
            why=why,
            at=max(now, latest[row.image_key, row.mid] + TICK),
        )
        for row in left
    ]
    kind = Batch.Kind.UNDO
    made = Batch(kind=kind, by=by, key=f"undo {undone.uid} {len(left)}", given=len(left), undoes=undone)
    return _write_verdicts(made, rows)


def begin(kind: str, rows: Sequence[Any], *, by: str, key: str, about: str = "") -> tuple[Batch, bool]:
    """A batch that is still to be written, and True; or the one of this key that was, and False.

    about: what else two equal batches have in common.
    Other batches wait until the transaction is over. Raises CurationError.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise CurationError(f"a batch has 1 to {MOST_ROWS:,} rows, not {len(rows):,}")
    if not KEY.fullmatch(key):
        raise CurationError(f"a batch needs a key: {KEY_GRAMMAR}")
    _hold()
    digest = hashlib.sha256(repr((str(kind), about, list(rows))).encode()).hexdigest()
    written = Batch.objects.filter(by=by, key=key).first()
    if written is None:
        return Batch(kind=kind, by=by, key=key, digest=digest, given=len(rows)), True
    if written.digest != digest:
        raise KeyUsedError("this key was used for another batch")
    return written, False


def _hold() -> None:
    """Have batches wait for each other, and for all that give the data set a new revision."""
    DatasetState.objects.select_for_update().filter(pk=1).first()


def keys_of(image_ids: Sequence[str], faults: Faults, *, unseen: Container[int] = ()) -> list[int]:
    """The key of each image; a fault for those that are no ImageID, and for those that are not there to be seen.

    unseen: rows whose images need not be there. Two queries for each 500 images.
    """
    keys = [key_from_image_id(one) if IMAGE_ID.fullmatch(one) else None for one in image_ids]
    there: set[int] = set()
    for some in chunks(sorted({key for key in keys if key is not None})):
        there |= set(Image.objects.filter(pk__in=some).values_list("pk", flat=True)) - hidden_among(some)
    for row, (image_id, key) in enumerate(zip(image_ids, keys, strict=True)):
        if key is None:
            faults.add(row, "image_id", image_id, "must be an ImageID: 16 lower-case hex digits")
        elif key not in there and row not in unseen:
            faults.add(row, "image_id", image_id, "is not an image of the data set")
    return [key or 0 for key in keys]


def check_labels(mids: Sequence[str], faults: Faults, *, may_be_empty: bool = False) -> None:
    """Faults of those that are no MID of a label. One query for each 500 labels."""
    there: set[str] = set()
    for some in chunks(sorted(set(mids))):
        there |= set(Label.objects.filter(mid__in=some).values_list("mid", flat=True))
    for row, mid in enumerate(mids):
        if mid not in there and not (may_be_empty and not mid):
            faults.add(row, "mid", mid, "is not the MID of a label in the data set")


def check_choices(values: Sequence[str], allowed: Iterable[str], name: str, faults: Faults) -> None:
    """Faults of those that are none of these words."""
    words = list(allowed)
    for row, value in enumerate(values):
        if value not in words:
            faults.add(row, name, value, f"must be one of {', '.join(words)}")


def check_distinct(things: Sequence[object], name: str, values: Sequence[str], faults: Faults) -> None:
    """Faults of rows about something that an earlier row is about."""
    first: dict[object, int] = {}
    for row, thing in enumerate(things):
        if first.setdefault(thing, row) != row:
            faults.add(row, name, values[row], f"is in row {first[thing]} already")


def _new_verdicts(pairs: list[Ruling], rows: Sequence[VerdictRow], *, by: str) -> list[Verdict]:
    """Those that do not stand already, each later than what was said of its pair before."""
    before, now = _verdicts_on(pairs), timezone.now()
    new = []
    for pair, row in zip(pairs, rows, strict=True):
        said = before.get(pair, [])
        if _stands(said, row, by=by):
            continue
        at = max([now, *(one.at + TICK for one in said[-1:])])
        new.append(Verdict(image_key=pair[0], mid=pair[1], says=row.says, by=by, why=row.why, at=at))
    return new


def _stands(said: list[Verdict], row: VerdictRow, *, by: str) -> bool:
    """Whether one's own word counts on this pair, says the same, and has no other reason."""
    left = effective(said)
    return bool(left) and (left[-1].by, left[-1].says) == (by, row.says) and row.why in ("", left[-1].why)


def _verdicts_on(pairs: Iterable[Ruling]) -> dict[Ruling, list[Verdict]]:
    """All verdicts on some pairs, in order."""
    wanted = set(pairs)
    mids = {mid for _, mid in wanted}
    found: dict[Ruling, list[Verdict]] = defaultdict(list)
    for some in chunks(sorted({key for key, _ in wanted})):
        verdicts = Verdict.objects.filter(image_key__in=some)
        for row in (verdicts.filter(mid__in=mids) if len(mids) < AT_ONCE else verdicts).in_order():
            if (row.image_key, row.mid) in wanted:
                found[row.image_key, row.mid].append(row)
    return found


def _write_verdicts(batch: Batch, rows: list[Verdict]) -> Batch:
    written = Verdict.objects.bulk_create(rows, batch_size=AT_ONCE)
    batch.written = len(written)
    if written:
        batch.first, batch.last = written[0].pk, written[-1].pk
    batch.save(force_insert=True)
    return batch


def chunks(values: list[Any]) -> Iterator[list[Any]]:
    """The values in lists that fit into one query."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]

"""What people did, over all kinds of history: one's own last acts, and everybody's by person, kind and time."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from browse.domain.history import HistoryEntry, Kind
from browse.models import Batch, Decision, Entry, Flag, Hiding, LabelNote, LicenseCheck, Opinion, Verdict
from browse.models.curation import only_effective
from browse.search.blind import current_reader
from browse.search.verdict_history import entry_of

MODELS: dict[Kind, type[Entry]] = {
    Kind.VERDICT: Verdict,
    Kind.OPINION: Opinion,
    Kind.FLAG: Flag,
    Kind.DECISION: Decision,
    Kind.LICENSE_CHECK: LicenseCheck,
    Kind.HIDING: Hiding,
    Kind.LABEL_NOTE: LabelNote,
}


@dataclass(frozen=True)
class Act:
    """Something that one did: a row of history, or a batch of verdicts by its first one.

    batch      the batch's address, or None; `number` of its verdicts.
    undoable   whether it can be undone, in part at least.
    """

    entry: HistoryEntry
    batch: str | None = None
    number: int = 1
    undoable: bool = False


@dataclass(frozen=True)
class Scope:
    """Whose activity of which kind and time is asked for: from `since` on, before `until`; None: any."""

    by: str | None
    kind: Kind | None
    since: dt.datetime
    until: dt.datetime


def own_acts(by: str, *, most: int) -> list[Act]:
    """The last acts of somebody, the newest first. Eleven queries."""
    batches = list(_batches(by)[:most])
    acts = [*_single_verdicts(by, batches, most), *_batch_acts(batches)]
    for kind, model in MODELS.items():
        if kind is not Kind.VERDICT:
            acts += [Act(entry_of(row)) for row in model.objects.filter(by=by).order_by("-at", "-pk")[:most]]
    return sorted(acts, key=lambda act: (act.entry.at, act.entry.pk), reverse=True)[:most]


def _batches(by: str) -> Any:
    """Batches of verdicts or undos, each with `is_left`: whether any of it is not undone yet."""
    rows = Verdict.objects.filter(pk__gte=OuterRef("first"), pk__lte=OuterRef("last"))
    return (
        Batch.objects.filter(by=by, written__gt=0, first__isnull=False)
        .annotate(
            is_left=Exists(only_effective(rows)),
        )
        .order_by("-pk")
    )


def _batch_acts(batches: list[Any]) -> list[Act]:
    firsts = Verdict.objects.in_bulk([batch.first for batch in batches])
    return [
        Act(entry_of(firsts[batch.first]), str(batch.uid), batch.written, undoable=batch.is_left) for batch in batches
    ]


def _single_verdicts(by: str, batches: list[Any], most: int) -> list[Act]:
    """Those that came alone; earlier batches than these are older than as many acts."""
    inside = Q()
    for batch in batches:
        inside |= Q(pk__range=(batch.first, batch.last))
    given = Verdict.objects.filter(by=by).exclude(inside) if batches else Verdict.objects.filter(by=by)
    rows = list(given.order_by("-at", "-pk")[:most])
    left = set(only_effective(Verdict.objects.filter(pk__in=[row.pk for row in rows])).values_list("pk", flat=True))
    return [Act(entry_of(row), undoable=row.pk in left) for row in rows]


def activity(scope: Scope) -> Iterator[HistoryEntry]:
    """All that was done, the newest first: read as it is taken. One query for each kind."""
    told = partial(entry_of, reader=current_reader())  # who reads is known now, not while a file is sent
    streams = [map(told, _rows(model, scope).order_by("-at", "-pk").iterator()) for model in _models(scope)]
    return heapq.merge(*streams, key=lambda entry: (entry.at, entry.pk), reverse=True)


def page_of_activity(scope: Scope, *, page: int, size: int) -> tuple[list[HistoryEntry], bool]:
    """One page of it, and whether there are more. One query for each kind."""
    end = page * size + 1
    rows: list[Entry] = []
    for model in _models(scope):
        rows += _rows(model, scope).order_by("-at", "-pk")[:end]
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)
    return [entry_of(row) for row in rows[end - 1 - size : end - 1]], len(rows) >= end


def counts_of(scope: Scope) -> dict[str, Counter[Kind]]:
    """How many of each kind each person did, by user name. One query for each kind."""
    found: dict[str, Counter[Kind]] = {}
    for kind, model in MODELS.items():
        if scope.kind in (None, kind):
            grouped = _rows(model, scope).order_by().values("by").annotate(number=Count("pk"))
            for row in grouped.values_list("by", "number"):
                found.setdefault(row[0], Counter())[kind] = row[1]
    return found


def _models(scope: Scope) -> list[type[Entry]]:
    return [model for kind, model in MODELS.items() if scope.kind in (None, kind)]


def _rows(model: type[Entry], scope: Scope) -> Any:
    rows = model.objects.filter(at__gte=scope.since, at__lt=scope.until)
    return rows if scope.by is None else rows.filter(by=scope.by)

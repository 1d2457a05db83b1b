"""What people said of an image: verdicts by label, license checks, flags, take-downs, as rows and as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from browse.domain.history import HistoryEntry, Kind
from browse.models import Decision, Entry, Flag, Hiding, LabelNote, LicenseCheck, Opinion, Verdict
from browse.models.curation import effective
from browse.search.blind import Reader, current_reader


@dataclass(frozen=True)
class PairVerdicts:
    """The verdicts on one label of an image, in order. standing: the one that counts, if any."""

    verdicts: tuple[HistoryEntry, ...]
    standing: HistoryEntry | None


def verdicts_on(image_key: int) -> dict[str, PairVerdicts]:
    """What was said of each label of an image, by MID. One query."""
    by_mid: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in Verdict.objects.filter(image_key=image_key).in_order():
        by_mid[verdict.mid].append(verdict)
    return {mid: verdicts_of(rows) for mid, rows in by_mid.items()}


def verdicts_of(rows: Iterable[Verdict]) -> PairVerdicts:
    """What counts of the verdicts on one pair, given in order: the newest that is not undone."""
    verdicts = tuple(rows)
    left = effective(verdicts)
    return PairVerdicts(tuple(map(entry_of, verdicts)), entry_of(left[-1]) if left else None)


def last_check(image_key: int) -> HistoryEntry | None:
    """The newest license check of an image. One query."""
    found = LicenseCheck.objects.filter(image_key=image_key).order_by("-at", "-pk").first()
    return entry_of(found) if found else None


def record_of(image_key: int, said: Iterable[PairVerdicts]) -> list[HistoryEntry]:
    """The history of an image, of whose labels the verdicts are known; newest first. Three queries."""
    entries = [verdict for one in said for verdict in one.verdicts]
    for model in (LicenseCheck, Flag, Hiding):
        entries += map(entry_of, model.objects.filter(image_key=image_key))
    return sorted(entries, key=lambda entry: (entry.at, entry.pk), reverse=True)


def entry_of(row: Entry, reader: Reader | None = None) -> HistoryEntry:
    """A row of a table as a plain value, without what is kept from who reads. Raises KeyError where no history has it.

    reader: who reads, where that is known no more when this is asked.
    """
    kind, given = _READ[type(row)]
    entry = HistoryEntry(kind, row.pk, row.at, row.by, row.why, **given(row))
    if (reader or current_reader()).must_not_see(row):
        return replace(entry, said="", reading="", why="", is_withheld=True)
    return entry


def _of_verdict(row: Any) -> dict[str, Any]:
    return {"said": row.says, "mid": row.mid, "image_id": row.image_id}


def _of_flag(row: Any) -> dict[str, Any]:
    reading = row.get_reason_display()
    return {"said": row.reason, "reading": reading, "mid": row.mid, "image_id": row.image_id, "subject": row.pk}


def _of_decision(row: Any) -> dict[str, Any]:
    return {"said": row.outcome, "subject": row.flag_id}


def _of_check(row: Any) -> dict[str, Any]:
    return {"said": row.result, "reading": row.get_result_display(), "seen": row.observed, "image_id": row.image_id}


def _of_hiding(row: Any) -> dict[str, Any]:
    return {"said": "hidden" if row.hidden else "shown", "image_id": row.image_id}


def _of_note(row: Any) -> dict[str, Any]:
    return {"mid": row.mid}


_READ: dict[type[Entry], tuple[Kind, Callable[[Any], dict[str, Any]]]] = {
    Verdict: (Kind.VERDICT, _of_verdict),
    Opinion: (Kind.OPINION, _of_verdict),
    Flag: (Kind.FLAG, _of_flag),
    Decision: (Kind.DECISION, _of_decision),
    LicenseCheck: (Kind.LICENSE_CHECK, _of_check),
    Hiding: (Kind.HIDING, _of_hiding),
    LabelNote: (Kind.LABEL_NOTE, _of_note),
}

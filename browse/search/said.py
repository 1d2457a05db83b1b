"""What people said of an image: verdicts by label, licence checks, flags, take-downs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from browse.models import Entry, Flag, Hiding, LicenceCheck, Verdict


@dataclass(frozen=True)
class Said:
    """The verdicts on one label of an image, in order. standing: the one that counts, if any."""

    verdicts: tuple[Verdict, ...]
    standing: Verdict | None


@dataclass(frozen=True)
class Record:
    """Everything people did to an image, newest first."""

    entries: list[Entry] = field(default_factory=list)


def verdicts_on(image_key: int) -> dict[str, Said]:
    """What was said of each label of an image, by MID. One query."""
    by_mid: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in Verdict.objects.filter(image_key=image_key).in_order():
        by_mid[verdict.mid].append(verdict)
    return {mid: said_by(rows) for mid, rows in by_mid.items()}


def said_by(rows: Iterable[Verdict]) -> Said:
    """What counts of the verdicts on one pair, given in order: the newest that is not undone."""
    verdicts = tuple(rows)
    undone = {verdict.undoes_id for verdict in verdicts}
    left = [one for one in verdicts if one.says != Verdict.Says.UNDO and one.pk not in undone]
    return Said(verdicts, left[-1] if left else None)


def last_check(image_key: int) -> LicenceCheck | None:
    """The newest licence check of an image. One query."""
    found: LicenceCheck | None = LicenceCheck.objects.filter(image_key=image_key).order_by("-at", "-pk").first()
    return found


def record_of(image_key: int, said: Iterable[Said]) -> Record:
    """The history of an image, of whose labels the verdicts are known. Three queries."""
    entries: list[Entry] = [verdict for one in said for verdict in one.verdicts]
    for model in (LicenceCheck, Flag, Hiding):
        entries += model.objects.filter(image_key=image_key)
    return Record(sorted(entries, key=lambda entry: (entry.at, entry.pk), reverse=True))

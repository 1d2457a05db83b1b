"""What curators changed, as the engine takes it: read once for each revision, and only what is new since the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from django.db.models import Max

from browse.facets.embedded import EmbeddedEngine
from browse.models import Hiding, Verdict
from browse.models.curation import RULING_COLUMNS, all_hidings, all_rulings, rulings

_AT_ONCE = 10_000
"""So many new verdicts are looked at one by one; for more, all are read."""
_KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class _Seen:
    """The last rows of the histories that an engine's overlay knows of."""

    verdict: int = 0
    hiding: int = 0


class Overlays:
    """The current generation's engine with the overlay of the newest revision. Threads may share one of these.

    Rows are numbered in the order in which they become visible, since whoever writes one holds the data set's state.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[EmbeddedEngine, int, EmbeddedEngine, _Seen] | None = None

    def over(self, engine: EmbeddedEngine, revision: int) -> EmbeddedEngine:
        """An engine with the changes up to a revision laid over it, or up to a later one."""
        kept = self._kept
        if kept is not None and kept[0] is engine and kept[1] == revision:
            return kept[2]
        with self._lock:
            kept = self._kept
            if kept is not None and kept[0] is engine:
                if kept[1] >= revision:
                    return kept[2]
                laid, seen = _brought_up_to_date(kept[2], kept[3])
            else:
                laid, seen = _brought_up_to_date(engine, _Seen())
            self._kept = (engine, revision, laid, seen)
        return laid


def _brought_up_to_date(engine: EmbeddedEngine, seen: _Seen) -> tuple[EmbeddedEngine, _Seen]:
    """With the rows written since; four queries where there are some, two where there are none."""
    verdict = Verdict.objects.aggregate(last=Max("pk"))["last"] or 0
    hiding = Hiding.objects.aggregate(last=Max("pk"))["last"] or 0
    words = _new_words(seen.verdict, verdict) if verdict > seen.verdict else {}
    hidings = _new_hidings(seen.hiding, hiding) if hiding > seen.hiding else {}
    now = _Seen(verdict, hiding)
    if not words and not hidings:
        return engine, now
    return engine.with_overlay(engine.overlay.with_changes(words, hidings)), now


def _new_words(after: int, last: int) -> Mapping[tuple[int, str], bool | None]:
    """What counts now on the pairs that verdicts of these numbers are about."""
    if after == 0:
        return all_rulings()
    touched = set(Verdict.objects.filter(pk__gt=after, pk__lte=last).values_list("image_key", "mid"))
    are_many = last - after > _AT_ONCE
    words = all_rulings() if are_many else rulings(_rows_about({key for key, _ in touched}))
    return {pair: words.get(pair) for pair in touched}


def _rows_about(keys: set[int]) -> list[tuple[int, int, str, str, int | None]]:
    """All verdicts on some images, in order."""
    listed = sorted(keys)
    rows: list[tuple[int, int, str, str, int | None]] = []
    for start in range(0, len(listed), _KEYS_AT_ONCE):
        some = Verdict.objects.filter(image_key__in=listed[start : start + _KEYS_AT_ONCE])
        rows.extend(some.in_order().values_list(*RULING_COLUMNS))
    return rows


def _new_hidings(after: int, last: int) -> dict[int, bool]:
    """Whether the images that rows of these numbers are about are hidden now."""
    keys = list(Hiding.objects.filter(pk__gt=after, pk__lte=last).values_list("image_key", flat=True).distinct())
    if after == 0 or len(keys) > _KEYS_AT_ONCE:
        return all_hidings()
    return dict(Hiding.objects.filter(image_key__in=keys).in_order().values_list("image_key", "hidden"))


_overlays = Overlays()


def laid_over(engine: EmbeddedEngine, revision: int) -> EmbeddedEngine:
    """The engine of this process with the changes up to a revision."""
    return _overlays.over(engine, revision)

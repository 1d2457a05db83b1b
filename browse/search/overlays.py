"""What curators changed, as the engine takes it: read once for each revision, and only what is new since the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from threading import Lock
from time import monotonic

from django.db.models import Max

from browse.facets.engine import Engine
from browse.models import DatasetState, Entry, Hiding, LicenseCheck, Verdict
from browse.models.curation import RULING_COLUMNS, all_checks, all_hidings, all_rulings, checks_in, rulings
from browse.query.values import CheckOutcome
from browse.search.moment import at_one_moment

_AT_ONCE = 10_000
"""So many new verdicts are looked at one by one; for more, all are read."""
_KEYS_AT_ONCE = 500
_MOMENT_S = 2.0
_KEPT = 8
"""Revisions whose overlays are kept: while somebody writes, readers are at several."""


@dataclass(frozen=True)
class _Seen:
    """The last rows of the histories that an engine's overlay knows of."""

    verdict: int = 0
    hiding: int = 0
    check: int = 0


@dataclass(frozen=True)
class _Laid:
    """An engine with exactly the changes up to a revision laid over it."""

    bare: Engine
    revision: int
    engine: Engine
    seen: _Seen


class Overlays:
    """The current generation's engine with the overlays of the newest revisions. Threads may share one of these.

    Rows are numbered in the order in which they become visible, since whoever writes one holds the data set's state.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[_Laid, ...] = ()
        self._changed_at = -inf

    def over(self, engine: Engine, revision: int) -> Engine:
        """An engine with the changes up to a revision laid over it; up to a later one where the database is at that."""
        found = self._find(engine, revision)
        if found is None:
            with self._lock:
                found = self._find(engine, revision) or self._lay(engine, revision)
        return found.engine

    def is_changing(self) -> bool:
        """Whether curators changed something a moment ago, and so may again while somebody reads."""
        return monotonic() - self._changed_at < _MOMENT_S

    def keep_only(self, generations: list[str]) -> None:
        """Let go of all engines but those of these generations."""
        with self._lock:
            self._kept = tuple(one for one in self._kept if one.bare.generation in generations)

    def _find(self, engine: Engine, revision: int) -> _Laid | None:
        return next((one for one in self._kept if one.bare is engine and one.revision == revision), None)

    def _lay(self, engine: Engine, revision: int) -> _Laid:
        """Those of the database's revision, from the nearest that is known; several are kept, since readers differ."""
        with at_one_moment():
            now = DatasetState.objects.filter(generation__gt="").values_list("revision", flat=True).first() or revision
            known = [one for one in self._kept if one.bare is engine]
            earlier = [one for one in known if one.revision <= now]
            nearest = max(earlier, key=lambda one: one.revision, default=_Laid(engine, 0, engine, _Seen()))
            laid = _Laid(engine, now, *_brought_up_to_date(nearest.engine, nearest.seen))
        others = [one for one in known if one.revision != now]
        if known:
            self._changed_at = monotonic()
        newest = sorted((laid, *others), key=lambda one: one.revision)
        self._kept = tuple(newest[-_KEPT:])
        return laid


def _brought_up_to_date(engine: Engine, seen: _Seen) -> tuple[Engine, _Seen]:
    """With the rows written since; three queries where there are none, two more for each kind that has some."""
    now = _Seen(_last(Verdict), _last(Hiding), _last(LicenseCheck))
    words = _new_words(seen.verdict, now.verdict) if now.verdict > seen.verdict else {}
    hidings = _new_hidings(seen.hiding, now.hiding) if now.hiding > seen.hiding else {}
    checks = _new_checks(seen.check, now.check) if now.check > seen.check else {}
    if not words and not hidings and not checks:
        return engine, now
    return engine.with_changes(words, hidings, checks), now


def _last(model: type[Entry]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


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


def _new_checks(after: int, last: int) -> dict[int, CheckOutcome]:
    """What the newest license checks of the images found that rows of these numbers are about."""
    new = LicenseCheck.objects.filter(pk__gt=after, pk__lte=last)
    keys = list(new.values_list("image_key", flat=True).distinct())
    if after == 0 or len(keys) > _KEYS_AT_ONCE:
        return all_checks()
    return checks_in(LicenseCheck.objects.filter(image_key__in=keys))


_overlays = Overlays()


def is_changing() -> bool:
    """Whether this process saw curators' changes a moment ago."""
    return _overlays.is_changing()


def keep_overlays_of(generations: list[str]) -> None:
    """Let go of all that is laid over other generations, so that nobody reads those any longer."""
    _overlays.keep_only(generations)


def engine_at_revision(engine: Engine, revision: int) -> Engine:
    """The engine of this process with the changes up to a revision."""
    return _overlays.over(engine, revision)

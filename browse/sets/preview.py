"""What a recipe would make, in numbers: counts at once, and what is left after splits and caps, which takes longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from django.http import QueryDict

from browse.domain.comparison import Estimate
from browse.facets.engine import Candidates
from browse.query.canonical import canonical
from browse.query.values import MAX_TERMS, ConfidenceRange, Query, State, Term
from browse.requests.readers import read_query
from browse.search import SearchError, Snapshot
from browse.search.names import names_of
from browse.sets.estimate import expected_of
from browse.sets.fetch import hours_of
from browse.sets.formats.writer import BoxInfo, ClassInfo
from browse.sets.prepare import (
    HIDDEN,
    author_count,
    boxes_of,
    chosen_of,
    class_names,
    classes_of,
    counted,
    hidden_of,
    license_counts,
    licenses_of,
)
from browse.sets.reading import bytes_of, dead_among
from browse.sets.recipe import Negatives, Recipe
from browse.sets.rows import SetRows
from browse.sets.selection import REASONS, Chosen, Resolved, SetLabel
from browse.sets.targets import HIGHEST, NEGATIVE, POSITIVE

PREVIEW_S = 60.0
"""So long a preview with splits and caps may take, waiting included."""
_ONE_AT_A_TIME = Lock()


class PreviewBusyError(SearchError):
    """Another preview is being worked out in this process."""

    retry_after_s = 10

    def __init__(self) -> None:
        super().__init__("another preview is being worked out; try again in a moment")


@dataclass(frozen=True)
class LabelPreview:
    """A label before anything is left out. threshold: in hundredths, None where only verified pairs are taken.

    verified, unverified   positives that people confirmed, and those that nobody judged.
    queries                for verified, unverified and negatives the query that finds them; None where none can.
    """

    mid: str
    name: str
    class_name: str
    threshold: int | None
    why: str
    verified: int
    unverified: int
    negatives: int
    expected: Estimate | None
    queries: tuple[str | None, str | None, str | None]


@dataclass(frozen=True)
class LeftOutPreview:
    """A label that the set will not have. reached: the best precision, where one was asked for."""

    mid: str
    name: str
    why: str
    reached: float | None


@dataclass(frozen=True)
class SetPreview:
    """The set after all that is left out. labels: of each its counts by split; bytes: of originals of known size.

    fetch_hours: see `fetch.hours_of`; of the originals where no pictures are wanted. boxes: None where the recipe wants
    none.
    """

    images: int
    splits: dict[str, int]
    classes: tuple[ClassInfo, ...]
    by_split: dict[str, dict[str, tuple[int, int]]]
    authors: int
    licenses: tuple[tuple[str, str, int], ...]
    bytes: int
    unknown_sizes: int
    fetch_hours: float
    dead: int
    left_out: dict[str, int]
    left_out_labels: tuple[LeftOutPreview, ...]
    boxes: BoxInfo | None = None


@dataclass(frozen=True)
class Preview:
    """A recipe over a data set. candidates: images of its query; teaching: those with a target for one of its labels.

    hidden: images of the query that were taken down. made: where splits and caps were worked out.
    """

    recipe: Recipe
    candidates: int
    teaching: int
    hidden: int
    labels: tuple[LabelPreview, ...]
    left_out_labels: tuple[LeftOutPreview, ...]
    made: SetPreview | None = None


def preview(snapshot: Snapshot, recipe: Recipe, *, is_whole: bool) -> Preview:
    """The numbers of a recipe, with splits and caps where the whole is asked for. Raises RecipeError."""
    candidates, resolved = counted(snapshot, recipe)
    names = names_of(snapshot.version).by_mid
    called = class_names(names)
    base = read_query(QueryDict(recipe.images), known=snapshot.engine).query
    found = Preview(
        recipe,
        len(candidates),
        int(resolved.teaching.sum()),
        hidden_of(snapshot, recipe),
        tuple(_label(label, recipe, base, names[label.mid], called[label.mid]) for label in resolved.labels),
        _left_out(resolved, names),
    )
    return replace(found, made=_made(snapshot, candidates, resolved, found.hidden)) if is_whole else found


def one_at_a_time(work: Callable[[], Preview], *, wait_s: float) -> Preview:
    """Work out a preview when no other thread of this process does. Raises PreviewBusyError."""
    if not _ONE_AT_A_TIME.acquire(timeout=wait_s):
        raise PreviewBusyError
    try:
        return work()
    finally:
        _ONE_AT_A_TIME.release()


def _label(label: SetLabel, recipe: Recipe, base: Query, name: str, class_name: str) -> LabelPreview:
    unverified = dict(label.unverified)
    return LabelPreview(
        label.mid,
        name,
        class_name,
        None if label.threshold == HIGHEST else label.threshold,
        label.why,
        label.verified,
        sum(unverified.values()),
        label.negatives,
        expected_of(label.comparison, label.threshold, verified=label.verified, unverified=unverified),
        _queries(label, recipe, base),
    )


def _queries(label: SetLabel, recipe: Recipe, base: Query) -> tuple[str | None, str | None, str | None]:
    above = None if label.threshold == HIGHEST else ConfidenceRange(label.threshold, 100)
    whole = ConfidenceRange(0, 100)
    verified = _with(base, Term(label.mid, whole, frozenset({State.CONFIRMED, State.MISSED})))
    unverified = _with(base, Term(label.mid, above, frozenset({State.UNVERIFIED}))) if above else None
    rejected = _with(base, Term(label.mid, whole, frozenset({State.REJECTED, State.ABSENT})))
    return verified, unverified, rejected if recipe.negatives is Negatives.VERIFIED else None


def _with(base: Query, term: Term) -> str | None:
    """The query of images that have such a pair as well; None where no term can be added, or it would mean less.

    Confidence and states of a query stop asking for a pair of their own once there is a label.
    """
    if len(base.terms) >= MAX_TERMS or base.needs_a_pair:
        return None
    return canonical(replace(base, label=tuple(dict.fromkeys((*base.label, term)))))


def _left_out(resolved: Resolved, names: dict[str, str]) -> tuple[LeftOutPreview, ...]:
    return tuple(LeftOutPreview(one.label.mid, names[one.label.mid], one.why, one.reached) for one in resolved.left_out)


def _made(snapshot: Snapshot, candidates: Candidates, resolved: Resolved, hidden: int) -> SetPreview:
    chosen = chosen_of(resolved, candidates)
    names = names_of(snapshot.version).by_mid
    keys = candidates.keys[chosen.places]
    size, unknown = bytes_of(keys)
    splits = resolved.recipe.splits.names
    return SetPreview(
        images=len(keys),
        splits={name: len(chosen.of_split(number)) for number, name in enumerate(splits)},
        classes=classes_of(chosen, candidates, names),
        by_split=_by_split(chosen),
        authors=author_count(candidates.authors[chosen.places]),
        licenses=license_counts(licenses_of(snapshot), candidates.licenses[chosen.places]),
        bytes=size,
        unknown_sizes=unknown,
        fetch_hours=hours_of(len(keys), size, unknown, resolved.recipe.pictures),
        dead=dead_among(keys),
        left_out={HIDDEN: hidden, **{reason: chosen.left_out_count(reason) for reason in REASONS}},
        left_out_labels=_left_out(chosen.resolved, names),
        boxes=boxes_of(SetRows(chosen, candidates, snapshot.engine.labels, snapshot.engine.masks_of), names),
    )


def _by_split(chosen: Chosen) -> dict[str, dict[str, tuple[int, int]]]:
    """By MID and split how many positives and negatives there are."""
    names = chosen.resolved.recipe.splits.names
    return {
        label.mid: {name: (int(row[POSITIVE]), int(row[NEGATIVE])) for name, row in zip(names, rows, strict=True)}
        for label, rows in zip(chosen.resolved.labels, chosen.counts, strict=True)
    }

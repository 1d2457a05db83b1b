"""A recipe over one version of the data set: which images and pairs the set has, before any row is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import Comparison, compare
from browse.domain.dataset_arrays import NO_AUTHOR
from browse.domain.image_ids import image_id_from_key
from browse.facets.engine import Candidates, UnknownValueError
from browse.models import License
from browse.models.curation import all_hidings
from browse.query.fields import NO_SUCH, UNKNOWN_LABEL
from browse.query.values import State
from browse.requests.parameters import BadQueryError
from browse.rights import license_from_url
from browse.rights.texts import one_line
from browse.search import Snapshot
from browse.search.names import names_of
from browse.sets.estimate import expected_of, is_unlike
from browse.sets.formats.writer import BoxClass, BoxInfo, ClassInfo, PictureNumbers, SetInfo, SplitInfo
from browse.sets.looks import alike
from browse.sets.reading import images_query, looks_of, sizes_of
from browse.sets.recipe import Apart, Pairs, PictureKind, Recipe
from browse.sets.recipe_reader import RecipeError, RecipeFault
from browse.sets.rows import SetRows
from browse.sets.selection import (
    PICTURE_REASONS,
    REASONS,
    Chosen,
    Resolved,
    SetLabel,
    choose,
    resolve,
    without_pictures,
)
from browse.sets.targets import HIGHEST, NEGATIVE, POSITIVE

PROGRAM = "openimages-viewer 0.1.0, sets 5"
"""Raised when the rows or files of a set of one recipe and data set change."""
HIDDEN = "taken down"


Licenses = tuple[tuple[str, str], ...]
"""(name, URL) of each of the engine's licenses."""


@dataclass(frozen=True)
class Facts:
    """What a description needs of one version of the data set. names: of all labels; hidden: see `hidden_of`."""

    names: dict[str, str]
    licenses: Licenses
    dataset: dict[str, str]
    hidden: int
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """A set that can be written. It stays as it is whatever happens to the data set later."""

    candidates: Candidates
    chosen: Chosen
    rows: SetRows
    about: SetInfo
    facts: Facts

    @property
    def version(self) -> str:
        """Of the data set."""
        return self.facts.dataset["version"]

    @property
    def keys(self) -> npt.NDArray[np.int64]:
        """int64, ascending: the database keys of the set's images."""
        found: npt.NDArray[np.int64] = self.candidates.keys[self.chosen.places]
        return found

    def with_pictures(self, missing: Mapping[int, str], numbers: PictureNumbers) -> Prepared:
        """The set with its pictures, without the images that have none. missing: by database key the reason."""
        keys = np.array([*missing], np.int64)
        places = np.searchsorted(self.candidates.keys, keys).tolist()
        chosen = without_pictures(self.chosen, self.candidates, dict(zip(places, missing.values(), strict=True)))
        rows = self.rows.of(chosen)
        about = _described(self.facts, self.candidates, chosen, rows)
        counts = {reason: chosen.left_out_count(reason) for reason in PICTURE_REASONS}
        about = replace(about, left_out=about.left_out | counts, pictures=numbers)
        return replace(self, chosen=chosen, rows=rows, about=about)


def counted(snapshot: Snapshot, recipe: Recipe) -> tuple[Candidates, Resolved]:
    """The images of a recipe, its thresholds and counts. Raises RecipeError for what the data set does not have."""
    try:
        candidates = snapshot.engine.candidates(images_query(recipe, snapshot), deadline=snapshot.deadline)
        missing = [mid for mid in recipe.mids if not snapshot.engine.has_label(mid)]
    except (BadQueryError, UnknownValueError) as error:
        raise RecipeError([RecipeFault("images", recipe.images, str(error))]) from error
    if missing:
        raise RecipeError(RecipeFault("labels", mid, f"{mid} {UNKNOWN_LABEL}") for mid in missing)
    _check_boxes(snapshot, recipe)

    def comparison(mid: str) -> Comparison:
        return compare(snapshot.engine.statistics.tally(mid=mid))

    return candidates, resolve(recipe, candidates, comparison)


def _check_boxes(snapshot: Snapshot, recipe: Recipe) -> None:
    if recipe.boxes is not None and not snapshot.engine.has_boxes:
        raise RecipeError([RecipeFault("boxes", "", NO_SUCH.format("boxes"))])
    if recipe.has_masks and not snapshot.engine.has_masks:
        raise RecipeError([RecipeFault("boxes.masks", "true", NO_SUCH.format("masks"))])
    missing = [mid for mid in recipe.box_mids if not snapshot.engine.has_label(mid)]
    if missing:
        raise RecipeError(RecipeFault("boxes.labels", mid, f"{mid} {UNKNOWN_LABEL}") for mid in missing)


def chosen_of(resolved: Resolved, candidates: Candidates) -> Chosen:
    """The images of a recipe. Raises RecipeError where they are to stand apart by looks that nobody knows yet."""
    if Apart.LOOK not in resolved.recipe.apart:
        return choose(resolved, candidates, sizes_of)
    looks, known, hopeless = looks_of(candidates.keys)
    unseen = np.flatnonzero(resolved.teaching & ~known & ~hopeless)
    if len(unseen):
        one = image_id_from_key(int(candidates.keys[unseen[0]]))
        message = (
            f"needs all pictures, and {len(unseen):,} of {int(resolved.teaching.sum()):,} were not seen yet, such as "
            f"{one}; fetch them first: warm_thumbnails --looks with a query that finds these images"
        )
        raise RecipeError([RecipeFault("apart", Apart.LOOK, message)])
    return choose(resolved, candidates, sizes_of, alike(looks, known))


def prepare(snapshot: Snapshot, recipe: Recipe, formats: Iterable[str]) -> Prepared:
    """All that a set is, but for its rows. Raises RecipeError."""
    candidates, resolved = counted(snapshot, recipe)
    chosen = chosen_of(resolved, candidates)
    rows = SetRows(chosen, candidates, snapshot.engine.labels, snapshot.engine.masks_of)
    facts = Facts(
        names=names_of(snapshot.version).by_mid,
        licenses=licenses_of(snapshot),
        dataset={"digest": snapshot.digest, "version": snapshot.version},
        hidden=hidden_of(snapshot, recipe),
        formats=tuple(formats),
    )
    return Prepared(candidates, chosen, rows, _described(facts, candidates, chosen, rows), facts)


def _described(facts: Facts, candidates: Candidates, chosen: Chosen, rows: SetRows) -> SetInfo:
    recipe, names = chosen.resolved.recipe, facts.names
    row_hash, pairs = rows.hashed()
    left_out = {reason: chosen.left_out_count(reason) for reason in REASONS}
    return SetInfo(
        recipe=recipe,
        classes=classes_of(chosen, candidates, names),
        names=names if recipe.pairs is Pairs.EVERY else {mid: names[mid] for mid in (*recipe.mids, *recipe.box_mids)},
        splits=tuple(_splits(chosen, rows.at_once)),
        images=len(chosen.places),
        pairs=pairs,
        row_hash=row_hash,
        dataset=facts.dataset,
        program=PROGRAM,
        left_out={HIDDEN: facts.hidden, **left_out},
        left_out_labels=tuple((one.label.mid, one.why) for one in chosen.resolved.left_out),
        authors=author_count(candidates.authors[chosen.places]),
        licenses=license_counts(facts.licenses, candidates.licenses[chosen.places]),
        formats=facts.formats,
        boxes=boxes_of(rows, names),
    )


def boxes_of(rows: SetRows, names: dict[str, str]) -> BoxInfo | None:
    """The boxes of a set; None where its recipe wants none."""
    numbers = rows.box_numbers()
    if numbers is None:
        return None
    called = class_names(names)
    classes = (BoxClass(mid, names[mid], called[mid], *both) for mid, both in numbers.by_mid.items())
    are_upright = rows.chosen.resolved.recipe.pictures.kind is PictureKind.RENDERED
    return BoxInfo(numbers.boxes, numbers.images, numbers.sha256, tuple(classes), are_upright, numbers.masks)


def _splits(chosen: Chosen, at_once: int) -> Iterable[SplitInfo]:
    for number, name in enumerate(chosen.resolved.recipe.splits.names):
        images = len(chosen.of_split(number))
        if images:
            yield SplitInfo(name, images, -(-images // at_once))


def classes_of(chosen: Chosen, candidates: Candidates, names: dict[str, str]) -> tuple[ClassInfo, ...]:
    """The labels of a set, with what its images have of them."""
    taken = np.zeros(len(candidates), np.bool_)
    taken[chosen.places] = True
    called = class_names(names)
    found = []
    for label, counts in zip(chosen.resolved.labels, chosen.counts.sum(axis=1).tolist(), strict=True):
        in_set = _in_set(label, candidates, taken)
        unverified = dict(in_set.unverified)
        expected = expected_of(label.comparison, label.threshold, verified=in_set.verified, unverified=unverified)
        found.append(
            ClassInfo(
                label.mid,
                names[label.mid],
                called[label.mid],
                None if label.threshold == HIGHEST else label.threshold / 100,
                counts[POSITIVE],
                counts[NEGATIVE],
                expected,
                expected is not None and is_unlike(label.comparison, label.threshold, unverified),
            )
        )
    return tuple(found)


def _in_set(label: SetLabel, candidates: Candidates, taken: npt.NDArray[np.bool_]) -> SetLabel:
    """A label with its positives counted among the images of a set alone."""
    verified, unverified = 0, []
    for one in candidates.classes_of(label.mid):
        number = int(taken[one.places].sum())
        if one.state in (State.CONFIRMED, State.MISSED):
            verified += number
        elif one.state is State.UNVERIFIED and one.confidence >= label.threshold:
            unverified.append((one.confidence, number))
    return replace(label, verified=verified, unverified=tuple(unverified))


def class_names(names: dict[str, str]) -> dict[str, str]:
    """By MID a name that no other label has: its own, with the MID behind it where that is not unique."""
    called = dict(names)
    while True:
        again = {name for name, number in Counter(called.values()).items() if number > 1}
        if not again:
            return called
        called = {mid: f"{name} ({mid})" if name in again else name for mid, name in called.items()}


def author_count(authors: npt.NDArray[np.uint32]) -> int:
    """How many authors these are, unknown ones aside."""
    return int((np.unique(authors) != NO_AUTHOR).sum())


def licenses_of(snapshot: Snapshot) -> Licenses:
    """The engine's licenses, by slug."""
    urls = dict(License.objects.order_by("-url").values_list("slug", "url"))
    found = [license_from_url(urls.get(slug, "")) for slug in snapshot.engine.licenses]
    return tuple((one_line(one.short_name), one.deed_url or "") for one in found)


def license_counts(names: Licenses, licenses: npt.NDArray[np.uint16]) -> tuple[tuple[str, str, int], ...]:
    """(name, URL, images) of each license that some images have."""
    numbers, counts = np.unique(licenses, return_counts=True)
    return tuple((*names[number], images) for number, images in zip(numbers.tolist(), counts.tolist(), strict=True))


def hidden_of(snapshot: Snapshot, recipe: Recipe) -> int:
    """How many images of the recipe's query are taken down, by the data set's own labels."""
    hidden = [key for key, is_hidden in all_hidings().items() if is_hidden]
    if not hidden:
        return 0
    everything = snapshot.engine.without_corrections().candidates(images_query(recipe, snapshot)).keys
    return int(np.isin(np.array(hidden, np.int64), everything).sum())

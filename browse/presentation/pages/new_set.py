"""The page where a training set is put together: a row a label, the rest of the recipe, and what it would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from browse.domain.box_rows import NO, UNKNOWN, YES
from browse.domain.comparison import Estimate
from browse.domain.plural import counted
from browse.presentation.pages.image import in_bytes
from browse.presentation.parts.addresses import browse_address, label_address, path_of, with_query
from browse.presentation.parts.counts import Count
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import interval, percent
from browse.query.box_terms import ATTRIBUTE_VALUES
from browse.query.canonical import canonical
from browse.query.edits import of_images_alone
from browse.query.spelling import format_confidence
from browse.query.values import SUBSETS, Query
from browse.requests.parameters import ParameterError
from browse.requests.set_form import ALL_APART, DEFAULT_BY, DEFAULTS, MOST_IN_ADDRESS, VERIFIED, LabelField, SetForm
from browse.sets.adding import Edited
from browse.sets.formats.registry import DEFAULT, FORMATS, MASKS_IN
from browse.sets.formats.writer import BoxInfo
from browse.sets.preview import LabelPreview, Preview, SetPreview
from browse.sets.recipe import MOST_LABELS, USUAL_SIDE, canonical_json
from browse.sets.selection import DUPLICATE, OVER_CAPS, WRONG_SIDE

PRECISIONS = ("80%", "90%", "95%", "98%", "99%")
CONFIDENCES = tuple(format_confidence(hundredths) for hundredths in range(10, 101, 10))
FEW_CHOICES = ("90%", "95%", "0.5", "0.7", "0.8", "0.9", VERIFIED)
"""What rows offer where there are more of them than an address holds."""
LEFT_OUT_WORDS = {
    "taken down": "taken down",
    DUPLICATE: "identical to another file",
    WRONG_SIDE: "with the same author or file in another split",
    OVER_CAPS: "over the caps",
    "mismatch": "whose picture was changed at its source",
    "dead": "whose picture is no longer at its source",
    "blocked": "whose picture has an address that is not allowed",
    "error": "whose picture could not be fetched",
}
APART_WORDS = {"author": "authors", "file": "identical files", "look": "look-alikes, once all pictures were seen"}
FORMAT_NAMES = {
    "csv": "CSV",
    "parquet": "Parquet",
    "huggingface": "Hugging Face",
    "coco": "COCO",
    "fiftyone": "FiftyOne",
    "open_images": "Open Images V4",
    "img2dataset": "img2dataset",
    "webdataset": "WebDataset",
    "yolo": "YOLO",
}


@dataclass(frozen=True)
class Choice:
    """One of several values of a field."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class LabelRow:
    """A label of the recipe. Without counts where it is left out, which `left_out` gives the reason for.

    Numbers that no query finds have no address.
    """

    mid: str
    name: str
    href: str
    choices: tuple[Choice, ...]
    threshold: str = ""
    why: str = ""
    verified: Count | None = None
    unverified: Count | None = None
    negatives: Count | None = None
    expected: str = ""
    left_out: str = ""

    @property
    def positives(self) -> int:
        """Verified and unverified ones."""
        return sum(one.number for one in (self.verified, self.unverified) if one)


def new_set_context(
    edit: Edited,
    names: Names,
    *,
    found: Preview | None,
    faults: Sequence[ParameterError],
    can_build: bool,
    can_have_pictures: bool,
) -> dict[str, Any]:
    """What the template takes. found: what the recipe makes; None where there are no labels, or faults."""
    form = edit.form
    wants_pictures = form.fields["pictures"] != DEFAULTS["pictures"]
    has_boxes = found is not None and found.recipe.boxes is not None
    has_masks = found is not None and found.recipe.has_masks
    return {
        "form": form,
        "fields": form.fields,
        "rows": _rows(form, names, found),
        "faults": faults,
        "faulty": {fault.parameter for fault in faults},
        "unclear": edit.unclear,
        "dropped": edit.dropped,
        "most_labels": MOST_LABELS,
        "address": with_query(path_of("set-new"), form.query_string) if form.fits_an_address else "",
        "most_in_address": MOST_IN_ADDRESS,
        "subsets": [(subset, form.fields[subset]) for subset in SUBSETS],
        "box_attributes": _box_attributes(form),
        "apart": [Choice(one, APART_WORDS[one], one in form.apart) for one in ALL_APART],
        "usual": _choices(form.fields["by"], (*PRECISIONS, *CONFIDENCES, VERIFIED)),
        "found": found,
        "candidates": None if found is None else Count(found.candidates, browse_address(found.recipe.images)),
        "made": None if found is None or found.made is None else _made(found.made, names),
        "recipe": "" if found is None else canonical_json(found.recipe),
        "recipe_hash": "" if found is None else found.recipe.name,
        "formats": [
            Choice(name, FORMAT_NAMES[name], name in DEFAULT or (has_masks and name == MASKS_IN))
            for name in FORMATS
            if name != "yolo" or has_boxes
        ],
        "only_validation": _is_verified_only(form),
        "can_build": can_build and (can_have_pictures or not wants_pictures),
        "wants_pictures": wants_pictures,
        "can_have_pictures": can_have_pictures,
        "usual_side": USUAL_SIDE,
    }


def _box_attributes(form: SetForm) -> list[tuple[str, list[Choice]]]:
    """A row for each attribute, in words, with what may be asked of it."""
    rows: dict[str, list[Choice]] = {}
    for word, (attribute, value) in ATTRIBUTE_VALUES.items():
        choice = Choice(word, {YES: "yes", NO: "no", UNKNOWN: "unknown"}[value], word in form.box_attributes)
        rows.setdefault(attribute.value, []).append(choice)
    return list(rows.items())


def set_address(query: Query) -> str:
    """Where a set of the query's labels begins: each at the least confidence it is asked for with, of these images.

    The query's label and any terms become labels of the set; all else says which images.
    """
    labels: dict[str, str] = {}
    for term in query.wanted_pairs:
        low = query.range_of(term).low
        labels.setdefault(term.mid, format_confidence(low) if low else DEFAULT_BY)
    form = SetForm((), {**DEFAULTS, "images": canonical(of_images_alone(query))}).with_labels(labels)
    return with_query(path_of("set-new"), form.query_string)


def _is_verified_only(form: SetForm) -> bool:
    """Whether only pairs that raters judged are taken, which the first release has in one subset alone."""
    return bool(form.labels) and all(label.by == VERIFIED for label in form.labels)


def _rows(form: SetForm, names: Names, found: Preview | None) -> list[LabelRow]:
    previews = {} if found is None else {label.mid: label for label in found.labels}
    gone = found.made.left_out_labels if found and found.made else found.left_out_labels if found else ()
    left_out = {label.mid: label.why for label in gone}
    offered = (*PRECISIONS, *CONFIDENCES, VERIFIED) if form.fits_an_address else FEW_CHOICES
    return [_row(label, names, offered, previews.get(label.mid), left_out) for label in form.labels]


def _row(
    label: LabelField,
    names: Names,
    offered: Sequence[str],
    found: LabelPreview | None,
    left_out: Mapping[str, str],
) -> LabelRow:
    row = LabelRow(
        mid=label.mid,
        name=names.label(label.mid),
        href=label_address(label.mid),
        choices=_choices(label.by, offered, f"{label.mid}:"),
        left_out=left_out.get(label.mid, ""),
    )
    if found is None:
        return row
    verified, unverified, negatives = found.queries
    return replace(
        row,
        threshold="" if found.threshold is None else f"≥ {format_confidence(found.threshold)}",
        why=found.why,
        verified=_count(found.verified, verified),
        unverified=None if found.threshold is None else _count(found.unverified, unverified),
        negatives=_count(found.negatives, negatives),
        expected=expected_words(found.expected, unverified=found.unverified),
    )


def _count(number: int, query: str | None) -> Count:
    """A number, with a link where a query finds the same images."""
    return Count(number, "" if query is None else browse_address(query))


def expected_words(found: Estimate | None, *, unverified: int) -> str:
    """Such as "96.1% (95.2–96.9)"."""
    if found is not None:
        return f"{percent(found.share, places=1)} ({interval(found.low, found.high)})"
    return "too few verified" if unverified else "all verified"


def _choices(chosen: str, offered: Sequence[str], before: str = "") -> tuple[Choice, ...]:
    """How a label may be taken; what is chosen is among them."""
    values = offered if chosen in offered else (chosen, *offered)
    return tuple(Choice(before + value, by_words(value), value == chosen) for value in values)


def by_words(by: str) -> str:
    """How positives are told, such as "precision 95%"."""
    if by == VERIFIED:
        return "verified only"
    return f"precision {by}" if by.endswith("%") else f"at ≥ {by}"


def _made(made: SetPreview, names: Names) -> dict[str, Any]:
    """The numbers of the set."""
    return {
        "images": made.images,
        "splits": list(made.splits.items()),
        "empty": [name for name, images in made.splits.items() if not images],
        "authors": counted(made.authors, "author"),
        "licenses": [(name, url, images) for name, url, images in made.licenses],
        "bytes": in_bytes(made.bytes),
        "unknown_sizes": made.unknown_sizes,
        "fetching": fetch_words(made.fetch_hours),
        "dead": made.dead,
        "left_out": [(LEFT_OUT_WORDS[reason], number) for reason, number in made.left_out.items() if number],
        "boxes": None if made.boxes is None else _boxes(made.boxes, names),
        "left_out_labels": [(names.distinct(one.mid), one.why) for one in made.left_out_labels],
        "by_split": [
            (names.distinct(one.mid), [made.by_split[one.mid][split] for split in made.splits]) for one in made.classes
        ],
    }


def fetch_words(hours: float) -> str:
    """Such as "about 3 hours to fetch"."""
    if hours < 1:
        return f"about {counted(max(1, round(60 * hours)), 'minute')} to fetch"
    return f"about {counted(round(hours), 'hour')} to fetch"


def _boxes(found: BoxInfo, names: Names) -> dict[str, Any]:
    """How many boxes there are, on how many images, and of each label."""
    masks = "" if found.masks is None else f", {found.masks:,} with a mask"
    return {
        "text": f"{counted(found.boxes, 'box', 'boxes')} on {counted(found.images, 'image')}{masks}",
        "labels": [(names.distinct(one.mid), one.boxes) for one in found.classes],
    }

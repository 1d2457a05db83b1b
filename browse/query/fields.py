"""The table of a query's fields: each parameter once, in canonical order. Pure.

The canonical form, edits, sentences, the form that checks a request, chips, the list of conditions to drop, the filter
panel, and the API's shapes and schemas iterate over it; engines name their own part of a field by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from browse.query.box_terms import BoxTerm
from browse.query.grammar import (
    CaptionParts,
    ImageIdText,
    Key,
    Kind,
    OneOf,
    RangeText,
    TermText,
    TextParts,
    WholeNumber,
)
from browse.query.phrases import Naming, checks_in_words, join, kind_in_words, range_text, states_in_words
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.spelling import format_range, format_term, parse_state
from browse.query.texts import caption_in_words, text_in_words
from browse.query.values import (
    KINDS,
    LICENSE_CHECKS,
    MAX_IDS,
    MAX_SEED,
    MAX_TERMS,
    STATES,
    SUBSETS,
    AnyTerm,
    CheckOutcome,
    ConfidenceRange,
    Query,
    Role,
    Sort,
)


class Known(Protocol):
    """What the data set has."""

    def has_label(self, mid: str) -> bool: ...

    def has_author(self, key: str) -> bool: ...

    def has_license(self, slug: str) -> bool: ...

    @property
    def has_hierarchy(self) -> bool: ...

    @property
    def has_boxes(self) -> bool: ...

    @property
    def relations(self) -> Collection[str]: ...

    @property
    def has_points(self) -> bool: ...

    @property
    def has_masks(self) -> bool: ...

    @property
    def has_narratives(self) -> bool: ...


Check = Callable[[Known, Any], str | None]
"""Says what is wrong with a well-formed value that the data set does not have, or None."""


@dataclass(frozen=True)
class Facet:
    """The facet whose values replace those of a field.

    name     in the API, such as "subsets".
    optional whether it is absent where the data set has none of its values.
    only     makes the one value of a field out of a facet's value: a confidence becomes a range.
    number   whether the values are confidences in hundredths, which the API writes as numbers.
    """

    name: str
    only: Callable[[Any], Any] = lambda value: value
    number: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Field:
    """One parameter of a query.

    name        the parameter, as in addresses.
    attribute   of `Query`; `default` is its value where the parameter is not given.
    kind        reads one value, or says what is allowed.
    help        what it means, for the API's document.
    repeats     whether it may be given several times; `ordered` keeps them as given, else they are a set.
    write       one value as text, such that reading it gives the value again.
    check       whether the data set has such a value.
    title       on chips and in the filter panel; empty for what is no condition of its own there.
    chosen      the values as a chip says them.
    clause      the values as part of a sentence; empty where the sentence says them elsewhere.
    of_image    whether it is about the image itself, and not about its labels.
    every       whether an image has all of its values, not one of them.
    facet       the facet that replaces it, where there is one.
    """

    name: str
    attribute: str
    kind: Kind
    help: str
    default: Any = None
    repeats: bool = False
    ordered: bool = False
    write: Callable[[Any], str] = str
    check: Check | None = None
    title: str = ""
    chosen: Callable[[Sequence[Any], Naming], str] = lambda values, names: ""
    clause: str = ""
    of_image: bool = False
    every: bool = False
    facet: Facet | None = None

    def values(self, query: Query) -> list[Any]:
        """The values that a query gives, in canonical order; none where it is not given."""
        value = getattr(query, self.attribute)
        if value == self.default:
            return []
        if not self.repeats:
            return [value]
        return list(value) if self.ordered else sorted(value)

    def replaced(self, query: Query, values: Iterable[Any]) -> Query:
        """The query with these values instead; none means not given."""
        given = list(values)
        value: Any = self.default
        if given:
            value = given[0] if not self.repeats else tuple(given) if self.ordered else frozenset(given)
        return replace(query, **{self.attribute: value})


AUTHOR_KEY = "the key of an author in the data set; /api/facets lists them"
LICENSE_SLUG = "the slug of a license in the data set, such as cc-by-2.0; /api/facets lists them"
NO_HIERARCHY = "has a *, which asks for labels below this one, and this data set has no label hierarchy"
UNKNOWN_LABEL = "is not the MID of a label in this data set; search labels with /api/labels"


def unknown_mid(known: Known, mid: str) -> str | None:
    """What is wrong with a MID that the data set does not have."""
    return None if known.has_label(mid) else UNKNOWN_LABEL


NO_SUCH = "asks for {}, and this data set has none"
UNKNOWN_RELATION = "names a relation that this data set does not have; it has {}"


def kinds_of(known: Known) -> frozenset[str]:
    """Those of KINDS that the data set has."""
    there = {"boxes": known.has_boxes, "relationships": bool(known.relations), "points": known.has_points}
    there |= {"masks": known.has_masks, "narrative": known.has_narratives}
    return frozenset(kind for kind in KINDS if there[kind])


def kind_of(term: AnyTerm) -> str | None:
    """Which of KINDS a term asks for; None for pairs."""
    if isinstance(term, RelationTerm):
        return "relationships"
    if isinstance(term, PointTerm):
        return "points"
    return "boxes" if isinstance(term, BoxTerm) else None


def no_relation(known: Known, relation: str) -> str | None:
    """What is wrong with a relation that the data set does not have."""
    if not known.relations:
        return NO_SUCH.format("relationships")
    return None if relation in known.relations else UNKNOWN_RELATION.format(", ".join(sorted(known.relations)))


def _unknown_label(known: Known, term: AnyTerm) -> str | None:
    if (kind := kind_of(term)) and (lacking := _lacks_kind(known, kind)):
        return lacking
    if isinstance(term, RelationTerm) and term.relation and (wrong := no_relation(known, term.relation)):
        return wrong
    if any(below for _, below in term.named) and not known.has_hierarchy:
        return NO_HIERARCHY
    return next((wrong for mid, _ in term.named if (wrong := unknown_mid(known, mid))), None)


def _lacks_kind(known: Known, value: str) -> str | None:
    kind = value.removeprefix("-")
    return None if kind in kinds_of(known) else NO_SUCH.format(kind)


def _lacks_captions(known: Known, value: object) -> str | None:
    return None if known.has_narratives else NO_SUCH.format("narratives")


def _unknown_author(known: Known, key: str) -> str | None:
    return None if known.has_author(key) else f"must be {AUTHOR_KEY}"


def _unknown_license(known: Known, slug: str) -> str | None:
    return None if known.has_license(slug) else f"must be {LICENSE_SLUG}"


def _terms(role: Role, attribute: str, help_text: str) -> Field:
    return Field(
        role, attribute, TermText(), help_text, default=(), repeats=True, ordered=True, write=format_term,
        check=_unknown_label,
    )  # fmt: skip


FIELDS: tuple[Field, ...] = (
    _terms(Role.LABEL, "label", "The image has all of these."),
    _terms(Role.ANY, "any", "The image has at least min_any of these."),
    Field(
        "min_any",
        "min_any",
        WholeNumber(1, MAX_TERMS),
        "How many of the any terms must match, 1 to their number. Default: 1.",
        default=1,
    ),
    _terms(Role.NOT, "without", "The image has none of these."),
    Field(
        "confidence",
        "confidence",
        RangeText(),
        "Range of pair confidences, both ends included, LO-HI. Default: 0-1.",
        write=format_range,
        title="Confidence",
        chosen=lambda values, names: range_text(values[0]),
        facet=Facet("confidence", only=lambda level: ConfidenceRange(level, level), number=True),
    ),
    Field(
        "state",
        "states",
        OneOf(STATES, parse_state),
        "The pair's state is one of these. Default: confirmed, unverified, missed.",
        repeats=True,
        title="State",
        chosen=lambda values, names: states_in_words(values),
        facet=Facet("states"),
    ),
    Field(
        "subset",
        "subsets",
        OneOf(SUBSETS),
        "The image is in one of these subsets. Default: all.",
        default=frozenset(),
        repeats=True,
        title="Subset",
        chosen=lambda values, names: join([name for name in SUBSETS if name in values], "or"),
        clause="in",
        of_image=True,
        facet=Facet("subsets"),
    ),
    Field(
        "license",
        "licenses",
        Key(LICENSE_SLUG),
        "The image is under one of these licenses, by slug. Default: all.",
        default=frozenset(),
        repeats=True,
        check=_unknown_license,
        title="License",
        chosen=lambda values, names: join([names.license(slug) for slug in values], "or"),
        clause="under",
        of_image=True,
        facet=Facet("licenses"),
    ),
    Field(
        "author",
        "authors",
        Key(AUTHOR_KEY),
        "The image is by one of these authors, by key. Default: all.",
        default=frozenset(),
        repeats=True,
        check=_unknown_author,
        title="Author",
        chosen=lambda values, names: join([names.author(key) for key in values], "or"),
        clause="by",
        of_image=True,
    ),
    Field(
        "q",
        "text",
        TextParts(),
        "The image's title or its author's name has these words.",
        title="Text",
        chosen=lambda values, names: text_in_words(values[0]),
        clause="with",
        of_image=True,
    ),
    Field(
        "has",
        "has",
        OneOf((*KINDS, *(f"-{kind}" for kind in KINDS))),
        "The image has all of these, or with a - in front none. Default: all images.",
        default=frozenset(),
        repeats=True,
        check=_lacks_kind,
        title="Has",
        chosen=lambda values, names: join([kind_in_words(value) for value in values], "and"),
        clause="with",
        of_image=True,
        every=True,
        facet=Facet("kinds", optional=True),
    ),
    Field(
        "caption",
        "caption",
        CaptionParts(),
        "The image has a narrative whose caption has these words.",
        check=_lacks_captions,
        title="Caption",
        chosen=lambda values, names: caption_in_words(values[0]),
        clause="with",
        of_image=True,
    ),
    Field(
        "id",
        "ids",
        ImageIdText(),
        f"The image is one of these, by ImageID, at most {MAX_IDS}. Default: all.",
        default=frozenset(),
        repeats=True,
        title="Image",
        chosen=lambda values, names: values[0] if len(values) == 1 else f"among {len(values)} chosen",
        clause="with ImageID",
        of_image=True,
    ),
    Field(
        "license_check",
        "license_checks",
        OneOf(LICENSE_CHECKS, CheckOutcome),
        "The newest check of the image's license, by people here, is one of these; differs: another license was seen, "
        "gone: the image is no longer there. Default: all.",
        default=frozenset(),
        repeats=True,
        title="License check",
        chosen=lambda values, names: checks_in_words(values),
        clause="with license",
        of_image=True,
        facet=Facet("license_check"),
    ),
    Field(
        "sort",
        "sort",
        OneOf(tuple(Sort), Sort),
        "image_id; -confidence: by the confidence of the first label term about a pair, highest first; -boxes: by how "
        "many boxes the first label term about boxes counts; -area: by the largest of these; random: needs a seed. "
        "Default: image_id.",
        default=Sort.IMAGE_ID,
    ),
    Field("seed", "seed", WholeNumber(0, MAX_SEED), "Selects a random order; only with sort=random."),
)
"""What makes up a query, in canonical order."""

BY_NAME = {field.name: field for field in FIELDS}
CONDITIONS = tuple(field for field in FIELDS if field.title)
"""The fields that are a condition each, beside the terms."""
IMAGE_FIELDS = tuple(field for field in FIELDS if field.of_image)
"""The conditions on the image itself."""
_WITH_FACET = ((field, field.facet) for field in FIELDS if field.facet)
FACETS: tuple[tuple[Field, Facet], ...] = tuple(
    sorted(_WITH_FACET, key=lambda one: (not one[0].of_image, one[1].number))
)
"""The fields with a facet that replaces them, each with its facet, in the order of the API's answer."""

"""What parameters there are: of which kind each is, what it means, which endpoint takes which, and what that asks for.

Read by filters.py alone; the OpenAPI document is derived from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.parameters import Known, Parameter
from browse.query.canonical import parse_state
from browse.query.grammar import Confidence, Key, OneOf, Percent, RangeText, Share, TermText, WholeNumber, Words
from browse.query.values import MAX_SEED, MAX_TERMS, STATES, SUBSETS, Sort, Term
from browse.search import TABLE_ORDERS

DEFAULT_PER_PAGE = 30
DEFAULT_TOP = 50
DEFAULT_TOP_AUTHORS = 10
LABEL_ORDERS = ("-images", "-machine", "-verified", "-precision", "precision", "name", "mid")
"""Of the index of labels, the default first."""
AUTHOR = "the key of an author in the data set; /api/facets lists them"
LICENSE = "the slug of a licence in the data set, such as cc-by-2.0; /api/facets lists them"


def _missing_label(known: Known, term: Term) -> str | None:
    return _missing_mid(known, term.mid)


def _missing_mid(known: Known, mid: str) -> str | None:
    return None if known.has_label(mid) else "must name a label of the data set by its MID; /api/labels finds them"


def _missing_author(known: Known, key: str) -> str | None:
    return None if known.has_author(key) else f"must be {AUTHOR}"


def _missing_license(known: Known, slug: str) -> str | None:
    return None if known.has_license(slug) else f"must be {LICENSE}"


def _terms(help_text: str) -> Parameter:
    return Parameter(TermText(), help_text, repeats=True, check=_missing_label)


QUERY_PARAMETERS: dict[str, Parameter] = {
    "label": _terms("The image has all of these."),
    "any": _terms("The image has at least min_any of these."),
    "min_any": Parameter(WholeNumber(1, MAX_TERMS), "How many of the any terms, 1 to their number. Default: 1."),
    "not": _terms("The image has none of these."),
    "confidence": Parameter(RangeText(), "Range of pair confidences, both ends included, LO-HI. Default: 0-1."),
    "state": Parameter(
        OneOf(STATES, parse_state),
        "The pair's state is one of these. Default: confirmed, unverified, missed.",
        repeats=True,
    ),
    "subset": Parameter(OneOf(SUBSETS), "The image is in one of these subsets. Default: all.", repeats=True),
    "license": Parameter(
        Key(LICENSE),
        "The image is under one of these licences, by slug. Default: all.",
        repeats=True,
        check=_missing_license,
    ),
    "author": Parameter(Key(AUTHOR), "The image is by this author, by key. Default: all.", check=_missing_author),
    "sort": Parameter(
        OneOf(tuple(Sort), Sort),
        "By image_id; by -confidence, largest first, of the first label term; random, which needs a seed. "
        "Default: image_id.",
    ),
    "seed": Parameter(WholeNumber(0, MAX_SEED), "Which random order; with sort=random only."),
}
"""What makes up a query, in canonical order."""

EXTRA_PARAMETERS: dict[str, Parameter] = {
    "page": Parameter(WholeNumber(1, 10_000_000), "Number of the page. Default: 1."),
    "per_page": Parameter(WholeNumber(1, 200), f"Results on a page. Default: {DEFAULT_PER_PAGE}."),
    "size": Parameter(OneOf(("s", "m", "l")), "Size of the tiles. Default: m."),
    "top": Parameter(
        WholeNumber(1, 10_000, "all"), f"How many labels, the largest counts first. Default: {DEFAULT_TOP}."
    ),
    "top_authors": Parameter(WholeNumber(1, 10_000), f"How many authors. Default: {DEFAULT_TOP_AUTHORS}."),
    "order": Parameter(OneOf(LABEL_ORDERS), f"Order of labels. Default: {LABEL_ORDERS[0]}."),
    "q": Parameter(Words(100), "Part of a label's name or MID; case and accents make no difference."),
    "safe": Parameter(
        OneOf(("1",), bool), "With 1, a ' stands before free text that a spreadsheet would take for a formula."
    ),
}
"""What belongs to one endpoint or another, and is not part of a query."""

PARAMETERS = QUERY_PARAMETERS | EXTRA_PARAMETERS

IMAGES_EXTRA = frozenset({"page", "per_page"})
HOME_EXTRA = IMAGES_EXTRA | {"size"}
FACETS_EXTRA = IMAGES_EXTRA | {"top", "top_authors"}
COMPARISON_PARAMETERS: dict[str, Parameter] = {
    "subset": Parameter(OneOf(SUBSETS), "Only pairs on images of this subset. Default: all."),
    "p": Parameter(
        Share(),
        "Adds recommended_threshold: the lowest confidence from which on the precision is at least this, by the lower "
        "end of its interval. At most six decimals.",
    ),
}
"""What the endpoints of human versus machine take."""

LABEL_PAGE_PARAMETERS = COMPARISON_PARAMETERS | {
    "at": Parameter(Confidence(), "The threshold: what is kept is of this confidence or a higher one."),
    "percent": Parameter(Percent(), "What a plain form sends in place of p: leads to the page with that p."),
}
COMPARE_PAGE_PARAMETERS: dict[str, Parameter] = {
    "subset": COMPARISON_PARAMETERS["subset"],
    "q": EXTRA_PARAMETERS["q"],
    "min_verified": Parameter(
        WholeNumber(0, 10_000_000), "Only labels with at least so many verified pairs. Default: 0."
    ),
    "trainable": Parameter(OneOf(("yes", "no"), "yes".__eq__), "Only trainable labels, or only others. Default: all."),
    "order": Parameter(OneOf(TABLE_ORDERS), f"Order of labels. Default: {TABLE_ORDERS[0]}."),
    "page": EXTRA_PARAMETERS["page"],
}
DISAGREEMENT_PARAMETERS: dict[str, Parameter] = {
    "mid": Parameter(
        Key("the MID of a label"), "Only disagreement on this label. Default: on any.", check=_missing_mid
    ),
    "subset": COMPARISON_PARAMETERS["subset"],
    "page": EXTRA_PARAMETERS["page"],
}
STATISTICS_PARAMETERS: dict[str, Parameter] = {"subset": COMPARISON_PARAMETERS["subset"]}
DUPLICATE_PARAMETERS: dict[str, Parameter] = {
    "across": Parameter(
        OneOf(("yes", "no"), "yes".__eq__), "Only groups across subsets, or only those within one. Default: all."
    ),
    "page": EXTRA_PARAMETERS["page"],
}
"""What the pages of comparison and statistics take."""

LABELS_TAKE = IMAGES_EXTRA | {"q"}
LABEL_INDEX_TAKES = frozenset({"q", "order", "page"})
FIGURE_TAKES = frozenset({"q", "page"})


def parameters_named(names: Iterable[str]) -> dict[str, Parameter]:
    """The parameters of these names, in the order of the definition."""
    wanted = frozenset(names)
    return {name: parameter for name, parameter in PARAMETERS.items() if name in wanted}


@dataclass(frozen=True)
class LabelSearch:
    """A search for labels by name or MID; without a text all labels."""

    text: str | None
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE
    order: str = LABEL_ORDERS[0]


@dataclass(frozen=True)
class ComparisonRequest:
    """What of human versus machine is asked for: one subset or all, and a precision to find a threshold for."""

    subset: str | None
    precision: float | None


@dataclass(frozen=True)
class LabelPageRequest:
    """What of one label is asked for: a subset or all, a precision to reach, a threshold in hundredths.

    is_form: the precision came from a plain form, and belongs into the address as `p`.
    """

    subset: str | None
    precision: float | None
    at: int | None
    is_form: bool = False


@dataclass(frozen=True)
class CompareRequest:
    """Which labels the table of the compare page shows, of one subset or all, and in which order."""

    subset: str | None
    text: str | None
    min_verified: int
    trainable: bool | None
    order: str
    page: int


@dataclass(frozen=True)
class DisagreementRequest:
    """Disagreement on one label or any, in one subset or all."""

    mid: str | None
    subset: str | None
    page: int


@dataclass(frozen=True)
class DuplicateRequest:
    """Groups of duplicates across subsets, or within one; None is both."""

    across: bool | None
    page: int

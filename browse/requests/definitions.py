"""What parameters there are: of which kind each is, what it means, which endpoint takes which, and what that asks for.

Read by filters.py alone; the OpenAPI document is derived from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from browse.domain.comparison import DEFAULT_PRECISION
from browse.query.fields import FIELDS, Known, kinds_of, no_relation, unknown_mid
from browse.query.grammar import Confidence, Key, OneOf, Percent, SetOf, Share, WholeNumber, Words
from browse.query.texts import LONGEST_TEXT
from browse.query.values import SUBSETS
from browse.requests.parameters import Parameter
from browse.rights import CHANGES
from browse.search import TABLE_ORDERS

DEFAULT_PER_PAGE = 30
DEFAULT_TOP = 50
DEFAULT_TOP_AUTHORS = 10
LONGEST_SEARCH = 100
"""Characters of a text to search labels by."""
MOST_VERIFIED = 10_000_000
"""The largest number of verified pairs to ask for."""
LABEL_ORDERS = ("-images", "-machine", "-verified", "-precision", "precision", "name", "mid")
"""Of the index of labels, the default first."""

LAYERS = ("boxes", "masks", "relationships", "points", "narrative")
"""What can be drawn over a picture."""
INCLUDED = ("boxes", "masks", "relationships", "points", "narratives")
"""What an image of the API has where it is asked for."""


def kinds_without_rows(known: Known, kinds: tuple[str, ...]) -> str | None:
    """What is wrong with asking for these kinds: the data set has none of one; None where it has all."""
    there = {"narratives" if kind == "narrative" else kind for kind in kinds_of(known)}
    return next((f"the data set has no {kind}" for kind in kinds if kind not in there), None)


QUERY_PARAMETERS: dict[str, Parameter] = {
    field.name: Parameter(field.kind, field.help, repeats=field.repeats, check=field.check) for field in FIELDS
}
"""What makes up a query, in canonical order."""

LABEL_TEXT = Parameter(Words(100), "Part of a label's name or MID; case and accents are ignored.")
EXTRA_PARAMETERS: dict[str, Parameter] = {
    "page": Parameter(WholeNumber(1, 10_000_000), "Page number. Default: 1."),
    "per_page": Parameter(WholeNumber(1, 200), f"Results per page. Default: {DEFAULT_PER_PAGE}."),
    "size": Parameter(OneOf(("s", "m", "l")), "Tile size. Default: m."),
    "top": Parameter(WholeNumber(1, 10_000, "all"), f"How many labels, largest counts first. Default: {DEFAULT_TOP}."),
    "top_authors": Parameter(WholeNumber(1, 10_000), f"How many authors. Default: {DEFAULT_TOP_AUTHORS}."),
    "order": Parameter(OneOf(LABEL_ORDERS), f"Order of labels. Default: {LABEL_ORDERS[0]}."),
    "find": Parameter(
        Words(LONGEST_SEARCH),
        "Of labels, part of the name or MID; of authors, the beginning of each word of the name, or the key. Case and "
        "accents are ignored.",
    ),
    "safe": Parameter(
        OneOf(("1",), bool),
        "With 1, a CSV file for spreadsheets: it starts with a byte order mark, and free text that a spreadsheet would "
        "run as a formula, or that starts with ', is prefixed with a '.",
    ),
    "limit": Parameter(WholeNumber(1, 10_000_000), "Only the first N images, in the query's order."),
    "include": Parameter(
        SetOf(INCLUDED),
        f"Kinds of annotations that each image has besides, with commas between them: {', '.join(INCLUDED)}.",
        check=kinds_without_rows,
    ),
    "show": Parameter(
        SetOf(LAYERS, none="none"),
        f"What the page of an image draws over its picture: {', '.join(LAYERS)}, or none. Default: what this browser "
        f"showed last, else {LAYERS[0]}.",
    ),
    "changes": Parameter(
        SetOf(CHANGES),
        f"What was done to the images, as their credits are to say it, with commas between: {', '.join(CHANGES)}. "
        "Default: nothing.",
    ),
}
"""What belongs to one endpoint or another, and is not part of a query."""

PARAMETERS = QUERY_PARAMETERS | EXTRA_PARAMETERS

PAGED = frozenset({"page", "per_page"})
IMAGES_EXTRA = PAGED | {"include"}
HOME_EXTRA = PAGED | {"size"}
IMAGE_PAGE_EXTRA = HOME_EXTRA | {"changes", "show"}
CREDITS_EXTRA = frozenset({"page", "changes"})
FACETS_EXTRA = PAGED | {"top", "top_authors"}
COMPARISON_PARAMETERS: dict[str, Parameter] = {
    "subset": Parameter(OneOf(SUBSETS), "Only pairs on images of this subset. Default: all."),
    "p": Parameter(
        Share(),
        "Adds recommended_threshold: the lowest threshold at which the precision of the verified pairs is at least "
        "this, by the lower bound of its interval. At most six decimals.",
    ),
}
"""What the endpoints of human versus machine take."""

SET_PREVIEW_PARAMETERS: dict[str, Parameter] = {
    "part": Parameter(
        OneOf(("counts", "set")),
        "counts: thresholds and counts alone, which is quick; set: splits and caps as well. Default: set.",
    ),
}
"""What the preview of a training set takes, beside its recipe."""

LABEL_PAGE_PARAMETERS = COMPARISON_PARAMETERS | {
    "at": Parameter(Confidence(), "The threshold: keeps this confidence and higher."),
    "percent": Parameter(Percent(), "Sent by the plain form instead of p; redirects to the page with that p."),
}
THRESHOLDS_REACH = Parameter(
    Share(),
    "The precision that each label's recommended threshold reaches, by the lower bound of its interval. At most six "
    f"decimals. Default: {DEFAULT_PRECISION}.",
)
COMPARE_PAGE_PARAMETERS: dict[str, Parameter] = {
    "subset": COMPARISON_PARAMETERS["subset"],
    "q": LABEL_TEXT,
    "p": THRESHOLDS_REACH,
    "min_verified": Parameter(
        WholeNumber(0, MOST_VERIFIED), "Only labels with at least this many verified pairs. Default: 0."
    ),
    "trainable": Parameter(
        OneOf(("yes", "no"), "yes".__eq__), "Only trainable labels, or only the others. Default: all."
    ),
    "order": Parameter(OneOf(TABLE_ORDERS), f"Order of labels. Default: {TABLE_ORDERS[0]}."),
    "page": EXTRA_PARAMETERS["page"],
}
DISAGREEMENT_PARAMETERS: dict[str, Parameter] = {
    "mid": Parameter(
        Key("the MID of a label"), "Only disagreements about this label. Default: any label.", check=unknown_mid
    ),
    "subset": COMPARISON_PARAMETERS["subset"],
    "page": EXTRA_PARAMETERS["page"],
}
STATISTICS_PARAMETERS: dict[str, Parameter] = {"subset": COMPARISON_PARAMETERS["subset"]}
DUPLICATE_PARAMETERS: dict[str, Parameter] = {
    "across": Parameter(
        OneOf(("yes", "no"), "yes".__eq__),
        "Only groups across subsets, or only groups within one subset. Default: all.",
    ),
    "page": EXTRA_PARAMETERS["page"],
}
"""What the pages of comparison and statistics take."""

RELATION_PARAMETERS: dict[str, Parameter] = {
    "relation": Parameter(
        Key("a relation that the data set has"), "Only relationships of this relation. Default: all.", check=no_relation
    ),
    "page": EXTRA_PARAMETERS["page"],
}
"""What the page of relationships takes."""

SUGGEST_TAKES: dict[str, Parameter] = {
    "q": Parameter(
        Words(LONGEST_TEXT),
        "What somebody is typing: a label, an author, an ImageID or its beginning, an address or photo ID at Flickr, "
        "an MD5, or words of titles. Without it nothing is found.",
    )
}
"""What finds all kinds of things while somebody types."""
SEARCH_TAKES: dict[str, Parameter] = {"q": LABEL_TEXT}
"""What looks for labels, and takes no query."""


def of_file(takes: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """What the file of a table takes, where its page takes these: it has no pages, and may be for spreadsheets."""
    without_page = {name: parameter for name, parameter in takes.items() if name != "page"}
    return {**without_page, "safe": EXTRA_PARAMETERS["safe"]}


def parameters_named(names: Iterable[str]) -> dict[str, Parameter]:
    """The parameters of these names, in the order of the definition."""
    wanted = frozenset(names)
    return {name: parameter for name, parameter in PARAMETERS.items() if name in wanted}


LABELS_TAKE = parameters_named(PAGED) | SEARCH_TAKES
LABEL_INDEX_TAKES = parameters_named({"page", "order"}) | SEARCH_TAKES | {"p": THRESHOLDS_REACH}
FIGURE_TAKES = parameters_named({"page"}) | SEARCH_TAKES
"""What the endpoints take that list labels."""


@dataclass(frozen=True)
class LabelSearch:
    """A search for labels by name or MID; without a text all labels. precision: that their thresholds reach."""

    text: str | None
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE
    precision: float = DEFAULT_PRECISION
    order: str = LABEL_ORDERS[0]
    safe: bool = False


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
    """Which labels the table of the compare page shows, of one subset or all, and in which order.

    precision: that their thresholds reach.
    """

    subset: str | None
    text: str | None
    precision: float
    min_verified: int
    trainable: bool | None
    order: str
    page: int
    safe: bool = False


@dataclass(frozen=True)
class DisagreementRequest:
    """Disagreement on one label or any, in one subset or all."""

    mid: str | None
    subset: str | None
    page: int
    safe: bool = False


@dataclass(frozen=True)
class DuplicateRequest:
    """Groups of duplicates across subsets, or within one; None is both."""

    across: bool | None
    page: int
    safe: bool = False


@dataclass(frozen=True)
class HistogramRequest:
    """Counts by size, as a file: of one subset or all."""

    subset: str | None
    safe: bool

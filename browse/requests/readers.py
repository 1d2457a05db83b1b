"""The one reader of request parameters, by what definitions.py says of them.

Pages, API, facets, exports and credits all read their query string here, checked by filterset.py.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.http import QueryDict

from browse.domain.comparison import DEFAULT_PRECISION
from browse.query.canonical import canonical
from browse.query.edits import add_below, add_label, with_authors
from browse.query.fields import Known
from browse.query.spelling import UNESCAPED, escape, parse_range, plain_number
from browse.query.texts import with_words_only
from browse.query.values import ANY_CONFIDENCE, MAX_SEED, Query, Sort, Term
from browse.requests.definitions import (
    COMPARE_PAGE_PARAMETERS,
    COMPARISON_PARAMETERS,
    DEFAULT_PER_PAGE,
    DEFAULT_TOP,
    DEFAULT_TOP_AUTHORS,
    DISAGREEMENT_PARAMETERS,
    DUPLICATE_PARAMETERS,
    FIGURE_TAKES,
    HOME_EXTRA,
    LABEL_INDEX_TAKES,
    LABEL_ORDERS,
    LABEL_PAGE_PARAMETERS,
    LABELS_TAKE,
    PAGED,
    QUERY_PARAMETERS,
    RELATION_PARAMETERS,
    SEARCH_TAKES,
    SET_PREVIEW_PARAMETERS,
    STATISTICS_PARAMETERS,
    SUGGEST_TAKES,
    CompareRequest,
    ComparisonRequest,
    DisagreementRequest,
    DuplicateRequest,
    HistogramRequest,
    LabelPageRequest,
    LabelSearch,
    of_file,
    parameters_named,
)
from browse.requests.filterset import BrowseFilterSet, read_values
from browse.requests.parameters import BadQueryError, Parameter, ParameterError
from browse.search import TABLE_ORDERS, current_engine

TRACKING = frozenset({"fbclid", "gclid"})
TRACKING_PREFIX = "utm_"
FORM_FIELDS = frozenset({"find", "min_verified", "mid", "percent", "q", "trainable"})
"""What forms of pages send empty where nothing is asked for."""
FORM_NUMBERS = frozenset(
    {"at", "confidence_high", "confidence_low", "min_verified", "p", "page", "per_page", "percent"}
)
"""What forms of pages have boxes for numbers for."""
IN_LISTING_ORDER = f"sort={Sort.IMAGE_ID}"
"""How pages write the query for all images by ImageID, whose canonical form is empty: `/` alone is shuffled."""
LARGEST_FIRST = "-area"
"""An order that boxes have besides that of their images."""
MARK = "\0"
"""Stands where a value is to be filled in; no value holds it."""


@dataclass(frozen=True)
class BrowseRequest:
    """What a request asks for. `given` names the extra parameters that stand in it."""

    query: Query
    page: int = 1
    per_page: int = DEFAULT_PER_PAGE
    size: str = "m"
    top: int | None = DEFAULT_TOP
    top_authors: int = DEFAULT_TOP_AUTHORS
    find: str | None = None
    safe: bool = False
    limit: int | None = None
    show: tuple[str, ...] | None = None
    include: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()

    @property
    def canonical(self) -> str:
        """The query's canonical form."""
        return canonical(self.query)

    def address(self, query: Query, *, page: int | None = None) -> str:
        """The query string of a link to `query`: per_page and size stay as given, a page only where said."""
        return self._address(canonical(query), page)

    def page_address(self, query: Query, *, page: int | None = None) -> str:
        """The query string of a link between browse pages: never empty, since `/` alone is another query."""
        return self._address(canonical(query) or IN_LISTING_ORDER, page)

    def _address(self, asked: str, page: int | None) -> str:
        kept = [f"{name}={getattr(self, name)}" for name in ("per_page", "size") if name in self.given]
        return "&".join(part for part in (asked, *kept, f"page={page}" if page else "") if part)

    def label_addresses(self, *, below: bool = False) -> Callable[[str], str | None]:
        """For each MID the query string of a link that adds `label=MID`, or `label=MID*`; None where no term can be
        added.
        """
        if self.query.is_full:
            return lambda mid: None
        end = "*" * below
        adding = (add_below if below else add_label)(self.query, MARK)
        before, after = self.address(adding).split(f"label={quote(MARK)}{end}")
        plain = {
            term.mid for term in self.query.label if isinstance(term, Term) and term == Term(term.mid, below=below)
        }
        here = self.address(self.query)
        return lambda mid: here if mid in plain else f"{before}label={escape(mid)}{end}{after}"

    def author_addresses(self) -> Callable[[str], str]:
        """For each author's key the query string of a link to that author's images alone."""
        before, after = self.address(with_authors(self.query, [MARK])).split(f"author={quote(MARK)}")
        return lambda key: f"{before}author={escape(key)}{after}"


def read_query(data: QueryDict, *, extra: Iterable[str] = (), known: Known | None = None) -> BrowseRequest:
    """The request that a query string makes, where `extra` names what else than a query the endpoint takes.

    Labels, authors and licenses are checked against `known`: the engine in use, where none is given.
    Raises BadQueryError with every fault.
    """
    takes = frozenset(extra)
    values = read_values(data, parameters_named(takes | frozenset(QUERY_PARAMETERS)), known or current_engine())
    given = frozenset(name for name in takes if name in data)
    return BrowseRequest(values.query(), given=given, **{name: values.value(name) for name in given})


def read_boxes(data: QueryDict, *, known: Known) -> tuple[BrowseRequest, bool]:
    """The request that a query string makes of the page of boxes, and whether the largest come first. BadQueryError."""
    largest_first = data.getlist("sort") == [LARGEST_FIRST]
    kept = data.copy()
    if largest_first:
        del kept["sort"]
    return read_query(kept, extra=PAGED, known=known), largest_first


def read_label_search(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of /api/labels. Raises BadQueryError."""
    return _label_search(read_values(data, LABELS_TAKE, None))


def read_label_index(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of the index of labels. Raises BadQueryError."""
    return _label_search(read_values(from_form(data), LABEL_INDEX_TAKES, None))


def read_label_file(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of the index of labels as a file, which has no pages."""
    return _label_search(read_values(from_form(data), of_file(LABEL_INDEX_TAKES), None))


def read_search(data: QueryDict) -> str:
    """The text that is searched for from anywhere; empty where none is given. Raises BadQueryError."""
    return read_values(from_form(data), SEARCH_TAKES, None).value("q") or ""


def read_suggest(data: QueryDict) -> str:
    """The text that somebody is typing; empty where none is given. Raises BadQueryError."""
    return read_values(data, SUGGEST_TAKES, None).value("q") or ""


def _label_search(values: BrowseFilterSet) -> LabelSearch:
    return LabelSearch(
        text=values.value("q"),
        page=values.value("page") or 1,
        per_page=values.value("per_page") or DEFAULT_PER_PAGE,
        precision=_precision(values),
        order=values.value("order") or LABEL_ORDERS[0],
        safe=bool(values.value("safe")),
    )


def _precision(values: BrowseFilterSet) -> float:
    precision: float | None = values.value("p")
    return DEFAULT_PRECISION if precision is None else precision


def read_comparison(data: QueryDict) -> ComparisonRequest:
    """The request that a query string makes of /api/compare, or of one label. Raises BadQueryError."""
    values = read_values(data, COMPARISON_PARAMETERS, None)
    return ComparisonRequest(subset=values.value("subset"), precision=values.value("p"))


def read_label_page(data: QueryDict) -> LabelPageRequest:
    """The request that a query string makes of a label's page. Raises BadQueryError."""
    values = read_values(from_form(data), LABEL_PAGE_PARAMETERS, None)
    precision, percent = values.value("p"), values.value("percent")
    if percent is None:
        return LabelPageRequest(values.value("subset"), precision, values.value("at"))
    if precision is not None:
        clash = ParameterError("percent", f"{100 * percent:g}", "is allowed without p only")
        raise BadQueryError([clash], values.query())
    return LabelPageRequest(values.value("subset"), percent, values.value("at"), is_form=True)


def read_compare_page(data: QueryDict, *, paged: bool = True) -> CompareRequest:
    """The request that a query string makes of the compare page, or of its whole table. Raises BadQueryError."""
    values = read_values(from_form(data), _paged(COMPARE_PAGE_PARAMETERS, paged), None)
    return CompareRequest(
        subset=values.value("subset"),
        text=values.value("q"),
        precision=_precision(values),
        min_verified=values.value("min_verified") or 0,
        trainable=values.value("trainable"),
        order=values.value("order") or TABLE_ORDERS[0],
        page=(values.value("page") or 1) if paged else 1,
        safe=bool(values.value("safe")),
    )


def read_disagreements(data: QueryDict, *, known: Known, paged: bool = True) -> DisagreementRequest:
    """The request that a query string makes of the list of disagreements, or of all of it. Raises BadQueryError."""
    values = read_values(from_form(data), _paged(DISAGREEMENT_PARAMETERS, paged), known)
    page = values.value("page") if paged else None
    return DisagreementRequest(values.value("mid"), values.value("subset"), page or 1, bool(values.value("safe")))


def read_statistics(data: QueryDict) -> str | None:
    """The subset that a query string asks statistics of; None is all. Raises BadQueryError."""
    subset: str | None = read_values(data, STATISTICS_PARAMETERS, None).value("subset")
    return subset


def read_histogram(data: QueryDict, *, by_subset: bool = True) -> HistogramRequest:
    """The request that a query string makes of counts by size as a file. Raises BadQueryError."""
    values = read_values(data, of_file(STATISTICS_PARAMETERS if by_subset else {}), None)
    return HistogramRequest(values.value("subset"), bool(values.value("safe")))


def read_figure(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of a figure's table. Raises BadQueryError."""
    return _label_search(read_values(from_form(data), FIGURE_TAKES, None))


def read_duplicates(data: QueryDict, *, paged: bool = True) -> DuplicateRequest:
    """The request that a query string makes of the page of duplicates, or of all of them. Raises BadQueryError."""
    values = read_values(from_form(data), _paged(DUPLICATE_PARAMETERS, paged), None)
    page = values.value("page") if paged else None
    return DuplicateRequest(values.value("across"), page or 1, bool(values.value("safe")))


def read_relations(data: QueryDict, *, known: Known) -> tuple[str | None, int]:
    """The relation, None being all, and the page that a query string asks of relationships. Raises BadQueryError."""
    values = read_values(from_form(data), RELATION_PARAMETERS, known)
    return values.value("relation"), values.value("page") or 1


def _paged(takes: Mapping[str, Parameter], paged: bool) -> Mapping[str, Parameter]:
    """These parameters of a page, or those of its file."""
    return takes if paged else of_file(takes)


def from_form(data: QueryDict, may_be_empty: Iterable[str] = FORM_FIELDS) -> QueryDict:
    """A plain form's data: such a field that is left empty asks for nothing, and 007 in a box for numbers is 7."""
    kept = data.copy()
    for name in frozenset(may_be_empty).intersection(data):
        if len(values := data.getlist(name)) == 1 and not values[0].strip():
            del kept[name]
    for name in FORM_NUMBERS.intersection(kept):
        kept.setlist(name, [plain_number(value.strip()) for value in kept.getlist(name)])
    return kept


def read_page(data: QueryDict) -> int:
    """The number of the page that a query string asks for, where it asks for nothing else. Raises BadQueryError."""
    number: int = read_values(from_form(data), parameters_named({"page"}), None).value("page") or 1
    return number


def read_safe(data: QueryDict) -> bool:
    """Whether a file of no query is to be for spreadsheets. Raises BadQueryError."""
    return bool(read_values(data, parameters_named({"safe"}), None).value("safe"))


@dataclass(frozen=True)
class CreditsRequest:
    """What of credits of no query is asked for: a page, changes that they are to say, whether for spreadsheets."""

    page: int
    changes: tuple[str, ...]
    safe: bool


def read_credits(data: QueryDict, *, takes: Iterable[str]) -> CreditsRequest:
    """The request that a query string makes of the credits of no query, with some parameters. Raises BadQueryError."""
    value = read_values(from_form(data), parameters_named(takes), None).value
    return CreditsRequest(value("page") or 1, value("changes") or (), bool(value("safe")))


def read_part(data: QueryDict) -> str | None:
    """Which part of a training set's preview a query string asks for. Raises BadQueryError."""
    part: str | None = read_values(data, SET_PREVIEW_PARAMETERS, None).value("part")
    return part


def read_include(data: QueryDict, *, known: Known) -> tuple[str, ...]:
    """What an image is to have besides, where nothing else can be asked for. Raises BadQueryError."""
    return read_values(data, parameters_named({"include"}), known).value("include") or ()


def read_nothing(data: QueryDict) -> None:
    """For endpoints without parameters. Raises BadQueryError where there are any."""
    read_values(data, {}, None)


def new_seed() -> int:
    """A seed for an order that nobody knows yet."""
    return secrets.randbelow(MAX_SEED + 1)


def day_of(moment: dt.datetime) -> str:
    """The date at a moment in UTC, as YYYYMMDD: the seed of the order in which `/` shows all images on that day."""
    return f"{moment.astimezone(dt.UTC):%Y%m%d}"


def query_of_day(day: str) -> QueryDict:
    """The query that `/` without parameters stands for on a day: all images, shuffled."""
    return QueryDict(f"sort={Sort.RANDOM}&seed={day}")


def redirect_from_home(data: QueryDict, seed: Callable[[], int] = new_seed) -> str | None:
    """The query string to which `/` redirects, or None: no tracking parameters, and a seed for sort=random."""
    kept = data.copy()
    for name in data:
        if name in TRACKING or name.startswith(TRACKING_PREFIX):
            del kept[name]
    if data.getlist("sort") == [Sort.RANDOM] and "seed" not in data:
        kept["seed"] = str(seed())
    return None if kept == data else kept.urlencode(safe=UNESCAPED)


def canonical_from_form(data: QueryDict, seed: Callable[[], int] = new_seed, *, known: Known | None = None) -> str:
    """The query string to which `/go` redirects: of a plain form, whose empty fields mean nothing.

    Beside the parameters of `/` a form may send `confidence_low` and `confidence_high`, of which an empty one is 0 or 1
    and the whole range is no condition. Numbers may be written as people write them. A random order gets a seed,
    another one loses it, min_any goes where no `any` is, and so do parts of q without words. Raises BadQueryError.
    """
    filled = {name: [value for value in values if value] for name, values in from_form(data).lists()}
    low, high = (filled.pop(name, []) for name in ("confidence_low", "confidence_high"))
    if (low or high) and not _is_whole_range(text := f"{(low or ['0'])[0]}-{(high or ['1'])[0]}"):
        filled.setdefault("confidence", []).append(text)
    if filled.get("sort") != [Sort.RANDOM]:
        filled.pop("seed", None)
    elif not filled.get("seed"):
        filled["seed"] = [str(seed())]
    for name in ("q", "caption"):
        filled[name] = [kept for text in filled.get(name, []) if (kept := with_words_only(text))]
    if not filled.get("any"):
        filled.pop("min_any", None)
    request = read_query(_query_dict(filled), extra=HOME_EXTRA, known=known)
    return request.page_address(request.query, page=request.page if request.page > 1 else None)


def _is_whole_range(text: str) -> bool:
    try:
        return parse_range(text) == ANY_CONFIDENCE
    except ValueError:
        return False


def _query_dict(values: dict[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, texts in values.items():
        if texts:
            data.setlist(name, texts)
    return data

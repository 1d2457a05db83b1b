"""The one reader of request parameters, by what definitions.py says of them.

Pages, API, facets, exports and credits all read their query string here. django-filter's FilterSet
validates; nothing is ever filtered by it: what comes out is a frozen Query for the facet engine.
"""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast
from urllib.parse import quote

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from browse.definitions import (
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
    QUERY_PARAMETERS,
    STATISTICS_PARAMETERS,
    CompareRequest,
    ComparisonRequest,
    DisagreementRequest,
    DuplicateRequest,
    LabelPageRequest,
    LabelSearch,
    parameters_named,
)
from browse.models import Image
from browse.parameters import (
    BadQueryError,
    Known,
    Parameter,
    ParameterError,
    ParameterField,
    cut,
    fault,
    parameter_error,
)
from browse.query.canonical import canonical, escape, parse_range
from browse.query.links import add_label, with_author, with_terms
from browse.query.values import ANY_CONFIDENCE, MAX_SEED, MAX_TERMS, Query, Role, Sort, Term
from browse.search import TABLE_ORDERS, current_engine

MOST_ERRORS = 20
TRACKING = frozenset({"fbclid", "gclid"})
TRACKING_PREFIX = "utm_"
FORM_FIELDS = frozenset({"at", "min_verified", "mid", "p", "q", "subset", "trainable"})
"""What forms of pages send empty where nothing is asked for."""
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
    q: str | None = None
    safe: bool = False
    given: frozenset[str] = frozenset()

    @property
    def canonical(self) -> str:
        """The query's canonical form."""
        return canonical(self.query)

    def address(self, query: Query, *, page: int | None = None) -> str:
        """The query string of a link to `query`: per_page and size stay as given, a page only where said."""
        kept = [f"{name}={getattr(self, name)}" for name in ("per_page", "size") if name in self.given]
        return "&".join(part for part in (canonical(query), *kept, f"page={page}" if page else "") if part)

    def label_addresses(self) -> Callable[[str], str | None]:
        """For each MID the query string of a link that adds `label=MID`; None where no term can be added."""
        if self.query.is_full:
            return lambda mid: None
        before, after = self.address(add_label(self.query, MARK)).split(f"label={quote(MARK)}")
        plain = {term.mid for term in self.query.label if term == Term(term.mid)}
        here = self.address(self.query)
        return lambda mid: here if mid in plain else f"{before}label={escape(mid)}{after}"

    def author_addresses(self) -> Callable[[str], str]:
        """For each author's key the query string of a link to that author's images."""
        before, after = self.address(with_author(self.query, MARK)).split(f"author={quote(MARK)}")
        return lambda key: f"{before}author={escape(key)}{after}"


class BrowseForm(forms.Form):
    """The rules between parameters; each parameter's own are its field's."""

    def clean(self) -> dict[str, Any]:
        if "label" in self.fields:
            self._check_number_of_terms()
            self._check_min_any()
            self._check_order()
        return self.cleaned_data

    def good(self, name: str) -> list[Any]:
        """The values of a parameter that could be taken."""
        return cast(ParameterField, self.fields[name]).good if name in self.fields else []

    def _fault(self, name: str, message: str) -> None:
        self.add_error(name, fault(message, cast(QueryDict, self.data).getlist(name)[0]))

    def _check_number_of_terms(self) -> None:
        terms = [(role, term) for role in Role for term in dict.fromkeys(self.good(role))]
        if len(terms) > MAX_TERMS:
            role = terms[MAX_TERMS][0]
            self._fault(role, f"there are {len(terms)} terms; at most {MAX_TERMS} are allowed")

    def _check_min_any(self) -> None:
        if not self.cleaned_data.get("min_any") or "any" in self.errors:
            return
        number = len(set(self.good("any")))
        if not number:
            self._fault("min_any", "needs at least one `any` term")
        elif self.cleaned_data["min_any"] > number:
            self._fault("min_any", f"must be at most the number of different `any` terms, which is {number}")

    def _check_order(self) -> None:
        sort, seed = self.cleaned_data.get("sort"), self.cleaned_data.get("seed")
        if sort is Sort.RANDOM and seed is None and "seed" not in self.errors:
            self._fault("sort", f"random needs a seed from 0 to {MAX_SEED}")
        if sort is Sort.CONFIDENCE and not self.good("label") and "label" not in self.errors:
            self._fault("sort", "-confidence needs a `label` term; image_id and random are allowed without")
        if seed is not None and sort is not Sort.RANDOM and "sort" not in self.errors:
            self._fault("seed", "is allowed with sort=random only")


class BrowseFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """Validates those parameters of a request that an endpoint takes. Never asked for its queryset."""

    class Meta:
        model = Image
        fields: ClassVar[list[str]] = []
        form = BrowseForm

    def __init__(self, data: QueryDict, takes: Mapping[str, Parameter], known: Known | None) -> None:
        super().__init__(data, Image.objects.none())
        self.filters = dict(takes)
        for field in self.form.fields.values():
            field.known = known

    def faults(self) -> Iterator[ParameterError]:
        """Everything that is wrong: unknown parameters first, then in the order of the definition."""
        for name in self.data:
            if name not in self.filters:
                value = next(iter(self.data.getlist(name)), "")
                yield ParameterError(cut(name), cut(value), self._allowed_instead_of(name))
        errors = cast(dict[str, list[ValidationError]], self.form.errors.as_data())
        for name in self.filters:
            yield from (parameter_error(name, error) for error in errors.get(name, []))

    def value(self, name: str) -> Any:
        """The first good value of a parameter that does not repeat, or None."""
        return next(iter(self.form.good(name)), None)

    def query(self) -> Query:
        """The query; where something is wrong, the nearest valid one."""
        good = self.form.good
        sort, seed = self.value("sort") or Sort.IMAGE_ID, self.value("seed")
        query = Query(
            confidence=self.value("confidence"),
            states=frozenset(good("state")) or None,
            subsets=frozenset(good("subset")),
            licenses=frozenset(good("license")),
            author=self.value("author"),
        )
        room = MAX_TERMS
        for role in Role:
            terms = list(dict.fromkeys(good(role)))[:room]
            query, room = with_terms(query, role, terms), room - len(terms)
        query = replace(query, min_any=max(1, min(self.value("min_any") or 1, len(query.any))))
        if sort is Sort.RANDOM and seed is not None:
            return replace(query, sort=sort, seed=seed)
        return replace(query, sort=sort) if sort is Sort.CONFIDENCE and query.label else query

    def _allowed_instead_of(self, name: str) -> str:
        if not self.filters:
            return "no parameters are allowed here"
        close = difflib.get_close_matches(name[:40], self.filters, n=1)
        meant = f"is not a parameter here; did you mean {close[0]}?" if close else "is not a parameter here;"
        return f"{meant} Allowed are {', '.join(self.filters)}"


def read_query(data: QueryDict, *, extra: Iterable[str] = (), known: Known | None = None) -> BrowseRequest:
    """The request that a query string makes, where `extra` names what else than a query the endpoint takes.

    Labels, authors and licences are checked against `known`: the engine in use, where none is given.
    Raises BadQueryError with every fault.
    """
    takes = frozenset(extra)
    values = read_values(data, parameters_named(takes | frozenset(QUERY_PARAMETERS)), known or current_engine())
    given = frozenset(name for name in takes if name in data)
    return BrowseRequest(values.query(), given=given, **{name: values.value(name) for name in given})


def read_label_search(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of /api/labels. Raises BadQueryError."""
    return _label_search(read_values(data, parameters_named(LABELS_TAKE), None))


def read_label_index(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of the index of labels. Raises BadQueryError."""
    return _label_search(read_values(data, parameters_named(LABEL_INDEX_TAKES), None))


def _label_search(values: BrowseFilterSet) -> LabelSearch:
    return LabelSearch(
        text=values.value("q"),
        page=values.value("page") or 1,
        per_page=values.value("per_page") or DEFAULT_PER_PAGE,
        order=values.value("order") or LABEL_ORDERS[0],
    )


def read_comparison(data: QueryDict) -> ComparisonRequest:
    """The request that a query string makes of /api/compare, or of one label. Raises BadQueryError."""
    values = read_values(data, COMPARISON_PARAMETERS, None)
    return ComparisonRequest(subset=values.value("subset"), precision=values.value("p"))


def read_label_page(data: QueryDict) -> LabelPageRequest:
    """The request that a query string makes of a label's page. Raises BadQueryError."""
    values = read_values(without_empty(data), LABEL_PAGE_PARAMETERS, None)
    return LabelPageRequest(subset=values.value("subset"), precision=values.value("p"), at=values.value("at"))


def read_compare_page(data: QueryDict) -> CompareRequest:
    """The request that a query string makes of the compare page. Raises BadQueryError."""
    values = read_values(without_empty(data), COMPARE_PAGE_PARAMETERS, None)
    return CompareRequest(
        subset=values.value("subset"),
        text=values.value("q"),
        min_verified=values.value("min_verified") or 0,
        trainable=values.value("trainable"),
        order=values.value("order") or TABLE_ORDERS[0],
        page=values.value("page") or 1,
    )


def read_disagreements(data: QueryDict, *, known: Known) -> DisagreementRequest:
    """The request that a query string makes of the list of disagreements. Raises BadQueryError."""
    values = read_values(without_empty(data), DISAGREEMENT_PARAMETERS, known)
    return DisagreementRequest(values.value("mid"), values.value("subset"), values.value("page") or 1)


def read_statistics(data: QueryDict) -> str | None:
    """The subset that a query string asks statistics of; None is all. Raises BadQueryError."""
    subset: str | None = read_values(data, STATISTICS_PARAMETERS, None).value("subset")
    return subset


def read_figure(data: QueryDict) -> LabelSearch:
    """The request that a query string makes of a figure's table. Raises BadQueryError."""
    return _label_search(read_values(without_empty(data), parameters_named(FIGURE_TAKES), None))


def read_duplicates(data: QueryDict) -> DuplicateRequest:
    """The request that a query string makes of the page of duplicates. Raises BadQueryError."""
    values = read_values(data, DUPLICATE_PARAMETERS, None)
    return DuplicateRequest(values.value("across"), values.value("page") or 1)


def without_empty(data: QueryDict, names: Iterable[str] = FORM_FIELDS) -> QueryDict:
    """A plain form's data: a field of these names that is left empty asks for nothing."""
    empty = [name for name in names if name in data and not "".join(data.getlist(name)).strip()]
    kept = data.copy()
    for name in empty:
        del kept[name]
    return kept


def read_page(data: QueryDict) -> int:
    """The number of the page that a query string asks for, where it asks for nothing else. Raises BadQueryError."""
    number: int = read_values(data, parameters_named({"page"}), None).value("page") or 1
    return number


def read_safe(data: QueryDict) -> bool:
    """Whether a file of no query is to be harmless for spreadsheets. Raises BadQueryError."""
    return bool(read_values(data, parameters_named({"safe"}), None).value("safe"))


def read_nothing(data: QueryDict) -> None:
    """For endpoints without parameters. Raises BadQueryError where there are any."""
    read_values(data, {}, None)


def read_values(data: QueryDict, takes: Mapping[str, Parameter], known: Known | None) -> BrowseFilterSet:
    """The values of these parameters, and no others. Raises BadQueryError with every fault."""
    filters = BrowseFilterSet(data, takes, known)
    errors = list(filters.faults())
    if errors:
        raise BadQueryError(errors[:MOST_ERRORS], filters.query())
    return filters


def new_seed() -> int:
    """A seed for an order that nobody knows yet."""
    return secrets.randbelow(MAX_SEED + 1)


def redirect_from_home(data: QueryDict, seed: Callable[[], int] = new_seed) -> str | None:
    """The query string to which `/` redirects, or None: no tracking parameters, and a seed for sort=random."""
    kept = data.copy()
    for name in data:
        if name in TRACKING or name.startswith(TRACKING_PREFIX):
            del kept[name]
    if data.getlist("sort") == [Sort.RANDOM] and "seed" not in data:
        kept["seed"] = str(seed())
    return None if kept == data else kept.urlencode(safe="/@:,")


def canonical_from_form(data: QueryDict, seed: Callable[[], int] = new_seed, *, known: Known | None = None) -> str:
    """The query string to which `/go` redirects: of a plain form, whose empty fields mean nothing.

    Beside the parameters of `/` a form may send `confidence_low` and `confidence_high`, of which an empty one is 0 or 1
    and the whole range is no condition. A random order gets a seed, another one loses it, and min_any goes where no
    `any` is. Raises BadQueryError.
    """
    filled = {name: [value for value in values if value] for name, values in data.lists()}
    low, high = (filled.pop(name, []) for name in ("confidence_low", "confidence_high"))
    if (low or high) and not _is_whole_range(text := f"{(low or ['0'])[0]}-{(high or ['1'])[0]}"):
        filled.setdefault("confidence", []).append(text)
    if filled.get("sort") != [Sort.RANDOM]:
        filled.pop("seed", None)
    elif not filled.get("seed"):
        filled["seed"] = [str(seed())]
    if not filled.get("any"):
        filled.pop("min_any", None)
    filled.pop("page", None)
    request = read_query(_query_dict(filled), extra=HOME_EXTRA, known=known)
    return request.address(request.query)


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

"""The filters beside the grid: every facet with its values, each a link with its count."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from browse.facets.engine import FacetCounts
from browse.presentation.addresses import Links
from browse.presentation.chips import TermEditor, editors
from browse.presentation.names import Names
from browse.presentation.values import STATE_WORDS, Link, RangeEditor, SetFacet, Value, as_states, bars, ends, share_of
from browse.query.canonical import format_confidence
from browse.query.links import (
    add_label,
    add_without,
    remove_term,
    with_author,
    with_confidence,
    with_licenses,
    with_states,
    with_subsets,
)
from browse.query.values import DEFAULT_STATES, STATES, Query, Role, Term
from browse.query.words import in_words
from browse.search import FacetResult, Snapshot, find_labels

SHOWN_LABELS = 14
TOP_AUTHORS = 6
VALUES_A_PAGE = 100
MOST_AUTHORS = 10_000
ROLE_NOTES = {Role.LABEL: "", Role.ANY: "may", Role.NOT: "must not"}


@dataclass(frozen=True)
class FacetPanel:
    """All filters of a query."""

    count: int
    chosen_labels: tuple[Value, ...]
    labels: tuple[Value, ...]
    number_of_labels: int
    all_labels: str
    kept: tuple[tuple[str, str], ...]
    range: RangeEditor
    states: tuple[Value, ...]
    states_reset: str
    subsets: tuple[Value, ...]
    licenses: tuple[Value, ...]
    authors: tuple[Value, ...]
    all_authors: str
    terms: tuple[TermEditor, ...]


def facet_panel(links: Links, found: FacetResult, names: Names) -> dict[str, Any]:
    """What the template takes for all filters of a query; `found` holds all its labels."""
    words = in_words(links.request.query, names)
    return {
        "panel": _panel(links, found, names),
        "version": found.version,
        "words": words,
        "title": f"Filters: {words} · Open Images",
        "images_href": links.to(links.request.query),
    }


def _panel(links: Links, found: FacetResult, names: Names) -> FacetPanel:
    query, counts = links.request.query, found.counts
    largest = max((count for _, count in counts.labels), default=0)
    others = _labels_not_chosen(query, counts.labels)
    return FacetPanel(
        count=counts.count,
        chosen_labels=tuple(chosen_labels(links, counts, names)),
        labels=tuple(label_values(links, others[:SHOWN_LABELS], largest, names)),
        number_of_labels=len(counts.labels),
        all_labels=links.facet_labels(),
        kept=tuple(links.kept(query)),
        range=_range(links, counts),
        states=_states(links, counts),
        states_reset=links.to(with_states(query, ())) if query.states else "",
        subsets=_set_values("subset", query.subsets, counts.subsets, lambda keys: links.to(with_subsets(query, keys))),
        licenses=_set_values(
            "license", query.licenses, counts.licenses, lambda keys: links.to(with_licenses(query, keys)), names.license
        ),
        authors=tuple(_shown_authors(links, found, names)),
        all_authors=links.facet_authors() if len(counts.authors) > TOP_AUTHORS else "",
        terms=tuple(editors(links, counts.terms, names)),
    )


def facet_labels_context(links: Links, found: FacetResult, snapshot: Snapshot, names: Names) -> dict[str, Any]:
    """What the template takes for one page of the labels in a result, or of those that a text matches.

    The query's own labels come first, to be taken back.
    """
    request, counts = links.request, found.counts
    wanted = None if request.q is None else {label.mid for label in find_labels(snapshot, request.q)}
    chosen = chosen_labels(links, counts, names, prefix="found", among=wanted)
    others = [one for one in _labels_not_chosen(request.query, counts.labels) if wanted is None or one[0] in wanted]
    largest = max((count for _, count in counts.labels), default=0)
    last = request.page * VALUES_A_PAGE
    shown = others[last - VALUES_A_PAGE : last]
    return {
        **_values_page(links, names, "Labels", partial(links.facet_labels, q=request.q), more=len(others) > last),
        "values": [*(chosen if request.page == 1 else ()), *label_values(links, shown, largest, names)],
        "number": len(chosen) + len(others),
        "text": request.q or "",
        "kept": links.kept(request.query),
    }


def facet_authors_context(links: Links, found: FacetResult, names: Names) -> dict[str, Any]:
    """What the template takes for one page of the authors in a result; `found` has one more than it shows."""
    last = links.request.page * VALUES_A_PAGE
    more = len(found.counts.authors) > last
    return {
        **_values_page(links, names, "Authors", links.facet_authors, more=more),
        "values": _authors(links, found, last - VALUES_A_PAGE, last),
    }


def authors_asked(page: int) -> int:
    """How many authors must be counted to show this page of them and to know whether there are more."""
    return min(page * VALUES_A_PAGE + 1, MOST_AUTHORS)


def _values_page(links: Links, names: Names, what: str, address: Callable[..., str], *, more: bool) -> dict[str, Any]:
    request = links.request
    words = in_words(request.query, names)
    return {
        "words": words,
        "title": f"{what}: {words} · Open Images",
        "images_href": links.to(request.query),
        "page": request.page,
        "first_href": address(),
        "further": address(page=request.page + 1) if more else "",
    }


def label_values(links: Links, labels: Sequence[tuple[str, int]], largest: int, names: Names) -> list[Value]:
    """Labels that can be added to the query, or left out of it."""
    query = links.request.query

    def to(change: Callable[[Query, str], Query], mid: str) -> str:
        return "" if query.is_full else links.to(change(query, mid))

    return [
        Value(
            id=f"label-{mid}",
            text=names.label(mid),
            note=names.note(mid),
            count=count,
            share=share_of(count, largest),
            href=to(add_label, mid),
            plus=None if query.is_full else Link(to(add_label, mid), f"Must have {names.distinct(mid)}"),
            minus=None if query.is_full else Link(to(add_without, mid), f"Must not have {names.distinct(mid)}"),
        )
        for mid, count in labels
    ]


def chosen_labels(
    links: Links, counts: FacetCounts, names: Names, *, prefix: str = "chosen", among: Container[str] | None = None
) -> list[Value]:
    """The labels of the query, all or those `among` some MIDs, to be taken back.

    A label that must be there is on as many images as the query has. Of others no number is told: those of labels in
    a result count pairs of the query's range and states, not of the term's own.
    """
    query = links.request.query

    def value(role: Role, term: Term) -> Value:
        return Value(
            id=f"{prefix}-{role}-{query.terms_of(role).index(term)}",
            text=names.label(term.mid),
            note=" · ".join(filter(None, (ROLE_NOTES[role], names.note(term.mid)))),
            count=counts.count if role is Role.LABEL else None,
            chosen=True,
            remove=links.to(remove_term(query, role, term)),
            icon="minus" if role is Role.NOT else "check",
        )

    return [value(role, term) for role, term in query.terms if among is None or term.mid in among]


def _labels_not_chosen(query: Query, labels: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    chosen = {term.mid for _, term in query.terms}
    return [(mid, count) for mid, count in labels if mid not in chosen]


def _range(links: Links, counts: FacetCounts) -> RangeEditor:
    query = links.request.query
    low, high = ends(query.confidence)
    return RangeEditor(
        id="confidence",
        bars=bars(counts.confidence, query.confidence, lambda chosen: links.to(with_confidence(query, chosen))),
        values=",".join(format_confidence(value) for value in sorted(counts.confidence)),
        kept=tuple(links.kept(with_confidence(query, None))),
        low_name="confidence_low",
        high_name="confidence_high",
        low=low,
        high=high,
        reset=links.to(with_confidence(query, None)) if query.confidence else "",
    )


def _states(links: Links, counts: FacetCounts) -> tuple[Value, ...]:
    query = links.request.query
    facet = SetFacet(
        "state",
        frozenset(map(str, query.states or ())),
        frozenset(map(str, DEFAULT_STATES)),
        lambda keys: links.to(with_states(query, as_states(keys))),
    )
    largest = max(counts.states.values(), default=0)
    return tuple(
        facet.value(state, STATE_WORDS[state], count=counts.states.get(state, 0), largest=largest, icon=state)
        for state in STATES
    )


def _set_values(
    name: str,
    chosen: frozenset[str],
    counts: dict[str, int],
    href: Callable[..., str],
    name_of: Callable[[str], str] = str,
) -> tuple[Value, ...]:
    facet = SetFacet(name, chosen, frozenset(counts), href)
    largest = max(counts.values(), default=0)
    without_images = dict.fromkeys(sorted(chosen - counts.keys()), 0)
    return tuple(
        facet.value(key, name_of(key), count=count, largest=largest) for key, count in (counts | without_images).items()
    )


def _shown_authors(links: Links, found: FacetResult, names: Names) -> list[Value]:
    """The first few authors, and before them the one chosen, if not among them."""
    key, shown = links.request.query.author, _authors(links, found, 0, TOP_AUTHORS)
    if key is None or any(value.chosen for value in shown):
        return shown
    return [_author(links, key, names.author(key), found.counts.count, largest=0), *shown]


def _authors(links: Links, found: FacetResult, start: int, stop: int) -> list[Value]:
    authors, named = found.counts.authors, found.author_names
    largest = max((count for _, _, count in authors), default=0)
    return [_author(links, key, named.get(key) or key, count, largest=largest) for key, _, count in authors[start:stop]]


def _author(links: Links, key: str, name: str, count: int, *, largest: int) -> Value:
    query = links.request.query
    return Value(
        id=f"author-{key}",
        text=name,
        count=count,
        share=share_of(count, largest) if largest else 0,
        href=links.to(with_author(query, key)),
        chosen=query.author == key,
        remove=links.to(with_author(query, None)),
    )

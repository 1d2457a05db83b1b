"""The filters beside the grid: every facet with its values, each a link with its count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from browse.facets.engine import FacetCounts
from browse.presentation.addresses import Links
from browse.presentation.chips import NameOf, TermEditor, editors
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
LABELS_A_PAGE = 100


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
    terms: tuple[TermEditor, ...]


def facet_panel(links: Links, found: FacetResult, names: Names) -> dict[str, Any]:
    """What the template takes for all filters of a query; `found` holds all its labels."""
    words = in_words(links.request.query, names.label)
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
        authors=tuple(_authors(links, counts, found.author_names)),
        terms=tuple(editors(links, counts.terms, name_of=names.label)),
    )


def facet_labels_context(links: Links, found: FacetResult, snapshot: Snapshot, names: Names) -> dict[str, Any]:
    """What the template takes for one page of the labels in a result, or of those that a text matches."""
    request, labels = links.request, found.counts.labels
    if request.q is not None:
        wanted = {label.mid for label in find_labels(snapshot, request.q)}
        labels = [(mid, count) for mid, count in labels if mid in wanted]
    largest = max((count for _, count in found.counts.labels), default=0)
    start = (request.page - 1) * LABELS_A_PAGE
    words = in_words(request.query, names.label)
    return {
        "labels": label_values(links, labels[start : start + LABELS_A_PAGE], largest, names),
        "number": len(labels),
        "text": request.q or "",
        "further": links.facet_labels(q=request.q, page=request.page + 1)
        if start + LABELS_A_PAGE < len(labels)
        else "",
        "kept": links.kept(request.query),
        "words": words,
        "title": f"Labels: {words} · Open Images",
        "images_href": links.to(request.query),
        "first_page": request.page == 1,
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
            plus=None if query.is_full else Link(to(add_label, mid), f"Must have {names.label(mid)}"),
            minus=None if query.is_full else Link(to(add_without, mid), f"Must not have {names.label(mid)}"),
        )
        for mid, count in labels
    ]


def chosen_labels(links: Links, counts: FacetCounts, names: Names) -> list[Value]:
    """The labels of the query, to be taken back; a label that must be there has as many images as the query."""
    query, by_mid = links.request.query, dict(counts.labels)

    def value(role: Role, term: Term) -> Value:
        count = {Role.LABEL: counts.count, Role.ANY: by_mid.get(term.mid, 0), Role.NOT: None}[role]
        icon = "minus" if role is Role.NOT else "check"
        return Value(
            id=f"chosen-{role}-{query.terms_of(role).index(term)}",
            text=names.label(term.mid),
            note="must not" if role is Role.NOT else names.note(term.mid) or ("may" if role is Role.ANY else ""),
            count=count,
            chosen=True,
            remove=links.to(remove_term(query, role, term)),
            icon=icon,
        )

    return [value(role, term) for role, term in query.terms]


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
    name: str, chosen: frozenset[str], counts: dict[str, int], href: Callable[..., str], name_of: NameOf = str
) -> tuple[Value, ...]:
    facet = SetFacet(name, chosen, frozenset(counts), href)
    largest = max(counts.values(), default=0)
    return tuple(facet.value(key, name_of(key), count=count, largest=largest) for key, count in counts.items())


def _authors(links: Links, counts: FacetCounts, author_names: Mapping[str, str]) -> list[Value]:
    query = links.request.query
    largest = max((count for _, _, count in counts.authors), default=0)
    return [
        Value(
            id=f"author-{key}",
            text=author_names.get(key) or key,
            count=count,
            share=share_of(count, largest),
            href=links.to(with_author(query, key)),
            chosen=query.author == key,
            remove=links.to(with_author(query, None)),
        )
        for key, _, count in counts.authors
    ]

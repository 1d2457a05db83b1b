"""The filters beside the grid: every facet with its values, each a link with its count."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from browse.domain.comparison import Comparison
from browse.presentation.parts.addresses import Links
from browse.presentation.parts.chips import TermEditor, editors
from browse.presentation.parts.names import Names
from browse.presentation.parts.relation_values import relation_values
from browse.presentation.parts.term_sections import SectionsEditor
from browse.presentation.parts.values import (
    STATE_WORDS,
    Link,
    RangeEditor,
    SetFacet,
    Value,
    as_states,
    bars,
    ends,
    share_of,
)
from browse.query.box_terms import BoxTerm
from browse.query.edits import (
    add_below,
    add_label,
    add_term,
    add_without,
    remove_term,
    with_authors,
    with_confidence,
    with_states,
    with_text,
)
from browse.query.fields import FACETS, Field
from browse.query.phrases import label_in_words
from browse.query.spelling import format_confidence
from browse.query.values import DEFAULT_STATES, STATES, Query, Role, Term
from browse.query.words import in_words
from browse.search import FacetCounts, FacetResult
from browse.search.results import AuthorResult

SHOWN_LABELS, SHOWN_GROUPS = 14, 8
TOP_AUTHORS = 6
VALUES_A_PAGE = 100
MANY_VALUES = 8
"""Of more values those that hold what is typed can be looked for."""
MOST_AUTHORS = 10_000
ROLE_NOTES = {Role.LABEL: "", Role.ANY: "any of", Role.NOT: "excluded"}


@dataclass(frozen=True)
class ValueSection:
    """The values of one condition on the image, under a heading."""

    name: str
    title: str
    values: tuple[Value, ...]

    @property
    def is_long(self) -> bool:
        """Whether there are so many values that one looks for some by typing."""
        return len(self.values) > MANY_VALUES


@dataclass(frozen=True)
class FacetPanel:
    """All filters of a query.

    `usual` is JSON: for each facet of which several values may be chosen, those that hold where none is.
    """

    count: int
    chosen_labels: tuple[Value, ...]
    labels: tuple[Value, ...]
    more_labels: int
    all_labels: str
    groups: tuple[Value, ...]
    kept: tuple[tuple[str, str], ...]
    text: str
    kept_without_text: tuple[tuple[str, str], ...]
    has_captions: bool
    caption: str
    kept_without_caption: tuple[tuple[str, str], ...]
    range: RangeEditor
    states: tuple[Value, ...]
    states_reset: str
    sets: tuple[ValueSection, ...]
    box_labels: tuple[Value, ...]
    relations: tuple[Value, ...]
    authors: tuple[Value, ...]
    all_authors: str
    terms: tuple[TermEditor | SectionsEditor, ...]
    usual: str


def facet_panel(
    links: Links, found: FacetResult, names: Names, comparisons: Mapping[str, Comparison]
) -> dict[str, Any]:
    """What the template takes for all filters of a query; `found` holds all its labels, `comparisons` those chosen."""
    words = in_words(links.request.query, names)
    return {
        "panel": _panel(links, found, names, comparisons),
        "version": found.version,
        "words": words,
        "title": f"Filters: {words} · Open Images",
        "images_href": links.to(links.request.query),
    }


def _panel(links: Links, found: FacetResult, names: Names, comparisons: Mapping[str, Comparison]) -> FacetPanel:
    query, counts = links.request.query, found.counts
    largest = max((count for _, count in counts.labels), default=0)
    others = _labels_not_chosen(query, counts.labels)
    return FacetPanel(
        count=counts.count,
        chosen_labels=tuple(chosen_labels(links, counts, names)),
        labels=tuple(label_values(links, others[:SHOWN_LABELS], largest, names)),
        more_labels=min(VALUES_A_PAGE, len(others) - SHOWN_LABELS),
        all_labels=links.facet_labels(),
        groups=tuple(_groups(links, counts, names)),
        kept=tuple(links.kept(query)),
        text=str(query.text or ""),
        kept_without_text=tuple(links.kept(with_text(query, None))),
        has_captions="narrative" in counts.values.get("kinds", {}),
        caption=str(query.caption or ""),
        kept_without_caption=tuple(links.kept(replace(query, caption=None))),
        range=_range(links, counts),
        states=_states(links, counts),
        states_reset=links.to(with_states(query, ())) if query.states else "",
        sets=tuple(
            ValueSection(field.name, field.title, _set_values(links, field, counts.values[facet.name], names))
            for field, facet in FACETS
            if field.of_image and facet.name in counts.values
        ),
        box_labels=tuple(_box_labels(links, counts, names)),
        relations=tuple(relation_values(links, counts)),
        authors=tuple(_shown_authors(links, found, names)),
        all_authors=links.facet_authors() if len(counts.authors) > TOP_AUTHORS else "",
        terms=tuple(editors(links, counts.terms, names, comparisons)),
        usual=json.dumps(
            {
                "state": sorted(DEFAULT_STATES),
                **{
                    field.name: [*counts.values[facet.name]]
                    for field, facet in FACETS
                    if field.of_image and facet.name in counts.values
                },
            }
        ),
    )


def facet_labels_context(
    links: Links, found: FacetResult, wanted: Container[str] | None, names: Names
) -> dict[str, Any]:
    """What the template takes for one page of the labels in a result, or of the `wanted` ones, by MID.

    The query's own labels come first, to be taken back.
    """
    request, counts = links.request, found.counts
    chosen = chosen_labels(links, counts, names, prefix="found", among=wanted)
    others = [one for one in _labels_not_chosen(request.query, counts.labels) if wanted is None or one[0] in wanted]
    largest = max((count for _, count in counts.labels), default=0)
    last = SHOWN_LABELS + request.page * VALUES_A_PAGE
    shown = others[last - VALUES_A_PAGE if request.page > 1 else 0 : last]
    further = min(VALUES_A_PAGE, len(others) - last)
    return {
        **_values_page(links, names, "Labels", partial(links.facet_labels, find=request.find), more=further > 0),
        "further_number": further,
        "values": [*(chosen if request.page == 1 else ()), *label_values(links, shown, largest, names)],
        "number": len(chosen) + len(others),
        "text": request.find or "",
        "kept": links.kept(request.query),
    }


def facet_authors_context(links: Links, found: AuthorResult, names: Names) -> dict[str, Any]:
    """What the template takes for one page of the authors in a result; `found` has one more than it shows."""
    request = links.request
    last = request.page * VALUES_A_PAGE
    address = partial(links.facet_authors, find=request.find)
    return {
        **_values_page(links, names, "Authors", address, more=len(found.authors) > last),
        "values": _authors(links, found, last - VALUES_A_PAGE, last),
        "text": request.find or "",
        "kept": links.kept(request.query),
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

    def without(mid: str) -> Link | None:
        return None if query.is_full else Link(to(add_without, mid), f"Exclude {names.distinct(mid)}")

    return _counted_labels("label", labels, names, partial(to, add_label), largest=largest, without=without)


def _counted_labels(
    prefix: str,
    labels: Sequence[tuple[str, int]],
    names: Names,
    href: Callable[[str], str],
    *,
    largest: int,
    without: Callable[[str], Link | None] = lambda _: None,
) -> list[Value]:
    """Labels with how many images choosing each leads to; href: where, by MID; without: to leave it out instead."""
    return [
        Value(
            id=f"{prefix}-{mid}",
            text=names.label(mid),
            note=names.note(mid),
            count=count,
            share=share_of(count, largest),
            href=href(mid),
            minus=without(mid),
        )
        for mid, count in labels
    ]


def _groups(links: Links, counts: FacetCounts, names: Names) -> list[Value]:
    """The largest labels with others below them, each to be added with all of these."""
    query, groups = links.request.query, counts.hierarchy or []
    chosen = {term.mid for _, term in query.pair_terms if term.below}
    largest = max((count for _, count in groups), default=0)
    shown = [one for one in groups if one[0] not in chosen][:SHOWN_GROUPS]

    def to(mid: str) -> str:
        return "" if query.is_full else links.to(add_below(query, mid))

    return _counted_labels("below", shown, names, to, largest=largest)


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
            text=label_in_words(term, names.label(term.mid)),
            note=" · ".join(filter(None, (ROLE_NOTES[role], names.note(term.mid)))),
            count=counts.count if role is Role.LABEL else None,
            chosen=True,
            remove=links.to(remove_term(query, role, term)),
            icon="minus" if role is Role.NOT else "check",
        )

    return [value(role, term) for role, term in query.pair_terms if among is None or term.mid in among]


def _box_labels(links: Links, counts: FacetCounts, names: Names) -> list[Value]:
    """The labels with boxes in the result, those of which boxes are asked for left out."""
    query = links.request.query
    asked = {term.mid for term in query.label if isinstance(term, BoxTerm) and term == BoxTerm(term.mid)}
    shown = [(mid, count) for mid, count in counts.box_labels if mid not in asked][:SHOWN_LABELS]
    largest = max((count for _, count in counts.box_labels), default=0)

    def to(mid: str) -> str:
        return "" if query.is_full else links.to(add_term(query, Role.LABEL, BoxTerm(mid)))

    return _counted_labels("box", shown, names, to, largest=largest)


def _labels_not_chosen(query: Query, labels: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    chosen = {term.mid for _, term in query.pair_terms if not term.below}
    return [(mid, count) for mid, count in labels if mid not in chosen]


def _range(links: Links, counts: FacetCounts) -> RangeEditor:
    query, levels = links.request.query, counts.values["confidence"]
    low, high = ends(query.confidence)
    return RangeEditor(
        id="confidence",
        bars=bars(
            counts.values["confidence"], query.confidence, lambda chosen: links.to(with_confidence(query, chosen))
        ),
        values=",".join(format_confidence(value) for value in sorted(levels)),
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
        filters=True,
    )
    largest = max(counts.values["states"].values(), default=0)
    return tuple(
        facet.value(state, STATE_WORDS[state], count=counts.values["states"].get(state, 0), largest=largest)
        for state in STATES
    )


def _set_values(links: Links, field: Field, counts: dict[Any, int], names: Names) -> tuple[Value, ...]:
    query = links.request.query
    chosen = frozenset(field.values(query))
    facet = SetFacet(field.name, chosen, frozenset(counts), lambda keys: links.to(field.replaced(query, keys)))
    largest = max(counts.values(), default=0)
    without_images = dict.fromkeys(sorted(chosen - counts.keys()), 0)
    return tuple(
        facet.value(key, field.chosen([key], names), count=count, largest=largest)
        for key, count in (counts | without_images).items()
    )


def _shown_authors(links: Links, found: FacetResult, names: Names) -> list[Value]:
    """The first few authors, and before them those chosen that are not among them."""
    counted = {key for key, _, _ in found.counts.authors[:TOP_AUTHORS]}
    others = [(key, count) for key, count in found.chosen_authors.items() if key not in counted]
    return [
        *(_author(links, key, names.author(key), count, largest=0) for key, count in others),
        *_authors(links, AuthorResult(found.counts.authors, found.author_names), 0, TOP_AUTHORS),
    ]


def _authors(links: Links, found: AuthorResult, start: int, stop: int) -> list[Value]:
    largest = max((count for _, _, count in found.authors), default=0)
    return [
        _author(links, key, found.names.get(key) or key, count, largest=largest)
        for key, _, count in found.authors[start:stop]
    ]


def _author(links: Links, key: str, name: str, count: int, *, largest: int) -> Value:
    query = links.request.query

    def to(keys: Iterable[str]) -> str:
        return links.to(with_authors(query, keys))

    return Value(
        id=f"author-{key}",
        text=name,
        count=count,
        share=share_of(count, largest) if largest else 0,
        href=to(query.authors | {key}),
        chosen=key in query.authors,
        remove=to(query.authors - {key}),
        is_box=True,
        by="choosing",
    )

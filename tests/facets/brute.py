"""query.md in plain Python: each image looked at by itself, each facet value by the page that its link leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from browse.facets.engine import FacetCounts, PageOfImages, TermFacet, UnknownValueError
from browse.query import links
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    STATES,
    SUBSETS,
    ConfidenceRange,
    Query,
    Role,
    Sort,
    State,
    Term,
)
from tests.facets.datasets import Dataset, Photo

AUTHORITY = ["curator", "verification", "human", "crowdsource-verification"]
PairValue = tuple[int, State]


class BruteForce:
    """The third engine of the contract tests."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.pairs: dict[str, dict[str, PairValue]] = {photo.image_id: {} for photo in dataset.photos}
        for image_id, mid, _ in dataset.annotations:
            self.pairs[image_id][mid] = merge(
                {s: c for (i, m, s), c in dataset.annotations.items() if i == image_id and m == mid}
            )

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        self._check(query)
        return sum(self.matches(query, photo) for photo in self.dataset.photos)

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        self._check(query)
        found = sorted(
            (photo for photo in self.dataset.photos if self.matches(query, photo)),
            key=lambda photo: (self._rank(query, photo), photo.key),
        )
        return PageOfImages(len(found), [photo.key for photo in found[(number - 1) * size : number * size]])

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        count = self.count
        levels = sorted({confidence for pairs in self.pairs.values() for confidence, _ in pairs.values()})
        subsets = [name for name in SUBSETS if any(photo.subset == name for photo in self.dataset.photos)]
        authors = [(key, count(links.with_author(query, key))) for key in {key for _, key in self.dataset.authors}]
        row = {key: i for i, (_, key) in reversed([*enumerate(self.dataset.authors, 1)])}
        return FacetCounts(
            count=count(query),
            labels=ranked((mid, self.count_with_label(query, mid)) for mid in self.dataset.mids)[:top],
            authors=[(key, row[key], n) for key, n in ranked(authors)[:top_authors]],
            subsets={name: count(links.with_subsets(query, [name])) for name in subsets},
            licenses={
                slug: count(links.with_licenses(query, [slug]))
                for slug in sorted({s for _, s in self.dataset.licenses})
            },
            states={state: count(links.with_states(query, [state])) for state in STATES},
            confidence={level: count(links.with_confidence(query, ConfidenceRange(level, level))) for level in levels},
            terms=[term_facet(query, role, term, levels, count) for role, term in query.terms],
        )

    def _check(self, query: Query) -> None:
        known = {
            "license": {slug for _, slug in self.dataset.licenses},
            "author": {key for _, key in self.dataset.authors},
        }
        given = [(str(role), term.mid) for role, term in query.terms]
        given += [("license", slug) for slug in query.licenses]
        given += [("author", query.author)] if query.author is not None else []
        for parameter, value in given:
            if value not in known.get(parameter, self.dataset.mids):
                raise UnknownValueError(parameter, value)

    def count_with_label(self, query: Query, mid: str) -> int:
        """The count of the query with `label=MID`, which the query may be too full to take."""
        with_label = replace(query, label=tuple(dict.fromkeys((*query.label, Term(mid)))))
        return self.count(with_label)

    def _rank(self, query: Query, photo: Photo) -> int:
        if query.sort is Sort.CONFIDENCE:
            return -self.pairs[photo.image_id][query.label[0].mid][0]
        if query.sort is Sort.RANDOM:
            assert query.seed is not None
            return mix(int(photo.image_id, 16) ^ mix(query.seed))
        return 0

    def matches(self, query: Query, photo: Photo) -> bool:
        pairs = self.pairs[photo.image_id]

        def holds(term: Term) -> bool:
            if term.mid not in pairs:
                return False
            confidence, state = pairs[term.mid]
            return confidence in query.range_of(term) and state in query.states_of(term)

        given = query.confidence is not None or query.states is not None
        inside = [
            confidence in (query.confidence or ANY_CONFIDENCE) and state in (query.states or DEFAULT_STATES)
            for confidence, state in pairs.values()
        ]
        return (
            all(holds(term) for term in query.label)
            and (not query.any or sum(holds(term) for term in query.any) >= query.min_any)
            and not any(holds(term) for term in query.without)
            and (bool(query.label or query.any) or not given or any(inside))
            and (not query.subsets or photo.subset in query.subsets)
            and (not query.licenses or self.dataset.licenses[photo.license][1] in query.licenses)
            and (query.author is None or self._author(photo) == query.author)
        )

    def _author(self, photo: Photo) -> str | None:
        return None if photo.author is None else self.dataset.authors[photo.author][1]


def merge(annotations: dict[str, int]) -> PairValue:
    """Confidence and state of a pair from its annotations, by source."""
    machine = annotations.get("machine")
    human = sorted(
        (AUTHORITY.index(source) if source in AUTHORITY else len(AUTHORITY), source)
        for source in annotations
        if source != "machine"
    )
    says_yes = annotations[human[0][1]] >= 50 if human else None
    if machine is None:
        return (100, State.MISSED) if says_yes else (0, State.ABSENT)
    if says_yes is None:
        return machine, State.UNVERIFIED
    return machine, State.CONFIRMED if says_yes else State.REJECTED


def mix(word: int) -> int:
    """The output function of splitmix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = (word ^ (word >> shift)) * factor % 2**64
    return word ^ (word >> 31)


def ranked(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(((value, n) for value, n in counts if n), key=lambda pair: (-pair[1], pair[0]))


def term_facet(query: Query, role: Role, term: Term, levels: list[int], count: Callable[[Query], int]) -> TermFacet:
    def with_instead(new: Term) -> int:
        return count(links.replace_term(query, role, term, new))

    return TermFacet(
        role=role,
        term=term,
        confidence={c: with_instead(replace(term, confidence=ConfidenceRange(c, c))) for c in levels},
        states={state: with_instead(replace(term, states=frozenset({state}))) for state in STATES},
    )

"""query.md in plain Python: each image looked at by itself, each facet value by the page that its link leads to."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

from browse.domain.relationships import Relationship
from browse.facets.engine import (
    FacetCounts,
    PageOfImages,
    PlainTermFacet,
    TermFacet,
    UnknownValueError,
)
from browse.query import edits
from browse.query.box_terms import BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm, Side
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    LICENSE_CHECKS,
    STATES,
    SUBSETS,
    AnyTerm,
    CheckOutcome,
    ConfidenceRange,
    Query,
    Role,
    Sort,
    State,
    Term,
    TextQuery,
)
from tests.facets.brute_boxes import box_facet, counted_areas, has_boxes
from tests.facets.brute_labels import with_below
from tests.facets.datasets import Dataset, Photo

AUTHORITY = ["curator", "verification", "human", "crowdsource-verification"]
PairValue = tuple[int, State]


class BruteForce:
    """The third engine of the contract tests."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.pairs: dict[str, dict[str, PairValue]] = {photo.image_id: {} for photo in dataset.photos}
        said: dict[tuple[str, str], dict[str, int]] = {}
        for (image_id, mid, source), confidence in dataset.annotations.items():
            said.setdefault((image_id, mid), {})[source] = confidence
        for (image_id, mid), by_source in said.items():
            self.pairs[image_id][mid] = merge(by_source)

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        self._check(query)
        return sum(self.matches(query, photo) for photo in self.dataset.photos)

    def similar(self, key: int) -> list[tuple[int, Fraction]]:
        """The squared cosine of all other images that share a label, by key."""
        held = {
            photo.key: {mid for mid, (_, state) in self.pairs[photo.image_id].items() if state in DEFAULT_STATES}
            for photo in self.dataset.photos
        }
        images = len(held)
        weight = {
            mid: round(1000 * math.log((1 + images) / (1 + sum(mid in mids for mids in held.values()))))
            for mid in self.dataset.mids
        }
        size = {one: sum(weight[mid] ** 2 for mid in mids) for one, mids in held.items()}
        md5 = {photo.key: photo.md5 or photo.image_id for photo in self.dataset.photos}
        common = {one: sum(weight[mid] ** 2 for mid in mids & held[key]) for one, mids in held.items()}
        return [
            (one, Fraction(common[one] ** 2, size[one] * size[key]))
            for one in held
            if common[one] and md5[one] != md5[key]
        ]

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
        there = {photo.subset for photo in self.dataset.photos} | self.dataset.emptied
        subsets = [name for name in SUBSETS if name in there]
        authors = [(key, count(edits.with_authors(query, [key]))) for key in {key for _, key in self.dataset.authors}]
        row = {key: i for i, (_, key) in reversed([*enumerate(self.dataset.authors, 1)])}
        return FacetCounts(
            count=count(query),
            labels=ranked((mid, self.count_with(query, Term(mid))) for mid in self.dataset.mids)[:top],
            authors=[(key, row[key], n) for key, n in ranked(authors)[:top_authors]],
            values={
                "subsets": {name: count(edits.with_subsets(query, [name])) for name in subsets},
                "licenses": {
                    slug: count(replace(query, licenses=frozenset({slug})))
                    for slug in sorted({s for _, s in self.dataset.licenses})
                },
                **self._kinds(query),
                "license_check": {
                    check: count(replace(query, license_checks=frozenset({check}))) for check in LICENSE_CHECKS
                },
                "states": {state: count(edits.with_states(query, [state])) for state in STATES},
                "confidence": {
                    level: count(edits.with_confidence(query, ConfidenceRange(level, level))) for level in levels
                },
            },
            terms=[
                PlainTermFacet(role, term)
                if isinstance(term, RelationTerm | PointTerm)
                else term_facet(query, role, term, levels, count)
                if isinstance(term, Term)
                else box_facet(query, role, term, count)
                for role, term in query.terms
            ],
            hierarchy=self.groups(query)[:top] if has_hierarchy(self.dataset) else None,
            relations=ranked(
                (word, self.count_with(query, RelationTerm(relation=word))) for word in self.dataset.relations
            ),
            box_labels=ranked((mid, self.count_with(query, BoxTerm(mid))) for mid in self.dataset.mids)[:top],
        )

    def groups(self, query: Query) -> list[tuple[str, int]]:
        """The count of the query with `label=MID*` for each label that has others below it."""
        mids = [mid for mid in self.dataset.mids if len(with_below(self.dataset, mid)) > 1]
        return ranked((mid, self.count_with(query, Term(mid, below=True))) for mid in mids)

    def _kinds(self, query: Query) -> dict[str, dict[str, int]]:
        """The facet of kinds, where there are any."""
        there = [kind for kind, rows in self._by_kind.items() if any(rows.values())]
        return {"kinds": {kind: self.count(replace(query, has=frozenset({kind}))) for kind in there}} if there else {}

    @property
    def _by_kind(self) -> dict[str, Mapping[str, tuple[object, ...]]]:
        return {
            "boxes": self.dataset.boxes,
            "masks": self.dataset.masks,
            "relationships": self.dataset.relationships,
            "points": self.dataset.points,
            "narrative": self.dataset.narratives,
        }

    def _has(self, value: str, photo: Photo) -> bool:
        """Whether an image has annotations of a kind, or none where a - stands in front."""
        there = bool(self._by_kind[value.removeprefix("-")].get(photo.image_id))
        return there is not value.startswith("-")

    def authors_named(self, query: Query, text: str, *, top: int | None = None) -> list[tuple[str, int, int]]:
        wanted = words(text)
        row = {key: i for i, (_, key) in reversed([*enumerate(self.dataset.authors, 1)])}
        there = {key: words(self.dataset.names.get(row[key], "")) for key in row}
        found = {
            key
            for key in row
            if key == text or (wanted and all(any(one.startswith(word) for one in there[key]) for word in wanted))
        }
        counts = ranked((key, self.count(edits.with_authors(query, [key]))) for key in found)
        return [(key, row[key], count) for key, count in counts][:top]

    def _check(self, query: Query) -> None:
        known = {
            "license": {slug for _, slug in self.dataset.licenses},
            "author": {key for _, key in self.dataset.authors},
        }
        given = [
            (str(role), f"{mid}*" if below and not has_hierarchy(self.dataset) else mid)
            for role, term in query.terms
            for mid, below in term.named
        ]
        given += [("license", slug) for slug in query.licenses]
        given += [("author", key) for key in query.authors]
        for parameter, value in given:
            if value not in known.get(parameter, self.dataset.mids):
                raise UnknownValueError(parameter, value)

    def count_with(self, query: Query, term: AnyTerm) -> int:
        """The count of the query with one more `label` term, which the query may be too full to take."""
        return self.count(replace(query, label=tuple(dict.fromkeys((*query.label, term)))))

    def _rank(self, query: Query, photo: Photo) -> int:
        if query.sort is Sort.CONFIDENCE:
            first = next(term for term in query.label if isinstance(term, Term))
            return -max(confidence for confidence, _ in self.pairs_for(query, first, photo.image_id).values())
        if query.sort in (Sort.BOXES, Sort.AREA):
            term = next(term for term in query.label if isinstance(term, BoxTerm))
            areas = counted_areas(term, self.dataset.boxes[photo.image_id], self.dataset)
            return -len(areas) if query.sort is Sort.BOXES else -max(areas)
        if query.sort is Sort.RANDOM:
            assert query.seed is not None
            return mix(int(photo.image_id, 16) ^ mix(query.seed))
        return 0

    def pairs_for(self, query: Query, term: Term, image_id: str) -> dict[str, PairValue]:
        """The pairs of an image that hold a term."""
        mids = with_below(self.dataset, term.mid) if term.below else {term.mid}
        return {
            mid: (confidence, state)
            for mid, (confidence, state) in self.pairs[image_id].items()
            if mid in mids and confidence in query.range_of(term) and state in query.states_of(term)
        }

    def matches(self, query: Query, photo: Photo) -> bool:
        def holds(term: AnyTerm) -> bool:
            if isinstance(term, BoxTerm):
                return has_boxes(self.dataset, term, self.dataset.boxes.get(photo.image_id, ()))
            if isinstance(term, RelationTerm):
                rows = self.dataset.relationships.get(photo.image_id, ())
                return any(self.is_such(term, row) for row in rows)
            if isinstance(term, PointTerm):
                mids = with_below(self.dataset, term.mid) if term.below else {term.mid}
                points = self.dataset.points.get(photo.image_id, ())
                return any(point.mid in mids and point.verdict in term.verdicts for point in points)
            return bool(self.pairs_for(query, term, photo.image_id))

        return (
            (not query.subsets or photo.subset in query.subsets)
            and (not query.licenses or self.dataset.licenses[photo.license][1] in query.licenses)
            and (not query.authors or self._author(photo) in query.authors)
            and all(self._has(one, photo) for one in query.has)
            and (not query.ids or photo.image_id in query.ids)
            and (not query.license_checks or self._check_of(photo) in query.license_checks)
            and all(holds(term) for term in query.label)
            and (not query.any or sum(holds(term) for term in query.any) >= query.min_any)
            and not any(holds(term) for term in query.without)
            and (_asks_for_pairs(query) or self._has_pair_inside(query, photo))
            and (query.caption is None or self._has_caption(query.caption, photo))
            and (query.text is None or has_text(str(query.text), photo.title, self.dataset.name_of(photo)))
        )

    def _has_caption(self, asked: TextQuery, photo: Photo) -> bool:
        """Whether one narrative of an image has all parts of a text."""
        return any(self.has_words(asked, one.caption) for one in self.dataset.narratives.get(photo.image_id, ()))

    def has_words(self, asked: TextQuery, caption: str) -> bool:
        """Whether a caption has all parts of a text, a word at a time."""

        def has_part(part: str, there: list[str]) -> bool:
            *others, last = words(part.removesuffix("*"))
            ends = any(one.startswith(last) if part.endswith("*") else one == last for one in there)
            return ends and all(word in there for word in others)

        there = words(caption)
        return all(has_part(part.removeprefix("-"), there) is not part.startswith("-") for part in str(asked).split())

    def is_such(self, term: RelationTerm, row: Relationship) -> bool:
        """Whether a relationship is one that a term asks for."""

        def fits(side: Side | None, mid: str) -> bool:
            return side is None or mid in (with_below(self.dataset, side.mid) if side.below else {side.mid})

        is_relation = term.relation is None or term.relation == row.relation
        return is_relation and fits(term.subject, row.subject) and fits(term.object, row.object)

    def _has_pair_inside(self, query: Query, photo: Photo) -> bool:
        """Whether a pair is in the query's range and states; true where neither is given."""
        return (query.confidence is None and query.states is None) or any(
            confidence in (query.confidence or ANY_CONFIDENCE) and state in (query.states or DEFAULT_STATES)
            for confidence, state in self.pairs[photo.image_id].values()
        )

    def suggested_authors(self, asked: list[str]) -> list[tuple[str, int]]:
        """Authors with images whose usual name has these words, the last as a beginning."""
        names = {key: words(self.dataset.names.get(row, "")) for row, (_, key) in self._rows_reversed()}
        counts = [(key, sum(self._author(photo) == key for photo in self.dataset.photos)) for key in names]
        return [
            (key, count)
            for key, count in ranked(counts)
            if asked and {*asked[:-1]} <= {*names[key]} and any(word.startswith(asked[-1]) for word in names[key])
        ]

    def _rows_reversed(self) -> list[tuple[int, tuple[str, str]]]:
        return [*enumerate(self.dataset.authors, 1)][::-1]

    def _check_of(self, photo: Photo) -> CheckOutcome:
        return self.dataset.checks.get(photo.image_id, CheckOutcome.UNCHECKED)

    def _author(self, photo: Photo) -> str | None:
        return None if photo.author is None else self.dataset.authors[photo.author][1]


def has_hierarchy(dataset: Dataset) -> bool:
    """Whether any label of the data set has another one below it."""
    return any(len(with_below(dataset, mid)) > 1 for mid in dataset.mids)


def _asks_for_pairs(query: Query) -> bool:
    return any(isinstance(term, Term) for term in (*query.label, *query.any))


def has_text(text: str, title: str, name: str) -> bool:
    """Whether an image of this title and author's name has what a text asks for."""
    return all(
        not _has_part(part[1:], title, name) if part[0] == "-" else _has_part(part, title, name)
        for part in text.split()
    )


def _has_part(text: str, title: str, name: str) -> bool:
    there = words(title) + words(name)
    for field, own in (("title:", title), ("author:", name)):
        if text.startswith(field):
            text, there = text[len(field) :], words(own)
            break
    wanted = words(text)
    if text.endswith("*"):
        return all(word in there for word in wanted[:-1]) and any(word.startswith(wanted[-1]) for word in there)
    return all(word in there for word in wanted)


CJK = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def words(text: str) -> list[str]:
    """The words of a text, a character at a time."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    found = [""]
    for character in folded:
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        if CJK.match(character):
            found += [character, ""]
        elif category[0] in "LN" or category == "Mc":
            found[-1] += character
        else:
            found.append("")
    return [word for word in found if word]


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
        return count(edits.replace_term(query, role, term, new))

    return TermFacet(
        role=role,
        term=term,
        confidence={c: with_instead(replace(term, confidence=ConfidenceRange(c, c))) for c in levels},
        states={state: with_instead(replace(term, states=frozenset({state}))) for state in STATES},
    )

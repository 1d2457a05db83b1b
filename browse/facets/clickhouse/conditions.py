"""What an image must satisfy, as ClickHouse's SQL over an image's own columns.

An atom is what a condition needs to know of an image, such as the class of its pair of a label: a column that is made
once for an image, or that images are grouped by. Conditions are said over atoms.
"""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shift_of
from browse.domain.boxes import Attribute
from browse.domain.image_ids import key_from_image_id
from browse.domain.points import VERDICTS
from browse.facets.clickhouse.cells import (
    Condition,
    Mask,
    at_least,
    fails,
    has_bit,
    in_ranges,
    is_among,
    is_between,
    is_one_of,
    is_set,
)
from browse.facets.clickhouse.changes import CHECKED, Changes
from browse.facets.clickhouse.generation import Generation, listed, literal
from browse.facets.index.classes import LEVELS
from browse.query.box_terms import NO_LIMIT, BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm, Side
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    KINDS,
    LICENSE_CHECKS,
    STATES,
    SUBSETS,
    AnyTerm,
    CheckOutcome,
    Query,
    Term,
    TextField,
    TextPart,
    TextQuery,
)

NOTHING, ALL = "0", "1"
BITS = 64
"""Classes that are asked for are bits of whole numbers, so many each."""


def classes_in(query: Query, term: Term | None = None) -> Mask:
    """The classes, 0 being no pair, that a term asks for, or else the query itself."""
    confidence = (query.range_of(term) if term else query.confidence) or ANY_CONFIDENCE
    states = (query.states_of(term) if term else query.states) or DEFAULT_STATES
    mask = np.zeros(len(STATES) * LEVELS + 1, np.bool_)
    for state in states:
        first = STATES.index(state) * LEVELS + 1
        mask[first + confidence.low : first + confidence.high + 1] = True
    return mask


def pair_in(value: str, query: Query, term: Term | None = None) -> str:
    """That a class is one that a term asks for, or else the query itself."""
    return in_ranges(value, classes_in(query, term))


def both(conditions: Iterable[str]) -> str:
    """All of these."""
    found = [one for one in conditions if one != ALL]
    return " AND ".join(found) if found else ALL


def any_of(conditions: Iterable[str]) -> str:
    """One of these; whatever it be where there are none."""
    return " OR ".join(f"({one})" for one in conditions) or ALL


class Conditions:
    """Conditions of queries over one generation, and the atoms that they need, in the order of being asked for.

    driver: the label whose `post` the images are read from, whose class stands there.
    """

    def __init__(self, changes: Changes, *, driver: int | None = None, deadline: float | None = None) -> None:
        self.changes, self.driver = changes, driver
        self._deadline = deadline
        self._plain: dict[str, str] = {}
        self._boxes: dict[tuple[str, bool], list[str]] = {}
        self._masks: dict[str, list[Mask]] = {}
        self._held: dict[Hashable, Condition] = {}

    @property
    def generation(self) -> Generation:
        """What numbers mean."""
        return self.changes.generation

    def atom(self, sql: str) -> str:
        """The name of an atom."""
        return self._plain.setdefault(sql, f"a{len(self._plain)}")

    @property
    def atoms(self) -> dict[str, str]:
        """The atoms asked for until now: SQL over an image's own columns, and the name of each.

        How many boxes terms about one label count stands in one atom: servers take long to plan many lambdas.
        """
        counted = {}
        for place, asked in enumerate(self._boxes.values()):
            each = ", ".join(f"toUInt32({one})" for one in asked)
            boxes = f"arrayMap((l, a, t) -> [{each}], box_labels, box_areas, box_attributes)"
            counted[f"arrayReduce('sumForEach', {boxes})"] = f"b{place}"
        for among, name, bits in self.bits():
            each = f"CAST([{listed(bits)}] AS Array(UInt64))[c + 1]"
            set_ = (
                f"arrayMap(c -> {each}, classes)"
                if among == ALL
                else (f"arrayMap((c, l) -> if({among}, {each}, 0), classes, labels)")
            )
            counted[f"arrayReduce('groupBitOr', {set_})"] = name
        return {**self._plain, **counted}

    def of(self, query: Query) -> Iterator[Condition]:
        """What an image must satisfy, one by one, over atoms; without what `fixed` says."""
        for term in query.label:
            yield self.holds(query, term)
        if query.any:
            yield at_least(query.min_any, [self.holds(query, term) for term in query.any])
        for term in query.without:
            yield fails(self.holds(query, term))
        if query.needs_a_pair:
            yield self._has_class(ALL, classes_in(query))
        if query.subsets:
            yield is_one_of(self.atom("subset"), sorted(SUBSETS.index(one) for one in query.subsets))
        if query.licenses:
            numbers = self.generation.license_numbers
            yield is_one_of(self.atom("license"), sorted(numbers[one] for one in query.licenses))
        for kind in sorted(query.has):
            there = has_bit(self.atom("kinds"), KINDS.index(kind.removeprefix("-")))
            yield fails(there) if kind.startswith("-") else there
        if query.license_checks:
            wanted = sorted(LICENSE_CHECKS.index(one) for one in query.license_checks)
            yield is_one_of(self.atom(self.license_check()), wanted)

    def fixed(self, query: Query) -> Iterator[str]:
        """What holds for an image or not whatever a facet's value is chosen, over its own columns."""
        if query.authors:
            yield f"author IN ({listed(sorted(self._author(key) for key in query.authors))})"
        if query.text is not None:
            yield self._text(query.text)
        if query.caption is not None:
            yield f"arrayExists(ws -> {captioned(query.caption)}, narrative_words)"
        if query.ids:
            yield f"key IN ({listed(sorted(key_from_image_id(one) for one in query.ids))})"

    def _author(self, key: str) -> int:
        found = self.generation.author(key, self._deadline)
        assert found is not None
        return found[0]

    def license_check(self) -> str:
        """The place of an image's newest license check among LICENSE_CHECKS."""
        places = [place for place, one in enumerate(LICENSE_CHECKS) if one is not CheckOutcome.UNCHECKED]
        if not self.changes.checks:
            return f"toUInt8({LICENSE_CHECKS.index(CheckOutcome.UNCHECKED)})"
        cases = ", ".join(f"key IN (SELECT key FROM {CHECKED} WHERE outcome = {place}), {place}" for place in places)
        return f"toUInt8(multiIf({cases}, {LICENSE_CHECKS.index(CheckOutcome.UNCHECKED)}))"

    def holds(self, query: Query, term: AnyTerm) -> Condition:
        """That an image has what a term asks for."""
        if isinstance(term, BoxTerm):
            return self._has_boxes(term)
        if isinstance(term, RelationTerm):
            columns = "relation_subjects, relation_words, relation_objects"
            return is_set(self.atom(f"arrayExists((s, r, o) -> {self.relationship(term)}, {columns})"))
        if isinstance(term, PointTerm):
            return is_set(self.atom(f"arrayExists((l, v) -> {self.point(term)}, point_labels, point_verdicts)"))
        kind = term.mid, term.below, query.range_of(term), query.states_of(term)  # variants share most of theirs
        if kind not in self._held:
            wanted = classes_in(query, term)
            among = self.among("l", term.mid, below=True) if term.below else ""
            self._held[kind] = self._has_class(among, wanted) if term.below else is_among(self.held(term), wanted)
        return self._held[kind]

    def _has_class(self, among: str, wanted: Mask) -> Condition:
        """That an image has a pair of such a label l in one of these classes: one bit of an atom for all such."""
        masks = self._masks.setdefault(among, [])
        place = next((place for place, one in enumerate(masks) if np.array_equal(one, wanted)), len(masks))
        if place == len(masks):
            masks.append(wanted)
        return has_bit(f"c{[*self._masks].index(among)}_{place // BITS}", place % BITS)

    def bits(self) -> Iterator[tuple[str, str, npt.NDArray[np.uint64]]]:
        """The atoms whose bits tell of classes: which labels l they look at, name, bits by class."""
        for number, (among, masks) in enumerate(self._masks.items()):
            for first in range(0, len(masks), BITS):
                some = masks[first : first + BITS]
                bits = sum(mask.astype(np.uint64) << np.uint64(place) for place, mask in enumerate(some))
                yield among, f"c{number}_{first // BITS}", np.asarray(bits, np.uint64)

    def held(self, term: Term) -> str:
        """The atom that tells the class of the image's pair of a label, or of all its pairs of labels below it too."""
        if term.below:
            among = self.among("l", term.mid, below=True)
            return self.atom(f"arraySort(arrayDistinct(arrayFilter((c, l) -> {among}, classes, labels)))")
        return self.class_of(self.generation.label_numbers[term.mid])

    def class_of(self, label: int) -> str:
        """The atom that tells the class of the image's pair of a label; 0 without one."""
        return self.atom("class" if label == self.driver else f"classes[indexOf(labels, {label})]")

    def among(self, value: str, mid: str, *, below: bool) -> str:
        """That a label is this one, or with `below` one below it."""
        number = self.generation.label_numbers[mid]
        if not below:
            return f"{value} = {number}"
        return f"{value} IN ({listed(self.generation.below.with_own(number))})"

    def _has_boxes(self, term: BoxTerm) -> Condition:
        """That a term counts so many boxes on an image as it asks for."""
        kind, box = (term.mid, term.below), self.box(term)
        asked = self._boxes.setdefault(kind, [])
        if box not in asked:
            asked.append(box)
        return is_between(f"b{[*self._boxes].index(kind)}", asked.index(box), term.least, term.most or NO_LIMIT)

    def boxes(self, term: BoxTerm) -> str:
        """How many boxes a term counts on an image."""
        return f"arrayCount((l, a, t) -> {self.box(term)}, box_labels, box_areas, box_attributes)"

    def box(self, term: BoxTerm) -> str:
        """That a box of label l, area a and attributes t is one that a term counts."""
        asked = [self.among("l", term.mid, below=term.below)]
        if term.area is not None:
            asked.append(f"a BETWEEN {term.inside.low} AND {term.inside.high}")
        for attribute in Attribute:
            allowed = sorted(term.allowed(attribute))
            if len(allowed) < 3:
                asked.append(f"bitAnd(bitShiftRight(t, {shift_of(attribute)}), 3) IN ({listed(allowed)})")
        return both(asked)

    def any_box(self, terms: Sequence[BoxTerm]) -> str:
        """That a box of label l, area a and attributes t is one that one of these terms counts; any without terms."""
        return any_of(map(self.box, terms))

    def point(self, term: PointTerm) -> str:
        """That a point of label l and verdict v is one that a term asks for."""
        verdicts = listed(place for place, one in enumerate(VERDICTS) if one in term.verdicts)
        return f"{self.among('l', term.mid, below=term.below)} AND v IN ({verdicts})"

    def relationship(self, term: RelationTerm) -> str:
        """That a relationship of subject s, relation r and object o is one that a term asks for."""
        asked = []
        if term.relation is not None:
            asked.append(f"r = {self.generation.relations.index(term.relation)}")
        for name, side in (("s", term.subject), ("o", term.object)):
            if isinstance(side, Side):
                asked.append(self.among(name, side.mid, below=side.below))
        return both(asked)

    def _text(self, text: TextQuery) -> str:
        return both(f"NOT ({self._part(part)})" if part.excluded else f"({self._part(part)})" for part in text.parts)

    def _part(self, part: TextPart) -> str:
        """That an image has every word of a part."""
        last = len(part.words) - 1
        asked = dict.fromkeys((word, part.begins and place == last) for place, word in enumerate(part.words))
        return both(self._word(part.field, word, begins=begins) for word, begins in asked)

    def _word(self, field: TextField | None, word: str, *, begins: bool) -> str:
        db, asked = self.generation.db, is_word("word", word, begins=begins)
        if asked is None:
            return NOTHING
        places = []
        if field is not TextField.AUTHOR:
            places.append(f"key IN (SELECT key FROM {db}.word WHERE place = 'title' AND {asked})")
        if field is not TextField.TITLE:
            usual = f"author IN (SELECT author FROM {db}.author_word WHERE {asked})"
            places.append(f"({usual} AND key NOT IN (SELECT key FROM {db}.credited))")
            places.append(f"key IN (SELECT key FROM {db}.word WHERE place = 'credited' AND {asked})")
        return f"({' OR '.join(places)})"


def is_word(column: str, word: str, *, begins: bool) -> str | None:
    """That a column is a word, or begins with it; None where no database can hold it."""
    try:
        text = literal(word)
    except UnicodeEncodeError:
        return None
    return f"startsWith({column}, {text})" if begins else f"{column} = {text}"


def captioned(text: TextQuery) -> str:
    """That a narrative of words ws has all parts of a text."""

    def part_of(part: TextPart) -> str:
        last = len(part.words) - 1
        said: list[Any] = [
            is_word("w", word, begins=part.begins and place == last) for place, word in enumerate(part.words)
        ]
        asked = both(NOTHING if one is None else f"arrayExists(w -> {one}, ws)" for one in said)
        return f"NOT ({asked})" if part.excluded else f"({asked})"

    return both(part_of(part) for part in text.parts)

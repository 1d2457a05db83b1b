"""What query.md says of box terms, one box at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from browse.domain.boxes import Attribute, Box
from browse.facets.engine import BoxTermFacet
from browse.query import edits
from browse.query.box_terms import AreaRange, BoxTerm
from browse.query.spelling import parse_term
from browse.query.values import Query, Role
from tests.facets.brute_labels import with_below
from tests.facets.datasets import Dataset


def has_boxes(dataset: Dataset, term: BoxTerm, boxes: Iterable[Box]) -> bool:
    """Whether among these boxes are as many as a term asks for."""
    count = len(counted_areas(term, boxes, dataset))
    return term.least <= count and (term.most is None or count <= term.most)


def counted_areas(term: BoxTerm, boxes: Iterable[Box], dataset: Dataset | None = None) -> list[int]:
    """The areas of the boxes that a term counts, one box at a time; the data set knows what is below a label."""
    assert dataset or not term.below
    mids = with_below(dataset, term.mid) if term.below and dataset else {term.mid}
    low, high = (term.area.low, term.area.high) if term.area else (0, 10_000)
    return [
        box.area
        for box in boxes
        if box.mid in mids and low <= box.area <= high and all(_fits(term, box, one) for one in Attribute)
    ]


def _fits(term: BoxTerm, box: Box, attribute: Attribute) -> bool:
    words = {True: f"{attribute}", False: f"not-{attribute}", None: f"{attribute}-unknown"}
    asked = term.attributes & {*words.values()}
    return not asked or words[box.has(attribute)] in asked


def box_facet(query: Query, role: Role, term: BoxTerm, count: Callable[[Query], int]) -> BoxTermFacet:
    """Each value's page, by the text that stands in its link."""

    def with_instead(text: str) -> int:
        return count(edits.replace_term(query, role, term, parse_term(text)))

    mid = f"{term.mid}{'*' * term.below}"
    number = f"~{term.least}-{term.most or ''}"
    area = f"@{term.area.low / 10_000:.4f}-{term.area.high / 10_000:.4f}" if term.area else "@0-1"
    words = [word.format(attribute) for attribute in Attribute for word in ("{}", "not-{}", "{}-unknown")]
    own = f":{','.join(term.attributes)}" if term.attributes else ""
    others = {
        word: [one for one in term.attributes if one.removeprefix("not-").removesuffix("-unknown") not in word]
        for word in words
    }
    fives = [(low, 10_000 if low == 9_500 else low + 499) for low in range(0, 10_000, 500)]
    numbers = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, None))
    return BoxTermFacet(
        role,
        term,
        {word: with_instead(f"box:{mid}{number}{area}:{','.join([*others[word], word])}") for word in words},
        {
            AreaRange(*ends): with_instead(f"box:{mid}{number}@{ends[0] / 10_000:.4f}-{ends[1] / 10_000:.4f}{own}")
            for ends in fives
        },
        {pair: with_instead(f"box:{mid}~{pair[0]}-{pair[1] or ''}{area}{own}") for pair in numbers},
    )

"""Hypothesis strategies for queries."""

from __future__ import annotations

from hypothesis import strategies as st

from browse.query.edits import can_sort
from browse.query.texts import parse_caption, parse_text
from browse.query.values import LICENSE_CHECKS, MAX_SEED, STATES, SUBSETS, ConfidenceRange, Query, Role, Sort, Term
from tests.query.box_draw import box_terms
from tests.query.point_draw import point_terms
from tests.query.relation_draw import relation_terms

MIDS = ("/m/06ht1", "/m/05wrt", "/m/0bt9lr", "/g/11bc5yg2y4", "/m/0_z", "/t/dd+00%é")
AUTHORS = ("12345678@N00", "jane&co=1", "x-0123456789ab", "a b%20c", "ünï/kode", "+#?;")
RELATIONS = ("is", "on", "inside_of")
LICENSES = ("cc-by-2.0", "cc-by-2.0-fr", "cc0-1.0", "none", "other-0123abcd")
TEXTS = tuple(parse_text(text) for text in ("dog", "a* -title:b~c", "author:é&=%20+ 東京", "x/y@z:1,2 -q?#"))
CAPTIONS = tuple(parse_caption(text) for text in ("dog", "title:a* -b~c", "é&=%20+ 東京"))

ranges = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda ends: ConfidenceRange(*sorted(ends)))
state_sets = st.frozensets(st.sampled_from(STATES), min_size=1)
pairs = st.builds(Term, st.sampled_from(MIDS), st.none() | ranges, st.none() | state_sets, st.booleans())
terms = pairs | box_terms(MIDS[:-1]) | relation_terms(MIDS[:-1], RELATIONS) | point_terms(MIDS[:-1])
term_lists = st.lists(terms, max_size=6, unique=True).map(tuple)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any valid query over MIDS, AUTHORS and LICENSES."""
    label, any_, without = (draw(term_lists) for _ in Role)
    sort = draw(st.sampled_from([sort for sort in Sort if can_sort(Query(label=label), sort)]))
    return Query(
        label=label,
        any=any_,
        min_any=draw(st.integers(1, max(1, len(any_)))),
        without=without,
        confidence=draw(st.none() | ranges),
        states=draw(st.none() | state_sets),
        subsets=draw(st.frozensets(st.sampled_from(SUBSETS))),
        licenses=draw(st.frozensets(st.sampled_from(LICENSES))),
        authors=draw(st.frozensets(st.sampled_from(AUTHORS), max_size=3)),
        text=draw(st.none() | st.sampled_from(TEXTS)),
        has=draw(st.sampled_from([[], ["boxes"], ["-boxes", "relationships"], ["-relationships"]]).map(frozenset)),
        caption=draw(st.none() | st.sampled_from(CAPTIONS)),
        ids=draw(st.frozensets(st.integers(0, (1 << 64) - 1).map("{:016x}".format), max_size=3)),
        license_checks=draw(st.frozensets(st.sampled_from(LICENSE_CHECKS), max_size=3)),
        sort=sort,
        seed=draw(st.integers(0, MAX_SEED)) if sort is Sort.RANDOM else None,
    )

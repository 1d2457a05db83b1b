"""Hypothesis strategies for box terms."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from browse.query.box_terms import ATTRIBUTE_VALUES, WHOLE, AreaRange, BoxTerm

_ENDS = st.sampled_from((0, 1, 499, 500, 2500, 9999, WHOLE)) | st.integers(0, WHOLE)
AREAS = st.tuples(_ENDS, _ENDS).map(lambda ends: AreaRange(*sorted(ends)))
NUMBERS = st.sampled_from([(1, None), (1, 1), (1, 2), (2, None), (2, 3), (3, 9999), (9999, None)])
ATTRIBUTES = st.frozensets(st.sampled_from([*ATTRIBUTE_VALUES]), max_size=4)


def box_terms(mids: Sequence[str], *, below: bool = True) -> st.SearchStrategy[BoxTerm]:
    """Box terms of these labels, as reading them gives them; below: whether labels may stand for those below."""
    return st.builds(
        lambda mid, number, area, words, lower: (
            BoxTerm(mid, below=lower).with_number(number).with_area(area).with_attributes(words)
        ),
        st.sampled_from(mids),
        NUMBERS,
        st.just(AreaRange(0, WHOLE)) | AREAS,
        ATTRIBUTES,
        st.booleans() if below else st.just(False),
    )

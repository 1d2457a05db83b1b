"""Hypothesis strategies for terms about points."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from browse.domain.points import VERDICTS
from browse.query.point_terms import PointTerm


def point_terms(mids: Sequence[str], *, below: bool = True) -> st.SearchStrategy[PointTerm]:
    """Terms of these labels; below: whether labels may stand for those below."""
    verdicts = st.frozensets(st.sampled_from(VERDICTS), min_size=1)
    return st.builds(PointTerm, st.sampled_from(mids), st.booleans() if below else st.just(False), verdicts)

"""Hypothesis strategies for terms about relationships."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from browse.query.relation_terms import RelationTerm, Side


def relation_terms(
    mids: Sequence[str], relations: Sequence[str], *, below: bool = True
) -> st.SearchStrategy[RelationTerm]:
    """Terms of these labels and relations, and any; below: whether labels may stand for those below."""
    sides = st.none() | st.builds(Side, st.sampled_from(mids), st.booleans() if below else st.just(False))
    return st.builds(RelationTerm, sides, st.none() | st.sampled_from(relations), sides)

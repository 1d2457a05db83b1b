"""Many texts as two arrays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain import texts
from browse.domain.texts import Texts
from tests.drawn import drawn


@drawn(quick=200, deep=2000)
@given(st.lists(st.text(max_size=3), max_size=8), st.booleans(), st.integers(2, 4))
def test_texts_ascend_as_plain_python_says(given_texts: list[str], in_order: bool, at_once: int) -> None:
    listed = sorted(given_texts) if in_order else given_texts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "_AT_ONCE", at_once)
        assert Texts.of(listed).ascend() == all(low < high for low, high in pairwise(listed))

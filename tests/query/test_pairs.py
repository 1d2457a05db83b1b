"""What annotations say together."""

from __future__ import annotations

import pytest

from browse.query.pairs import Verdict, authority, by_source, merge
from browse.query.values import State


@pytest.mark.parametrize(
    ("annotations", "verdict"),
    [
        ([("machine", 80)], Verdict(80, None, State.UNVERIFIED, 80)),
        ([("machine", 0)], Verdict(0, None, State.UNVERIFIED, 0)),
        ([("machine", 80), ("human", 100)], Verdict(80, True, State.CONFIRMED, 80)),
        ([("human", 0), ("machine", 80)], Verdict(80, False, State.REJECTED, 80)),
        ([("human", 100)], Verdict(None, True, State.MISSED, 100)),
        ([("human", 0)], Verdict(None, False, State.ABSENT, 0)),
        ([("human", 50)], Verdict(None, True, State.MISSED, 100)),
        ([("human", 49)], Verdict(None, False, State.ABSENT, 0)),
        ([("Machine", 80)], Verdict(None, True, State.MISSED, 100)),
        ([("human", 100), ("verification", 0)], Verdict(None, False, State.ABSENT, 0)),
        ([("crowdsource-verification", 0), ("human", 100)], Verdict(None, True, State.MISSED, 100)),
        ([("verification", 0), ("curator", 100), ("machine", 70)], Verdict(70, True, State.CONFIRMED, 70)),
        ([("zed", 100), ("abc", 0)], Verdict(None, False, State.ABSENT, 0)),
        ([("abc", 0), ("crowdsource-verification", 100)], Verdict(None, True, State.MISSED, 100)),
    ],
)
def test_merged_annotations(annotations: list[tuple[str, int]], verdict: Verdict) -> None:
    assert merge(annotations) == verdict


def test_no_annotations_are_no_pair() -> None:
    with pytest.raises(ValueError, match="at least one annotation"):
        merge([])


def test_sources_by_authority() -> None:
    sources = ["zed", "crowdsource-verification", "abc", "human", "verification", "curator"]
    assert sorted(sources, key=authority) == [
        "curator", "verification", "human", "crowdsource-verification", "abc", "zed"
    ]  # fmt: skip
    assert min([*sources, "machine"], key=by_source) == "machine"

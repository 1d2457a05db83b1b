"""Releases: what file names tell, and which labels are trainable by each rule, beside plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.releases import Release, release_of, rule_of
from browse.query.values import SUBSETS, State
from tests.drawn import drawn


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("images_2016_08/train/images.csv", "v1"),
        ("machine_ann_2016_08_v3.tar.gz//train/labels.csv", "v1"),
        ("annotations_human_2017_07.tar.gz//2017_07/train/annotations-human.csv", "v2"),
        ("2017_11/train/annotations-machine.csv", "v3"),
        ("some/annotations-human.csv", "v2"),
        ("2018_04/train/train-images-boxable-with-rotation.csv", "v4"),
        ("train-annotations-human-imagelabels-boxable.csv", "v4"),
        ("bbox_labels_600_hierarchy.json", "v4"),
        ("v5/validation-annotations-human-imagelabels.csv", "v5"),
        ("v6/oidv6-train-annotations-bbox.csv", "v6"),
        ("C:\\data\\oidv7-val-annotations-human-imagelabels.csv", "v7"),
        ("oidv6-class-descriptions.csv", "v6"),
        ("train/images.csv", ""),
        ("dict.csv", ""),
        ("my-v5-notes/labels.csv", ""),
    ],
)
def test_a_name_tells_its_release(name: str, release: str) -> None:
    assert release_of([name]) == release


def test_of_several_files_the_newest_counts() -> None:
    names = ["2018_04/train/train-images-boxable-with-rotation.csv", "oidv7-class-descriptions.csv", "dict.csv"]
    assert release_of(names) == "v7"
    assert release_of([]) == ""
    assert rule_of("") == rule_of("v1")


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(State), st.sampled_from(SUBSETS)), st.sampled_from([0, 1, 4, 5, 19, 20, 30, 50, 99, 100])
)


def is_trainable(release: str, counts: dict[tuple[State, str], int]) -> bool:
    """By the words of the releases."""

    def on(subsets: tuple[str, ...], *states: str) -> int:
        return sum(n for (state, subset), n in counts.items() if subset in subsets and str(state) in states)

    if release == "v1":
        return on(("validation",), *State) >= 50 and on(("train",), *State) >= 20
    judged = ("confirmed", "rejected", "missed", "absent")
    if release in ("v2", "v3"):
        return on(("train",), *judged) >= 30 and on(("validation", "test"), *judged) >= 5
    return on(("train",), "confirmed", "missed") >= 100


@pytest.mark.parametrize("release", list(Release))
@drawn(quick=30, deep=300)
@given(labels=st.lists(COUNTS, min_size=1, max_size=5))
def test_labels_are_trainable_by_the_rule_of_their_release(
    release: Release, labels: list[dict[tuple[State, str], int]]
) -> None:
    pairs = {
        state: np.array([[counts.get((state, subset), 0) for subset in SUBSETS] for counts in labels], np.int64)
        for state in State
    }
    assert rule_of(release).are_met(pairs).tolist() == [is_trainable(release, counts) for counts in labels]

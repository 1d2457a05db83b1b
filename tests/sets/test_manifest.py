"""Manifests that somebody edited, or that another program wrote: what is wrong with them is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from browse.sets.manifest import ManifestError, read_manifest

WHOLE: dict[str, Any] = {
    "version": 1,
    "recipe": {},
    "formats": ["csv"],
    "dataset": {"digest": "d"},
    "row_hash": "r",
    "thresholds": {"/m/a": 0.5},
    "counts": {"images": 2, "pairs": 3, "authors": 1},
}


def test_a_manifest_is_read() -> None:
    found = read_manifest(json.dumps(WHOLE))
    assert (found.formats, found.thresholds, found.counts) == (("csv",), {"/m/a": 0.5}, {"images": 2, "pairs": 3})
    assert found.hashes == {"row hash": "r", "box hash": "no boxes", "mask hash": "no masks"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": 2}, "version 2 is not one that this program reads"),
        ({"counts": {"images": 2}}, "has no 'pairs'"),
        ({"counts": {"images": 2, "pairs": None}}, "cannot be read"),
        ({"counts": {"images": float("inf"), "pairs": 3}}, "cannot be read"),
        ({"counts": []}, "cannot be read"),
        ({"thresholds": ["/m/a"]}, "cannot be read"),
        ({"dataset": {}}, "has no 'digest'"),
        ({"formats": None}, "cannot be read"),
        ({"boxes": []}, "cannot be read"),
        ({"masks": "none"}, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        read_manifest(json.dumps(WHOLE | changed))

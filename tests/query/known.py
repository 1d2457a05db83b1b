"""A data set's vocabulary for tests that need no data."""

from __future__ import annotations

from tests.query.draw import AUTHORS, LICENSES, MIDS, RELATIONS


class Vocabulary:
    """What tests.query.draw draws from."""

    has_hierarchy = True

    def has_label(self, mid: str) -> bool:
        return mid in MIDS

    def has_author(self, key: str) -> bool:
        return key in AUTHORS

    def has_license(self, slug: str) -> bool:
        return slug in LICENSES

    relations = RELATIONS
    has_points = True
    has_masks = True
    has_narratives = True

    @property
    def has_boxes(self) -> bool:
        return True

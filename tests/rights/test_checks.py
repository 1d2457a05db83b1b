"""A license check says what was seen, and nothing that contradicts it."""

from __future__ import annotations

import pytest

from browse.rights import check_fault

BY = "https://creativecommons.org/licenses/by/2.0/"
BY_NC = "https://creativecommons.org/licenses/by-nc/2.0/"


@pytest.mark.parametrize(
    ("listed", "result", "observed", "fault"),
    [
        (BY, "other", "", "needs the license that was seen"),
        (BY, "other", "  ", "needs the license that was seen"),
        (BY, "other", "http://creativecommons.org/licenses/by/2.0/deed.fr", "as listed"),
        (BY, "other", "cc by 2.0", "as listed"),
        (BY, "other", "Attribution 2.0 Generic", "as listed"),
        (BY, "as-listed", BY_NC, "is not the license that the data set lists"),
        (BY, "as-listed", "All rights reserved", "is not the license that the data set lists"),
        ("", "as-listed", BY, "is not the license that the data set lists"),
        (BY, "gone", BY, "leave the license seen empty"),
        (BY, "other", BY_NC, ""),
        (BY, "other", "CC BY 4.0", ""),
        (BY, "other", "All rights reserved", ""),
        ("", "other", BY, ""),
        ("https://example.org/l", "other", "https://example.org/l", "as listed"),
        (BY, "as-listed", "", ""),
        (BY, "as-listed", "https://www.creativecommons.org/licenses/by/2.0", ""),
        ("", "as-listed", "", ""),
        (BY, "gone", "", ""),
        (BY, "unclear", "", ""),
        (BY, "unclear", "CC BY 2.0 or 3.0", ""),
    ],
)
def test_what_is_claimed_is_needed_and_contradictions_are_named(
    listed: str, result: str, observed: str, fault: str
) -> None:
    found = check_fault(listed, result=result, observed=observed)
    assert fault in found
    assert bool(found) == bool(fault)

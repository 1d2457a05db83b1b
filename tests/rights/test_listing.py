"""The note on a license: listed, and checked or not."""

from datetime import date

import pytest

from browse.rights import SourceCheck, license_from_url, license_note

CC = "https://creativecommons.org"
TODAY = date(2026, 5, 3)


@pytest.mark.parametrize(
    ("url", "note"),
    [
        (f"{CC}/licenses/by/2.0/", "Listed as CC BY 2.0 in the data set; not checked since."),
        (f"{CC}/licenses/by/2.0/fr/", "Listed as CC BY 2.0 FR in the data set; not checked since."),
        (
            f"{CC}/publicdomain/mark/1.0/",
            "Listed as Public Domain Mark 1.0 Universal in the data set; not checked since.",
        ),
        ("http://example.org/l", "Listed as http://example.org/l in the data set; not checked since."),
        ("", "Listed without a license in the data set; not checked since."),
    ],
)
def test_without_a_check_the_note_says_so(url, note):
    assert license_note(license_from_url(url)) == note


@pytest.mark.parametrize(
    ("found", "ending"),
    [
        ("http://creativecommons.org/licenses/by/2.0", "its page said the same."),
        (f"{CC}/licenses/by-nc/2.0/", "its page said CC BY-NC 2.0."),
        (f"{CC}/publicdomain/zero/1.0/", "its page said CC0 1.0 Universal."),
        ("", "its page named no license."),
        (None, "its page was gone."),
    ],
)
def test_a_check_is_told_with_its_day_and_what_was_found(found, ending):
    note = license_note(license_from_url(f"{CC}/licenses/by/2.0/"), SourceCheck(TODAY, found))
    assert note == f"Listed as CC BY 2.0 in the data set; checked on 2026-05-03, when {ending}"

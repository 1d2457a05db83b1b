"""Times of day name their zone wherever they stand: readers and curators may live in others."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import localize

from browse.presentation.parts.history import Event

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WINTER = dt.datetime(2026, 1, 2, 23, 30, 5, tzinfo=dt.UTC)
SUMMER = dt.datetime(2026, 7, 2, 12, 30, 5, tzinfo=dt.UTC)
CASES = [
    ("UTC", WINTER, "2 Jan 2026, 23:30:05 UTC"),
    ("Europe/Berlin", WINTER, "3 Jan 2026, 00:30:05 CET"),
    ("Europe/Berlin", SUMMER, "2 Jul 2026, 14:30:05 CEST"),
]


@pytest.mark.parametrize(("zone", "at", "text"), CASES)
def test_a_history_tells_times_with_their_zone(zone: str, at: dt.datetime, text: str) -> None:
    with timezone.override(zone):
        assert f">{text}</time>" in render_to_string(
            "curation/_history.html", {"events": [Event(at, "ann", "said yes", "", "")]}
        )


def test_lists_of_the_administration_tell_it_too() -> None:
    with timezone.override("Europe/Berlin"):
        assert localize(timezone.localtime(SUMMER)) == "2 July 2026, 14:30 CEST"
        assert Template("{{ at }}").render(Context({"at": SUMMER})) == "2 July 2026, 14:30 CEST"


def test_no_template_writes_a_time_of_day_without_its_zone() -> None:
    formats = [
        (path.name, given)
        for path in TEMPLATES.rglob("*.html")
        for given in re.findall(r"""\|date:["']([^"']+)["']""", path.read_text(encoding="utf-8"))
    ]
    times = [(name, given) for name, given in formats if re.search("[HGhgiPfs]", given)]
    assert len(times) > 10
    assert not [(name, given) for name, given in times if not re.search("[TeOZ]", given)]

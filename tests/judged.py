"""A drawn data set for the pages of comparison and statistics, its counts by hand, and what is read from pages."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from random import Random

from django.http import HttpResponse

from browse.domain.comparison import MIN_VERIFIED, wilson_interval
from browse.query.values import SUBSETS, State
from tests.facets.brute import BruteForce
from tests.facets.datasets import Dataset, Photo
from tests.html import Element

OFTEN, SELDOM, RARE, UNCHECKED, UNUSED = "/m/often", "/m/seldom", "/m/rare", "/m/unchecked", "/m/unused"
CHANCES = {OFTEN: (0.9, 0.8, 0.94), SELDOM: (0.5, 0.6, 0.45), RARE: (0.1, 0.4, 0.7), UNCHECKED: (0.3, 0.0, 0.0)}
"""How often the machine gives each label, how often a rater looks, and how often he says yes."""
AUTHORS = (("https://a.example", "ann"), ("https://b.example", "bob"))
GIVEN = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
VERIFIED = (State.CONFIRMED, State.REJECTED)


def drawn_dataset() -> Dataset:
    random = Random(5)
    photos, annotations = [], {}
    for number in range(240):
        image_id = f"{number:016x}"
        md5 = f"md5 of {number // 2 if number < 20 else number:8} ".encode()[:16].ljust(16, b".")
        author = random.choice((0, 0, 0, 1, None))
        photos.append(Photo(image_id, random.choice(SUBSETS[:2] * 3 + SUBSETS), author=author, md5=md5))
        for mid, (given, looked, yes) in CHANCES.items():
            if is_given := random.random() < given:
                annotations[image_id, mid, "machine"] = random.choice((50, 60, 70, 80, 90))
            if random.random() < (looked if is_given else looked / 8):
                annotations[image_id, mid, "verification"] = 100 if random.random() < yes else 0
    return Dataset(tuple(photos), (*CHANCES, UNUSED), annotations, authors=AUTHORS)


def rows_of(response: HttpResponse) -> list[dict[str, str]]:
    text = b"".join(response).decode()  # finished or streamed
    return list(csv.DictReader(io.StringIO(text)))


def numbered_links(page: Element) -> Iterator[tuple[str, int]]:
    """Every link to a browse page that is a number, or has one in it, as (query string, number)."""
    for link in page.all('a[href^="/?"]'):
        number = re.fullmatch(r"\D*?(\d[\d,]*)(?: images?)?", link.words)
        if number and "≥" not in link.words:
            yield link["href"].removeprefix("/?"), int(number[1].replace(",", ""))


def pairs_of(brute: BruteForce, mid: str | None, subset: str | None) -> list[tuple[str, int, State]]:
    """(image, confidence, state) of the pairs of a label or all, in one subset or all."""
    inside = {photo.image_id for photo in brute.dataset.photos if subset in (None, photo.subset)}
    return [
        (image_id, confidence, state)
        for image_id, pairs in brute.pairs.items()
        for one, (confidence, state) in pairs.items()
        if image_id in inside and mid in (None, one)
    ]


def in_words(states: Counter[State]) -> str:
    yes, no, machine = states[State.CONFIRMED], states[State.REJECTED], sum(states[state] for state in GIVEN)
    if not yes + no:
        return "none checked"
    if yes + no < MIN_VERIFIED:
        return f"only {yes + no} checked, too few for a percentage"
    low, high = wilson_interval(yes, no)
    coverage = (yes + no) / machine
    told = f"{100 * coverage:.0f}" if coverage >= 0.1 else f"{100 * coverage:.1f}"
    return f"precision {100 * yes / (yes + no):.1f}% ({100 * low:.1f}–{100 * high:.1f}), {told}% verified"


def percentages(page: Element) -> list[str]:
    """Those that are told of pairs, without the scale of the drawing and the choices of precisions."""
    told = " ".join(
        child.strip()
        for element in page.walk()
        if element.tag not in ("option", "text")
        for child in element.content
        if isinstance(child, str)
    )
    return re.findall(r"[\d.]+%(?! interval)", told)

"""The page of one label: how often it stands, what raters made of it, at which threshold, beside which others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from browse.domain.comparison import DEFAULT_PRECISION, MIN_VERIFIED, Level
from browse.presentation.parts.addresses import images_address, label_address, own_address, page_address, with_query
from browse.presentation.parts.calibration import drawn_calibration
from browse.presentation.parts.counts import GIVEN, Count, StateCount, label_count, query_count, state_count
from browse.presentation.parts.names import Names
from browse.presentation.parts.relatives import label_relatives
from browse.presentation.parts.scopes import scope_in_words, scopes
from browse.presentation.parts.shares import Shares, shares
from browse.presentation.parts.threshold_curve import threshold_curve
from browse.presentation.parts.thresholds import USUAL_PRECISIONS, thresholds
from browse.presentation.parts.tiles import Tile, label_chip, plain_tiles
from browse.query.canonical import canonical
from browse.query.edits import add_label
from browse.query.spelling import format_confidence, format_share
from browse.query.values import DEFAULT_STATES, SUBSETS, Query, State
from browse.requests.definitions import LabelPageRequest
from browse.search import CoOccurrence, LabelComparison, Sample
from browse.search.pages import LabelPage
from browse.search.points import PointEvidence

WIDTH = 1000
"""Of the longest bar."""


@dataclass(frozen=True)
class Segment:
    """A part of a bar."""

    state: str
    x: int
    width: int


@dataclass(frozen=True)
class LevelRow:
    """One confidence of the machine: its pairs by state, as numbers and as a bar, and the share confirmed."""

    confidence: str
    machine: Count
    states: tuple[StateCount, ...]
    segments: tuple[Segment, ...]
    shares: Shares


@dataclass(frozen=True)
class PartnerRow:
    """A label that stands with this one."""

    name: str
    note: str
    href: str
    both: Count
    lift: str
    bound: str


@dataclass(frozen=True)
class Namesake:
    """Another label of the same name, told apart by the labels it mostly occurs with."""

    mid: str
    company: str
    href: str
    images: Count
    shares: Shares
    threshold: str


@dataclass(frozen=True)
class PointCounts:
    """Images with points of a label by verdict, and those on which points and the rater's word disagree."""

    verdicts: tuple[tuple[str, Count], ...]
    denied: Count
    found: Count


@dataclass(frozen=True)
class SampleRow:
    """A few images in one state."""

    count: StateCount
    tiles: list[Tile]


def label_context(page: LabelPage, asked: LabelPageRequest, names: Names) -> dict[str, Any]:
    """What the template takes."""
    label, found = page.label, page.samples
    mid, subset = label.mid, asked.subset
    total = label.comparison.total
    rows = [row for row in _sample_rows(found, mid) if row.tiles]
    shown = [row for row in rows if State(row.count.state) in DEFAULT_STATES]
    return {
        "label": label,
        "rule": page.rule,
        "note": page.remark,
        "company": names.company(mid),
        "namesakes": [_namesake(other, names, subset) for other in (label, *page.namesakes)],
        "is_ambiguous": names.is_ambiguous(mid),
        "scope": scope_in_words(subset),
        "subset": subset or "",
        "scopes": scopes(subset, lambda one: label_page_address(mid, asked, one)),
        "everywhere": label_count(sum(label.images.values()), mid),
        "subsets": [(name, label_count(label.images[name], mid, subset=name)) for name in SUBSETS],
        "states": [state_count(sample.state, Count(sample.count, images_address(sample.query))) for sample in found],
        "total": total,
        "machine": label_count(total.machine, mid, states=GIVEN, subset=subset),
        "shares": shares(total),
        "curators": page.curators,
        "verdicts_on": f"on this label{f' {scope_in_words(subset)}' if subset else ''}",
        "thresholds": thresholds(label, subset=subset, precision=asked.precision, at=asked.at),
        "usual_precisions": USUAL_PRECISIONS,
        "levels": _level_rows(label, subset),
        "curve": threshold_curve(label.comparison.levels) if label.comparison.levels else None,
        "calibration": drawn_calibration(label.comparison.levels),
        "min_verified": MIN_VERIFIED,
        "relatives": label_relatives(page.relatives, mid, names) if page.relatives else None,
        "points": _points(page.points) if page.points else None,
        "partners": [_partner_row(mid, partner, names) for partner in page.co_occurring],
        "curation_read": page.curation_read,
        "has_moved_on": page.has_moved_on,
        "in_scope": label_count(label.images[subset] if subset else sum(label.images.values()), mid, subset=subset),
        "first_sample": next(iter(shown), None),
        "samples": [row for row in rows if row not in shown[:1]],
        "disagreements": page_address("disagreements", mid=mid, subset=subset),
        "action": label_address(mid),
    }


def _points(found: PointEvidence) -> PointCounts:
    verdicts = tuple((str(verdict), query_count(one)) for verdict, one in found.verdicts.items())
    return PointCounts(verdicts, denied=query_count(found.lists.denied), found=query_count(found.lists.found))


def label_page_address(mid: str, asked: LabelPageRequest, subset: str | None) -> str:
    """The page asked for, of this subset or of all."""
    precision = None if asked.precision is None else format_share(asked.precision)
    return label_address(mid, subset=subset, p=precision, at=None if asked.at is None else format_confidence(asked.at))


def _level_rows(label: LabelComparison, subset: str | None) -> list[LevelRow]:
    levels = label.comparison.levels
    largest = max((level.at.machine for level in levels), default=0)
    return [_level_row(label.mid, level, subset, largest) for level in levels]


def _level_row(mid: str, level: Level, subset: str | None, largest: int) -> LevelRow:
    pairs, at = level.at, level.confidence
    numbers = dict(zip(GIVEN, (pairs.yes, pairs.no, pairs.machine - pairs.verified), strict=True))
    return LevelRow(
        confidence=format_confidence(at),
        machine=label_count(pairs.machine, mid, states=GIVEN, at=at, subset=subset),
        states=tuple(
            state_count(state, label_count(number, mid, states=[state], at=at, subset=subset))
            for state, number in numbers.items()
        ),
        segments=segments(numbers, largest),
        shares=shares(pairs),
    )


def segments(numbers: dict[State, int], largest: int) -> tuple[Segment, ...]:
    """The parts of a bar one after the other, in thousandths of the longest bar; something is never nothing."""
    made, x = [], 0
    for state, number in numbers.items():
        if number:
            width = max(3, round(WIDTH * number / largest))
            made.append(Segment(state, x, width))
            x += width
    return tuple(made)


def _namesake(label: LabelComparison, names: Names, subset: str | None) -> Namesake:
    at = label.comparison.recommended_threshold(DEFAULT_PRECISION, min_verified=MIN_VERIFIED)
    return Namesake(
        mid=label.mid,
        company=names.company(label.mid),
        href=label_address(label.mid, subset=subset),
        images=label_count(label.images[subset] if subset else sum(label.images.values()), label.mid, subset=subset),
        shares=shares(label.comparison.total),
        threshold="" if at is None else format_confidence(at),
    )


def _partner_row(mid: str, partner: CoOccurrence, names: Names) -> PartnerRow:
    query = add_label(add_label(Query(), mid), partner.mid)
    return PartnerRow(
        name=partner.name,
        note=names.note(partner.mid),
        href=label_address(partner.mid),
        both=Count(partner.both, images_address(query)),
        lift=_times(partner.lift),
        bound=_times(partner.bound),
    )


def _times(factor: float) -> str:
    return f"{factor:,.1f}×" if factor < 100 else f"{factor:,.0f}×"


def _sample_rows(samples: list[Sample], mid: str) -> list[SampleRow]:
    queries = {card.image_id: canonical(sample.query) for sample in samples for card in sample.images}
    cards = [card for sample in samples for card in sample.images]
    made = iter(plain_tiles(cards, href=lambda one: with_query(own_address(one), queries[one]), size="s"))
    return [
        SampleRow(
            state_count(sample.state, Count(sample.count, images_address(sample.query))),
            [replace(next(made), chips=tuple(map(label_chip, card.pairs_of([mid])))) for card in sample.images],
        )
        for sample in samples
    ]

"""What a threshold on the machine's confidence keeps, of one label."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.comparison import DEFAULT_PRECISION, MIN_VERIFIED, Agreement, Comparison, Level
from browse.domain.plural import counted
from browse.presentation.parts.addresses import label_address
from browse.presentation.parts.counts import GIVEN, Count, StateCount, label_count, state_count
from browse.presentation.parts.plot_frame import across
from browse.presentation.parts.shares import Shares, interval, percent, shares
from browse.query.spelling import format_confidence, format_share
from browse.search import LabelComparison

USUAL_PRECISIONS = (80, 85, 90, 95, 97, 99)
"""In per cent."""


@dataclass(frozen=True)
class Threshold:
    """One confidence, and what is kept from it on.

    surely    the lower end of the precision's interval, for scripts; empty below MIN_VERIFIED verified pairs.
    images    what Browse finds there: what the machine gave, without what raters rejected, with what they added.
    expected  of these images, such as "93.1%" with its interval "91.2–94.7"; empty below MIN_VERIFIED verified pairs.
    shares    of the verified ones of the machine's alone.
    x         where it stands across the drawing.
    machine   pairs that the machine gave, by what raters said of them in `states`.
    """

    at: str
    surely: str
    images: Count
    expected: str
    expected_interval: str
    machine: Count
    states: tuple[StateCount, ...]
    shares: Shares
    href: str
    current: bool
    x: float

    @property
    def words(self) -> str:
        """For screen readers, such as "at 0.8 or more: 61,040 images, expected precision …; checked labels: …"."""
        expected = f"expected precision {self.expected} ({self.expected_interval})" if self.expected else ""
        checked = f"checked labels: {self.shares.words}" if self.shares.precision else self.shares.words
        images = counted(self.images.number, "image")
        return f"at {self.at} or more: {images}, {'; '.join(filter(None, (expected, checked)))}"


@dataclass(frozen=True)
class RecommendedThreshold:
    """The lowest threshold that surely reaches a precision; `at` and `href` are empty where none does.

    precision: as a share, such as "0.95"; percent: the same as people write it, "95".
    """

    precision: str
    percent: str
    at: str
    href: str


@dataclass(frozen=True)
class Thresholds:
    """Every threshold, ascending, one of them current; and the one that reaches the precision asked for.

    is_enough: whether enough pairs are verified for one to be told.
    """

    levels: tuple[Threshold, ...]
    reach: RecommendedThreshold
    is_enough: bool

    @property
    def mark(self) -> float:
        """Where the current one stands across the drawing."""
        return self.levels[self.place].x

    @property
    def place(self) -> int:
        """Which one is current."""
        return next(place for place, level in enumerate(self.levels) if level.current)


def thresholds(
    label: LabelComparison, *, subset: str | None, precision: float | None, at: int | None
) -> Thresholds | None:
    """Thresholds of a label; None where the machine never gave it.

    Without `at`, a confidence in hundredths, the one that reaches the precision is current, or else the lowest. Above
    all that the machine gave, `at` is a threshold of its own, which keeps what raters added.
    """
    comparison = label.comparison
    if not comparison.levels:
        return None
    wanted = DEFAULT_PRECISION if precision is None else precision
    levels = list(comparison.levels)
    if at is not None and at > levels[-1].confidence:
        levels.append(Level(at, Agreement(), Agreement()))
    current = _current(levels, _lowest(comparison, wanted) if at is None else at)
    shown = (_threshold(label, level, subset, precision, current) for level in levels)
    return Thresholds(tuple(shown), _reach(label, wanted, subset), comparison.total.is_enough)


def _lowest(comparison: Comparison, precision: float) -> int | None:
    """The threshold that is told to reach a precision: as for every percentage, enough pairs must be verified."""
    return comparison.recommended_threshold(precision, min_verified=MIN_VERIFIED)


def _current(levels: list[Level], at: int | None) -> int:
    """The level that a threshold between levels amounts to."""
    return next(level.confidence for level in levels if level.confidence >= (at or 0))


def _threshold(
    label: LabelComparison, level: Level, subset: str | None, precision: float | None, current: int
) -> Threshold:
    mid, low, pairs = label.mid, level.confidence, level.at_least
    numbers = (pairs.yes, pairs.no, pairs.machine - pairs.verified)
    at, p = format_confidence(low), None if precision is None else format_share(precision)
    expected = label.comparison.expected_at_least(low)
    return Threshold(
        at=at,
        surely=str(pairs.precision_low) if pairs.is_enough else "",
        images=label_count(pairs.machine - pairs.no + label.comparison.missed, mid, at_least=low, subset=subset),
        expected=percent(expected.share, places=1) if expected else "",
        expected_interval=interval(expected.low, expected.high) if expected else "",
        machine=label_count(pairs.machine, mid, states=GIVEN, at_least=low, subset=subset),
        states=tuple(
            state_count(state, label_count(number, mid, states=[state], at_least=low, subset=subset))
            for state, number in zip(GIVEN, numbers, strict=True)
        ),
        shares=shares(pairs),
        href=label_address(mid, subset=subset, p=p, at=at),
        current=low == current,
        x=across(low),
    )


def _reach(label: LabelComparison, precision: float, subset: str | None) -> RecommendedThreshold:
    found = _lowest(label.comparison, precision)
    text = format_share(precision)
    at = "" if found is None else format_confidence(found)
    href = label_address(label.mid, subset=subset, p=text, at=at) if at else ""
    return RecommendedThreshold(text, f"{round(100 * precision, 4):g}", at, href)

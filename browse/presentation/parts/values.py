"""Facet values and range editors: the parts of which filters and chips are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from browse.domain.plural import counted
from browse.query.spelling import format_confidence
from browse.query.values import ANY_CONFIDENCE, ConfidenceRange, State

MANY_BARS = 24

STATE_WORDS: Mapping[State, str] = {
    State.CONFIRMED: "Confirmed",
    State.REJECTED: "Rejected",
    State.UNVERIFIED: "Unverified",
    State.MISSED: "Missed by machine",
    State.ABSENT: "Absent",
}
STATE_MEANINGS: Mapping[State, str] = {
    State.CONFIRMED: "confirmed: a rater agreed with the machine",
    State.REJECTED: "rejected: a rater disagreed with the machine",
    State.UNVERIFIED: "unverified: not checked by a rater",
    State.MISSED: "missed: confirmed by a rater, not suggested by the machine",
    State.ABSENT: "absent: ruled out by a rater, not suggested by the machine",
}

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True)
class Link:
    """An address and what it is called."""

    href: str
    text: str
    current: bool = False
    label: str = ""


@dataclass(frozen=True)
class Value:
    """One value of a facet.

    `href` adds it to what is chosen already; where the value is `chosen`, `remove` takes it back. Where it is the only
    one of its facet, it leads to `count` images: so does `only`. `minus` leaves it out.
    is_box: it stands with a box to tick. by: which kind of change following `href` is, for scripts that do it to
    another query: see `changedSet` in static/js/choices.js.
    """

    id: str
    text: str
    count: int | None = None
    share: int = 0
    href: str = ""
    chosen: bool = False
    remove: str = ""
    note: str = ""
    icon: str = ""
    is_box: bool = False
    by: str = ""
    only: Link | None = None
    minus: Link | None = None

    @property
    def marks(self) -> str:
        """What its look depends on, as classes of CSS."""
        held = {"box": self.is_box, "on": self.chosen, "zero": self.count == 0}
        return " ".join(mark for mark, holds in held.items() if holds)

    @property
    def said(self) -> str:
        """How a chosen value is read out: what it shows, as it shows it, then what following it does."""
        shown = [self.text, self.note, "" if self.count is None else counted(self.count, "image")]
        return f"{' '.join(filter(None, shown))}, selected. Remove"


@dataclass(frozen=True)
class Bar:
    """One confidence in a histogram of height 100."""

    text: str
    count: int
    top: int
    height: int
    inside: bool
    href: str


@dataclass(frozen=True)
class RangeEditor:
    """A histogram with a slider and two boxes; `values` are the slider's steps, as text."""

    id: str
    bars: tuple[Bar, ...]
    values: str
    kept: tuple[tuple[str, str], ...]
    low_name: str
    high_name: str
    low: str
    high: str
    reset: str = ""

    @property
    def many(self) -> bool:
        """Whether there are too many bars for gaps between them."""
        return len(self.bars) > MANY_BARS


def share_of(count: int, largest: int) -> int:
    """The width of a bar in hundredths of the largest; something is never nothing."""
    return 0 if not count else max(1, round(100 * count / largest))


def bars(
    counts: Mapping[int, int], chosen: ConfidenceRange | None, href: Callable[[ConfidenceRange], str]
) -> tuple[Bar, ...]:
    """The histogram of counts by hundredths; bars in the chosen range are `inside`."""
    largest = max(counts.values(), default=0)
    inside = chosen or ANY_CONFIDENCE
    made = []
    for hundredths, count in sorted(counts.items()):
        height = max(2, round(96 * count / largest)) if count else 0
        text = format_confidence(hundredths)
        link = href(ConfidenceRange(hundredths, hundredths))
        made.append(Bar(text, count, 100 - height, height, hundredths in inside, link))
    return tuple(made)


def ends(chosen: ConfidenceRange | None) -> tuple[str, str]:
    """What stands in the two boxes: nothing at an open end."""
    if chosen is None:
        return "", ""
    low = "" if chosen.low == ANY_CONFIDENCE.low else format_confidence(chosen.low)
    high = "" if chosen.high == ANY_CONFIDENCE.high else format_confidence(chosen.high)
    return low, high


@dataclass(frozen=True)
class SetFacet:
    """A facet of which several values may be chosen: states, subsets, licenses.

    `chosen` is empty where the query gives none, and then `default` holds: all values, which filters nothing, or, where
    it `filters`, some of them, which are ticked from the start. `href` leads to the query with other values chosen; the
    default's are never spelt out.
    """

    name: str
    chosen: frozenset[str]
    default: frozenset[str]
    href: Callable[[Iterable[str]], str]
    filters: bool = False

    def value(self, key: str, text: str, *, count: int | None = None, largest: int = 0) -> Value:
        """One of its values, with what ticking, unticking, and leaving it out lead to."""
        held = self._held
        return Value(
            id=f"{self.name}-{key}",
            text=text,
            count=count,
            share=share_of(count or 0, largest),
            href=self._to(held | {key}),
            chosen=key in held,
            remove="" if held == {key} and not self.chosen else self._to(held - {key}),
            is_box=True,
            by="adding" if self.filters else "choosing",
            only=Link(self._to(frozenset({key})), f"Only {text}") if self.filters and held != {key} else None,
            minus=self._minus(key, text),
        )

    @property
    def _held(self) -> frozenset[str]:
        return self.chosen or (self.default if self.filters else frozenset())

    def _minus(self, key: str, text: str) -> Link | None:
        if self.filters or self.chosen or key not in self.default or len(self.default) == 1:
            return None
        return Link(self._to(self.default - {key}), f"Exclude {text}")

    def _to(self, keys: frozenset[str]) -> str:
        return self.href(frozenset() if keys == self.default else keys)


def as_states(names: Iterable[str]) -> list[State]:
    """States by their names."""
    return [State(name) for name in names]

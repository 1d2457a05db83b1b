"""Terms about bounding boxes: `box:MID~N-M@LO-HI:ATTR,ATTR`, as values and as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace

from browse.domain.box_rows import NO, UNKNOWN, YES
from browse.domain.boxes import Attribute, Box

PREFIX = "box:"
MOST = 9999
"""The largest number that a term can name; without a second number there is no limit."""
NO_LIMIT = (1 << 31) - 1
WHOLE = 10_000
"""The area of the whole picture."""
BOX_GRAMMAR = (
    "a box term: box: and a MID, optionally with * for labels below it as well, ~ and how many, @ and a range of "
    "areas, : and attributes, as in box:/m/01g317*~2-5@0.05-1:occluded,not-group"
)
_WORDS = {YES: "{}", NO: "not-{}", UNKNOWN: "{}-unknown"}
ATTRIBUTE_VALUES: dict[str, tuple[Attribute, int]] = {
    word.format(attribute): (attribute, value) for attribute in Attribute for value, word in _WORDS.items()
}
"""What may be asked of each attribute: that it holds, that it does not, that it is unknown; in listing order."""
MID_PATTERN = r"/[a-z]/[0-9a-z_]{1,60}"
_AREA = re.compile(r"(0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?)-(0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?)")
_NUMBER = re.compile(r"([1-9][0-9]{0,3})-([1-9][0-9]{0,3})?")
_TERM = re.compile(
    r"box:(?P<mid>[^\s~@:*]+)(?P<below>\*)?"
    r"(?:~(?P<number>[^@:]*))?(?:@(?P<area>[^:]*))?(?::(?P<attributes>.*))?",
    re.DOTALL,
)
Below = Callable[[str], Container[str]]
"""Finds the labels below one."""


def _nothing_below(mid: str) -> Container[str]:
    """As in a data set without a hierarchy."""
    return ()


@dataclass(frozen=True, order=True)
class AreaRange:
    """Areas from low to high, both included, in ten-thousandths of the picture."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= WHOLE:
            raise ValueError(f"not a range of areas: {self.low} to {self.high}")

    def __contains__(self, area: object) -> bool:
        return isinstance(area, int) and self.low <= area <= self.high


@dataclass(frozen=True)
class BoxTerm:
    """At least `least` and at most `most` boxes of a label, any number where None, each of an area and attributes.

    below: those of any label below it in the hierarchy count as well. area is None for any. attributes are words of
    ATTRIBUTE_VALUES: of one attribute alternatives, of several all must hold; never all three of one.
    """

    mid: str
    least: int = 1
    most: int | None = None
    area: AreaRange | None = None
    attributes: frozenset[str] = frozenset()
    below: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.least <= (self.most or MOST) <= MOST:
            raise ValueError(f"not a number of boxes: {self.least} to {self.most}")

    @property
    def named(self) -> tuple[tuple[str, bool], ...]:
        """The MID that it names, and whether labels below it will do."""
        return ((self.mid, self.below),)

    @property
    def inside(self) -> AreaRange:
        """The areas that a box may have."""
        return self.area or AreaRange(0, WHOLE)

    def allowed(self, attribute: Attribute) -> frozenset[int]:
        """The values of an attribute, YES, NO and UNKNOWN, that a box may have."""
        given = [value for of, value in map(ATTRIBUTE_VALUES.__getitem__, self.attributes) if of is attribute]
        return frozenset(given or (YES, NO, UNKNOWN))

    def counts(self, box: Box, below: Below = _nothing_below) -> bool:
        """Whether a box is one of those that the term counts; below: the labels below one."""
        values = {True: YES, False: NO, None: UNKNOWN}
        return (
            (box.mid == self.mid or (self.below and box.mid in below(self.mid)))
            and box.area in self.inside
            and all(values[box.has(attribute)] in self.allowed(attribute) for attribute in Attribute)
        )

    def with_attributes(self, words: Iterable[str]) -> BoxTerm:
        """With these attributes instead; all three values of one are as good as none."""
        chosen = frozenset(words)
        for attribute in Attribute:
            every = {word for word, (of, _) in ATTRIBUTE_VALUES.items() if of is attribute}
            if every <= chosen:
                chosen -= every
        return replace(self, attributes=chosen)

    def with_attribute(self, word: str) -> BoxTerm:
        """With this value alone of its attribute."""
        attribute = ATTRIBUTE_VALUES[word][0]
        others = {other for other in self.attributes if ATTRIBUTE_VALUES[other][0] is not attribute}
        return replace(self, attributes=frozenset({*others, word}))

    def with_area(self, area: AreaRange) -> BoxTerm:
        """With this range of areas instead."""
        return replace(self, area=None if area == AreaRange(0, WHOLE) else area)

    def with_number(self, number: tuple[int, int | None]) -> BoxTerm:
        """With this number of boxes instead."""
        return replace(self, least=number[0], most=number[1])


AREAS = tuple(AreaRange(low, WHOLE if low == 9_500 else low + 499) for low in range(0, WHOLE, 500))
NUMBERS: tuple[tuple[int, int | None], ...] = (*((n, n) for n in range(1, 5)), (5, 9), (10, None))
"""What the facets of a box term list beside ATTRIBUTE_VALUES."""


def variants_of(term: BoxTerm) -> Iterator[BoxTerm]:
    """The term with each value that its facets list: attributes, areas, numbers."""
    yield from map(term.with_attribute, ATTRIBUTE_VALUES)
    yield from map(term.with_area, AREAS)
    yield from map(term.with_number, NUMBERS)


def format_area(area: AreaRange) -> str:
    """Such as "0.05-1"."""
    return f"{area.low / WHOLE:.4g}-{area.high / WHOLE:.4g}"


def format_number(number: tuple[int, int | None]) -> str:
    """Such as "2-" or "2-5"."""
    return f"{number[0]}-{'' if number[1] is None else number[1]}"


def format_box_term(term: BoxTerm) -> str:
    """The one spelling of a term; what is usual is left out."""
    number = "" if (term.least, term.most) == (1, None) else f"~{format_number((term.least, term.most))}"
    area = "" if term.area is None else f"@{format_area(term.area)}"
    attributes = f":{','.join(sorted(term.attributes))}" if term.attributes else ""
    return f"{PREFIX}{term.mid}{'*' * term.below}{number}{area}{attributes}"


def parse_box_term(text: str) -> BoxTerm:
    """A box term from its text. Raises ValueError with a message that says what is allowed."""
    found = _TERM.fullmatch(text)
    if not found or not re.fullmatch(MID_PATTERN, found["mid"]):
        raise ValueError(f"must be {BOX_GRAMMAR}")
    term = BoxTerm(found["mid"], below=found["below"] is not None)
    if found["number"] is not None:
        term = term.with_number(_parse_number(found["number"]))
    if found["area"] is not None:
        term = term.with_area(parse_area(found["area"]))
    if found["attributes"] is not None:
        term = term.with_attributes(map(_parse_attribute, found["attributes"].split(",")))
    return term


def parse_area(text: str) -> AreaRange:
    """A range of areas from LO-HI. Raises ValueError with a message that says what is allowed."""
    what = "the range of areas after @ must be two shares of the picture from 0 to 1, such as 0.05-1, the lower first"
    found = _AREA.fullmatch(text)
    low, high = (round(float(share) * WHOLE) for share in found.groups()) if found else (1, 0)
    if low > high:
        raise ValueError(f"{what}, each with at most four decimals")
    return AreaRange(low, high)


def _parse_number(text: str) -> tuple[int, int | None]:
    found = _NUMBER.fullmatch(text)
    least, most = (int(number) if number else None for number in found.groups()) if found else (None, None)
    if least is None or (most is not None and least > most):
        raise ValueError(f"the number of boxes after ~ must be such as 2- or 2-5, from 1 to {MOST}, the lower first")
    return least, most


def _parse_attribute(text: str) -> str:
    if text not in ATTRIBUTE_VALUES:
        raise ValueError(f"the attributes after : must be of {', '.join(ATTRIBUTE_VALUES)}")
    return text

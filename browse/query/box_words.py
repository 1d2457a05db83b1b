"""Box terms in words. Pure."""

from __future__ import annotations

from browse.domain.boxes import Attribute
from browse.query.box_terms import ATTRIBUTE_VALUES, WHOLE, AreaRange, BoxTerm

ATTRIBUTE_WORDS: dict[str, str] = {
    "occluded": "occluded",
    "not-occluded": "not occluded",
    "occluded-unknown": "unknown whether occluded",
    "truncated": "cut off by the edge",
    "not-truncated": "not cut off by the edge",
    "truncated-unknown": "unknown whether cut off",
    "group": "a group",
    "not-group": "not a group",
    "group-unknown": "unknown whether a group",
    "depiction": "a depiction",
    "not-depiction": "not a depiction",
    "depiction-unknown": "unknown whether a depiction",
    "inside": "seen from inside",
    "not-inside": "not seen from inside",
    "inside-unknown": "unknown whether seen from inside",
}


def boxes_in_words(term: BoxTerm, name: str) -> str:
    """Such as "2 or more boxes of Person, at least 5% of the picture, occluded"."""
    return ", ".join(filter(None, [f"{_number(term)} of {name}", _details(term)]))


def asked_of_boxes(term: BoxTerm) -> str:
    """The same without the label."""
    return ", ".join(filter(None, [_number(term), _details(term)]))


def _number(term: BoxTerm) -> str:
    if (term.least, term.most) == (1, None):
        return "a box"
    return f"{number_in_words((term.least, term.most))} {'box' if term.most == 1 else 'boxes'}"


def _details(term: BoxTerm) -> str:
    area = "" if term.area is None else f"{area_in_words(term.area)} of the picture"
    return ", ".join(filter(None, [area, *_attributes(term)]))


def number_in_words(number: tuple[int, int | None]) -> str:
    """Such as "2 or more", "exactly 1", "2 to 5"."""
    least, most = number
    if most is None:
        return f"{least} or more"
    return f"exactly {least}" if least == most else f"{least} to {most}"


def area_in_words(area: AreaRange) -> str:
    """Such as "at least 5%", "5% to 9.99%"."""
    low, high = (f"{100 * side / WHOLE:g}%" for side in (area.low, area.high))
    if area.low == area.high:
        return f"exactly {low}"
    if area.high == WHOLE:
        return f"at least {low}"
    return f"at most {high}" if area.low == 0 else f"{low} to {high}"


def _attributes(term: BoxTerm) -> list[str]:
    """Of each attribute what may be, in their own order."""
    by_attribute: dict[Attribute, list[str]] = {}
    for word, (attribute, _) in ATTRIBUTE_VALUES.items():
        if word in term.attributes:
            by_attribute.setdefault(attribute, []).append(ATTRIBUTE_WORDS[word])
    return [" or ".join(words) for words in by_attribute.values()]

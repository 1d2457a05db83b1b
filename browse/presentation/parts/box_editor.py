"""What a chip of boxes opens: the number of boxes, their area and attributes, each with the count that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from browse.presentation.parts.values import Link, Value, share_of
from browse.query.box_terms import AREAS, ATTRIBUTE_VALUES, NUMBERS, WHOLE, AreaRange, BoxTerm
from browse.query.box_words import ATTRIBUTE_WORDS, area_in_words, number_in_words
from browse.search import BoxTermFacet

Address = Callable[[BoxTerm], str]
"""Where the query leads with another term in this one's place."""
Key = TypeVar("Key")


@dataclass(frozen=True)
class BoxSection:
    """One thing that is asked of boxes: its values, and what takes it back where it is asked."""

    title: str
    values: tuple[Value, ...]
    reset: Link | None


@dataclass(frozen=True)
class BoxEditor:
    """All that may be asked of a label's boxes, with counts where they are known."""

    id: str
    title: str
    sections: tuple[BoxSection, ...]
    template: str = "browse/_box_term.html"


def box_editor(name: str, title: str, term: BoxTerm, to: Address, facet: BoxTermFacet | None = None) -> BoxEditor:
    """The editor of a term by the id of its chip."""

    def section(
        what: str, keys: Iterable[Key], made: Callable[[Key], BoxTerm], words: Callable[[Key], str], reset: BoxTerm
    ) -> BoxSection:
        counts: Mapping[Key, int] = getattr(facet, what) if facet else {}
        largest = max(counts.values(), default=0)
        values = tuple(
            Value(
                id=f"{name}-{what}-{place}",
                text=words(key),
                count=counts.get(key),
                share=share_of(counts.get(key, 0), largest),
                href=to(made(key)),
                chosen=made(key) == term,
                remove=to(reset),
            )
            for place, key in enumerate(keys)
        )
        return BoxSection(what.capitalize(), values, None if reset == term else Link(to(reset), "Any"))

    return BoxEditor(
        name,
        title,
        (
            section("numbers", NUMBERS, term.with_number, number_in_words, term.with_number((1, None))),
            section("areas", AREAS, term.with_area, area_in_words, term.with_area(AreaRange(0, WHOLE))),
            section(
                "attributes",
                ATTRIBUTE_VALUES,
                term.with_attribute,
                ATTRIBUTE_WORDS.__getitem__,
                term.with_attributes(()),
            ),
        ),
    )

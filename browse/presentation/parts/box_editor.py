"""What a chip of boxes opens: the number of boxes, their area and attributes, each with the count that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from browse.presentation.parts.term_sections import SectionsEditor, TermSection
from browse.presentation.parts.values import Link, Value, share_of
from browse.query.box_terms import AREAS, ATTRIBUTE_VALUES, NUMBERS, WHOLE, AreaRange, BoxTerm
from browse.query.box_words import ATTRIBUTE_WORDS, area_in_words, number_in_words
from browse.search import BoxTermFacet

Address = Callable[[BoxTerm], str]
"""Where the query leads with another term in this one's place."""
Key = TypeVar("Key")


def box_editor(name: str, title: str, term: BoxTerm, to: Address, facet: BoxTermFacet | None = None) -> SectionsEditor:
    """The editor of a term by the id of its chip."""

    def section(
        what: str, keys: Iterable[Key], made: Callable[[Key], BoxTerm], words: Callable[[Key], str], reset: BoxTerm
    ) -> TermSection:
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
        return TermSection(what.capitalize(), values, None if reset == term else Link(to(reset), "Any"))

    return SectionsEditor(
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

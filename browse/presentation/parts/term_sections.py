"""What a chip opens whose term is no pair: sections of values, each leading to the query with another term."""

from __future__ import annotations

from dataclasses import dataclass

from browse.presentation.parts.values import Link, Value


@dataclass(frozen=True)
class TermSection:
    """One thing that a term asks: its values, and what takes it back where it is asked."""

    title: str
    values: tuple[Value, ...]
    reset: Link | None


@dataclass(frozen=True)
class SectionsEditor:
    """All that a term may ask, with counts where they are known."""

    id: str
    title: str
    sections: tuple[TermSection, ...]
    template: str = "browse/_term_sections.html"

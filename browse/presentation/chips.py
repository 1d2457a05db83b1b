"""Chips: each condition of a query, to be changed or taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from browse.facets.engine import TermFacet
from browse.presentation.addresses import Links
from browse.presentation.names import Names
from browse.presentation.values import STATE_WORDS, Link, RangeEditor, SetFacet, Value, as_states, bars, ends
from browse.query.canonical import format_confidence, format_term
from browse.query.links import (
    move_term,
    remove_term,
    replace_term,
    with_author,
    with_confidence,
    with_licenses,
    with_min_any,
    with_states,
    with_subsets,
)
from browse.query.values import DEFAULT_STATES, STATES, ConfidenceRange, Query, Role, State, Term
from browse.query.words import join, licenses_in_words, states_in_words

ROLE_WORDS: Mapping[Role, str] = {Role.LABEL: "Must", Role.ANY: "May", Role.NOT: "Must not"}


@dataclass(frozen=True)
class TermEditor:
    """A term's own range and states, with counts where they are known."""

    id: str
    title: str
    range: RangeEditor
    states: tuple[Value, ...]
    states_reset: str


@dataclass(frozen=True)
class TermChip:
    """A label that must, may or must not be there."""

    id: str
    css: str
    name: str
    distinct: str
    note: str
    range: str
    states: str
    roles: tuple[Link, ...]
    remove: str
    editor: TermEditor


@dataclass(frozen=True)
class PlainChip:
    """A condition on all labels, or on the image itself."""

    kind: str
    text: str
    remove: str


@dataclass(frozen=True)
class AtLeast:
    """How many of the labels that may be there must be; `fewer` and `more` are empty at the ends."""

    number: int
    fewer: str
    more: str

    @property
    def number_before(self) -> int:
        """One less."""
        return self.number - 1

    @property
    def number_after(self) -> int:
        """One more."""
        return self.number + 1


@dataclass(frozen=True)
class Chips:
    """All conditions of a query."""

    must: tuple[TermChip, ...]
    may: tuple[TermChip, ...]
    must_not: tuple[TermChip, ...]
    at_least: AtLeast | None
    others: tuple[PlainChip, ...]
    clear: str

    @property
    def number(self) -> int:
        """How many conditions there are."""
        return len(self.must) + len(self.may) + len(self.must_not) + len(self.others)

    @property
    def any_condition(self) -> bool:
        """Whether there is any."""
        return self.number > 0


def chips(links: Links, names: Names) -> Chips:
    """The chips of a query."""
    query = links.request.query

    def of(role: Role) -> tuple[TermChip, ...]:
        return tuple(_term_chip(links, role, term, names) for term in query.terms_of(role))

    return Chips(
        must=of(Role.LABEL),
        may=of(Role.ANY),
        must_not=of(Role.NOT),
        at_least=_at_least(links),
        others=tuple(_others(links, names)),
        clear=links.to(Query()),
    )


def editors(links: Links, facets: list[TermFacet], names: Names) -> list[TermEditor]:
    """The editors of all terms, with their counts."""

    def editor(facet: TermFacet) -> TermEditor:
        role = Role(facet.role)
        return term_editor(links, role, facet.term, title=_title(role, names.distinct(facet.term.mid)), facet=facet)

    return [editor(facet) for facet in facets]


def term_editor(links: Links, role: Role, term: Term, *, title: str, facet: TermFacet | None = None) -> TermEditor:
    """The editor of a term's own range and states."""

    def with_states_of(keys: object) -> str:
        return changed(states=frozenset(as_states(keys)) or None)  # type: ignore[arg-type]

    def changed(**parts: object) -> str:
        return links.to(replace_term(query, role, term, replace(term, **parts)))  # type: ignore[arg-type]

    query, name = links.request.query, _id(links, role, term)
    inherited = frozenset(str(state) for state in query.states or DEFAULT_STATES)
    choice = SetFacet(name, frozenset(map(str, term.states or ())), inherited, with_states_of)
    largest = max(facet.states.values(), default=0) if facet else 0
    counts: Mapping[State, int | None] = dict(facet.states) if facet else dict.fromkeys(STATES)
    return TermEditor(
        id=name,
        title=title,
        range=_term_range(links, role, term, facet, changed),
        states=tuple(
            choice.value(state, STATE_WORDS[state], count=counts[state], largest=largest, icon=state)
            for state in STATES
        ),
        states_reset=changed(states=None) if term.states else "",
    )


def _term_range(
    links: Links, role: Role, term: Term, facet: TermFacet | None, changed: Callable[..., str]
) -> RangeEditor:
    query, low_high = links.request.query, ends(term.confidence)
    inside = term.confidence or query.confidence

    def with_range(confidence: ConfidenceRange) -> str:
        return changed(confidence=confidence)

    return RangeEditor(
        id=f"{_id(links, role, term)}-range",
        bars=bars(facet.confidence, inside, with_range) if facet else (),
        values=",".join(format_confidence(value) for value in sorted(facet.confidence)) if facet else "",
        kept=(*links.kept(query), ("edit", f"{role}={format_term(term)}")),
        low_name="low",
        high_name="high",
        low=low_high[0],
        high=low_high[1],
        reset=changed(confidence=None) if term.confidence else "",
    )


def _term_chip(links: Links, role: Role, term: Term, names: Names) -> TermChip:
    query, name = links.request.query, names.label(term.mid)
    return TermChip(
        id=_id(links, role, term),
        css={Role.LABEL: "must", Role.ANY: "any", Role.NOT: "without"}[role],
        name=name,
        distinct=names.distinct(term.mid),
        note=names.note(term.mid),
        range=range_text(term.confidence),
        states=states_in_words(term.states) if term.states else "",
        roles=tuple(
            Link(links.to(move_term(query, role, other, term)), words, current=other is role)
            for other, words in ROLE_WORDS.items()
        ),
        remove=links.to(remove_term(query, role, term)),
        editor=term_editor(links, role, term, title=_title(role, names.distinct(term.mid))),
    )


def _title(role: Role, name: str) -> str:
    return f"not {name}" if role is Role.NOT else name


def range_text(confidence: ConfidenceRange | None) -> str:
    """A range as chips show it: 0.8–1, or one number; empty for none."""
    if confidence is None:
        return ""
    low, high = format_confidence(confidence.low), format_confidence(confidence.high)
    return low if low == high else f"{low}–{high}"


def _id(links: Links, role: Role, term: Term) -> str:
    return f"{role}-{links.request.query.terms_of(role).index(term)}"


def _at_least(links: Links) -> AtLeast | None:
    query = links.request.query
    if len(query.any) < 2:
        return None
    number = query.min_any
    return AtLeast(
        number=number,
        fewer=links.to(with_min_any(query, number - 1)) if number > 1 else "",
        more=links.to(with_min_any(query, number + 1)) if number < len(query.any) else "",
    )


def _others(links: Links, names: Names) -> list[PlainChip]:
    query = links.request.query
    parts = (
        ("Confidence", range_text(query.confidence), with_confidence(query, None)),
        ("State", states_in_words(query.states) if query.states else "", with_states(query, ())),
        ("Subset", join(sorted(query.subsets), "or") if query.subsets else "", with_subsets(query, ())),
        ("Licence", licenses_in_words(query, names), with_licenses(query, ())),
        ("Author", names.author(query.author) if query.author else "", with_author(query, None)),
    )
    return [PlainChip(kind, text, links.to(without)) for kind, text, without in parts if text]

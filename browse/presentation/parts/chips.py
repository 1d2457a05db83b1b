"""Chips: each condition of a query, to be changed or taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from browse.domain.comparison import Comparison
from browse.presentation.parts.addresses import Links, author_address, label_address
from browse.presentation.parts.box_editor import box_editor
from browse.presentation.parts.names import Names
from browse.presentation.parts.point_editor import point_editor
from browse.presentation.parts.relation_editor import relation_editor
from browse.presentation.parts.term_figures import TermFigures, term_figures
from browse.presentation.parts.term_sections import SectionsEditor
from browse.presentation.parts.values import STATE_WORDS, Link, RangeEditor, SetFacet, Value, as_states, bars, ends
from browse.query.box_terms import BoxTerm
from browse.query.box_words import asked_of_boxes
from browse.query.edits import (
    is_exclusion,
    move_term,
    remove_term,
    replace_term,
    with_min_any,
)
from browse.query.fields import CONDITIONS
from browse.query.phrases import label_in_words, range_text, states_in_words
from browse.query.point_terms import PointTerm, asked_of_points
from browse.query.relation_terms import RelationTerm
from browse.query.relation_words import relationship_in_words
from browse.query.spelling import format_confidence, format_term
from browse.query.values import DEFAULT_STATES, STATES, AnyTerm, ConfidenceRange, Query, Role, State, Term
from browse.query.words import term_title
from browse.search import AnyTermFacet, BoxTermFacet, PlainTermFacet, TermFacet
from browse.search.relations import TripletCount

ROLE_WORDS: Mapping[Role, str] = {Role.LABEL: "All of", Role.ANY: "Any of", Role.NOT: "None of"}


@dataclass(frozen=True)
class TermEditor:
    """A term's own range and states, with counts where they are known."""

    id: str
    title: str
    range: RangeEditor
    states: tuple[Value, ...]
    states_reset: str
    figures: TermFigures | None = None
    template: str = "browse/_term.html"


@dataclass(frozen=True)
class TermChip:
    """A term that must, may or must not hold.

    about   the pages of its labels.
    editor  what else can be asked.
    boxes   what is asked of a label's boxes or points; empty where a pair is.
    """

    id: str
    css: str
    name: str
    distinct: str
    note: str
    range: str
    states: str
    roles: tuple[Link, ...]
    about: tuple[Link, ...]
    remove: str
    editor: TermEditor | SectionsEditor
    boxes: str = ""


@dataclass(frozen=True)
class PlainChip:
    """A condition on all labels, or on the image itself. about: the page of the one author that it asks for."""

    kind: str
    text: str
    remove: str
    about: str = ""


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


def chips(links: Links, names: Names, triplets: Sequence[TripletCount] = ()) -> Chips:
    """The chips of a query. triplets: of the data set's relationships, where the query asks for one."""
    query = links.request.query

    def of(role: Role) -> tuple[TermChip, ...]:
        return tuple(_term_chip(links, role, term, names, triplets) for term in query.terms_of(role))

    return Chips(
        must=of(Role.LABEL),
        may=of(Role.ANY),
        must_not=of(Role.NOT),
        at_least=_at_least(links),
        others=tuple(_others(links, names)),
        clear=links.to(Query()),
    )


def editors(
    links: Links, facets: list[AnyTermFacet], names: Names, comparisons: Mapping[str, Comparison]
) -> list[TermEditor | SectionsEditor]:
    """The editors of all terms, with their counts, and with the figures of labels that have `comparisons`, by MID."""

    def editor(facet: TermFacet | BoxTermFacet) -> TermEditor | SectionsEditor:
        role = Role(facet.role)
        if isinstance(facet, BoxTermFacet):
            return _box_editor(links, role, facet.term, names, facet)
        term = facet.term
        made = term_editor(links, role, term, title=_title(role, term, names), facet=facet)
        comparison = None if term.below else comparisons.get(term.mid)
        return made if comparison is None else replace(made, figures=_figures(links, facet, comparison))

    return [editor(facet) for facet in facets if not isinstance(facet, PlainTermFacet)]


def _figures(links: Links, facet: TermFacet, comparison: Comparison) -> TermFigures:
    query, role, term = links.request.query, Role(facet.role), facet.term
    return term_figures(
        facet,
        comparison,
        term.confidence or query.confidence,
        lambda chosen: links.to(replace_term(query, role, term, replace(term, confidence=chosen))),
    )


def term_editor(links: Links, role: Role, term: Term, *, title: str, facet: TermFacet | None = None) -> TermEditor:
    """The editor of a term's own range and states."""

    def with_states_of(keys: object) -> str:
        return changed(states=frozenset(as_states(keys)) or None)  # type: ignore[arg-type]

    def changed(**parts: object) -> str:
        return links.to(replace_term(query, role, term, replace(term, **parts)))  # type: ignore[arg-type]

    query, name = links.request.query, _id(links, role, term)
    inherited = frozenset(str(state) for state in query.states or DEFAULT_STATES)
    choice = SetFacet(name, frozenset(map(str, term.states or ())), inherited, with_states_of, filters=True)
    largest = max(facet.states.values(), default=0) if facet else 0
    counts: Mapping[State, int | None] = dict(facet.states) if facet else dict.fromkeys(STATES)
    return TermEditor(
        id=name,
        title=title,
        range=_term_range(links, role, term, facet, changed),
        states=tuple(choice.value(state, STATE_WORDS[state], count=counts[state], largest=largest) for state in STATES),
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


def _box_editor(
    links: Links, role: Role, term: BoxTerm, names: Names, facet: BoxTermFacet | None = None
) -> SectionsEditor:
    def to(new: BoxTerm) -> str:
        return links.to(replace_term(links.request.query, role, term, new))

    title = _title(role, term, names)
    return box_editor(_id(links, role, term), title, term, to, facet)


def _term_chip(links: Links, role: Role, term: AnyTerm, names: Names, triplets: Sequence[TripletCount]) -> TermChip:
    query = links.request.query
    shown = term if isinstance(term, Term) and not is_exclusion(term) else Term("")
    return TermChip(
        id=_id(links, role, term),
        css={Role.LABEL: "must", Role.ANY: "any", Role.NOT: "without"}[role],
        name=_name(term, names),
        distinct=term_title(term, names),
        note="" if isinstance(term, RelationTerm) else names.note(term.mid),
        range=range_text(shown.confidence),
        states=states_in_words(shown.states) if shown.states else "",
        roles=tuple(
            Link(links.to(move_term(query, role, other, term)), words, current=other is role)
            for other, words in ROLE_WORDS.items()
        ),
        about=tuple(Link(label_address(mid), names.distinct(mid)) for mid, _ in term.named),
        remove=links.to(remove_term(query, role, term)),
        editor=_editor(links, role, term, names, triplets),
        boxes=_asked(term),
    )


def _asked(term: AnyTerm) -> str:
    """What is asked of a label's boxes or points."""
    if isinstance(term, PointTerm):
        return asked_of_points(term)
    return asked_of_boxes(term) if isinstance(term, BoxTerm) else ""


def _name(term: AnyTerm, names: Names) -> str:
    """What a chip calls a term, without what it shows of it besides."""
    if isinstance(term, RelationTerm):
        return relationship_in_words(term, names.label)
    return label_in_words(term, names.label(term.mid))


def _editor(
    links: Links, role: Role, term: AnyTerm, names: Names, triplets: Sequence[TripletCount]
) -> TermEditor | SectionsEditor:
    title = _title(role, term, names)
    if isinstance(term, Term):
        return term_editor(links, role, term, title=title)
    if isinstance(term, BoxTerm):
        return _box_editor(links, role, term, names)

    def to(new: AnyTerm) -> str:
        return links.to(replace_term(links.request.query, role, term, new))

    name = _id(links, role, term)
    if isinstance(term, PointTerm):
        return point_editor(name, title, term, to)
    return relation_editor(name, title, term, to, triplets, names)


def _title(role: Role, term: AnyTerm, names: Names) -> str:
    name = term_title(term, names)
    return f"not {name}" if role is Role.NOT else name


def _id(links: Links, role: Role, term: AnyTerm) -> str:
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
    given = ((field, field.values(query)) for field in CONDITIONS)
    return [
        PlainChip(
            field.title,
            field.chosen(values, names),
            links.to(field.replaced(query, ())),
            author_address(values[0]) if field.name == "author" and len(values) == 1 else "",
        )
        for field, values in given
        if values
    ]

"""What a chip of a relationship opens: relation, subject and object, each to be chosen among those that go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from browse.domain.relationships import ATTRIBUTE_WORD
from browse.presentation.parts.names import Names
from browse.presentation.parts.term_sections import SectionsEditor, TermSection
from browse.presentation.parts.values import Link, Value
from browse.query.relation_terms import RelationTerm, Side
from browse.query.relation_words import relation_in_words
from browse.search.relations import TripletCount

SHOWN = 8
"""Subjects or objects to choose from, those on most images, beside the chosen one."""


@dataclass(frozen=True)
class _Choice:
    term: RelationTerm
    text: str
    note: str = ""


def relation_editor(
    name: str,
    title: str,
    term: RelationTerm,
    to: Callable[[RelationTerm], str],
    triplets: Sequence[TripletCount],
    names: Names,
) -> SectionsEditor:
    """The editor of a term by the id of its chip. triplets: all that the data set has."""

    def section(what: str, choices: Iterable[_Choice], anything: RelationTerm) -> TermSection:
        values = tuple(
            Value(
                id=f"{name}-{what.lower()}-{place}",
                text=choice.text,
                note=choice.note,
                href=to(choice.term),
                chosen=choice.term == term,
                remove=to(anything),
            )
            for place, choice in enumerate(choices)
        )
        return TermSection(what, values, None if anything == term else Link(to(anything), "Any"))

    free = replace(term, relation=None), replace(term, subject=None), replace(term, object=None)
    found = [Counter(_part(place, one, triplets, names)) for place, one in zip((1, 0, 2), free, strict=True)]
    relations = dict.fromkeys([*([term.relation] if term.relation else []), *_most(found[0])])
    subjects, objects = _sides(term.subject, found[1], names), _sides(term.object, found[2], names)
    return SectionsEditor(
        name,
        title,
        (
            section(
                "Relation",
                [_Choice(replace(term, relation=one), relation_in_words(one)) for one in relations],
                free[0],
            ),
            section("Subject", [_choice(replace(term, subject=one), one, names) for one in subjects], free[1]),
            section(
                "Attribute" if term.relation == ATTRIBUTE_WORD else "Object",
                [_choice(replace(term, object=one), one, names) for one in objects],
                free[2],
            ),
        ),
    )


def _part(place: int, term: RelationTerm, triplets: Sequence[TripletCount], names: Names) -> dict[str, int]:
    """Subjects, relations or objects of the triplets that a term asks for, with the images of each triplet added up."""
    counts: Counter[str] = Counter()
    for triplet, count in triplets:
        if term.asks_for(*triplet, names.below):
            counts[triplet[place]] += count
    return counts


def _most(counts: Counter[str]) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return (key for key, _ in ranked[:SHOWN])


def _sides(chosen: Side | None, counts: Counter[str], names: Names) -> list[Side]:
    """What a side can be: the chosen label first, alone and with those below it, then the others."""
    own = [] if chosen is None else [Side(chosen.mid)]
    own += [Side(side.mid, below=True) for side in own if chosen == Side(side.mid, below=True) or names.below(side.mid)]
    return list(dict.fromkeys((*own, *map(Side, _most(counts)))))


def _choice(term: RelationTerm, side: Side, names: Names) -> _Choice:
    text = f"{names.label(side.mid)} or anything below" if side.below else names.label(side.mid)
    return _Choice(term, text, names.note(side.mid))

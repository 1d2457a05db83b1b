"""What the chip of a relationship offers."""

from __future__ import annotations

from dataclasses import dataclass

from browse.presentation.parts.names import Names
from browse.presentation.parts.relation_editor import SHOWN, relation_editor
from browse.presentation.parts.term_sections import TermSection
from browse.query.relation_terms import format_relation_term, parse_relation_term
from browse.search.relations import TripletCount

PET, DOG, CAT, SEA = "/m/0pet", "/m/0dog", "/m/0cat", "/m/0sea"
TRIPLETS = [((DOG, "on", SEA), 3), ((CAT, "on", SEA), 4), ((SEA, "under", DOG), 9), ((CAT, "is", SEA), 1)]


@dataclass(frozen=True)
class NamesByMid:
    """The part of Names that is asked here: names are MIDs without their beginning."""

    def label(self, mid: str) -> str:
        return mid[4:]

    def note(self, mid: str) -> str:
        return ""

    def below(self, mid: str) -> list[str]:
        return [CAT, DOG] if mid == PET else []


def sections(text: str, triplets: list[TripletCount] = TRIPLETS) -> tuple[TermSection, ...]:
    names: Names = NamesByMid()  # type: ignore[assignment]
    return relation_editor("label-0", "", parse_relation_term(text), format_relation_term, triplets, names).sections


def test_each_part_is_chosen_among_those_that_go_with_the_others() -> None:
    relation, subject, object_ = sections(f"rel:{PET}*~on~*")
    assert [(one.text, one.chosen) for one in relation.values] == [("on", True), ("is", False)]
    assert [(one.text, one.chosen, one.href) for one in subject.values] == [
        ("pet", False, f"rel:{PET}~on~*"),
        ("pet or anything below", True, f"rel:{PET}*~on~*"),
        ("cat", False, f"rel:{CAT}~on~*"),
        ("dog", False, f"rel:{DOG}~on~*"),
    ]
    assert [(one.text, one.chosen) for one in object_.values] == [("sea", False)]
    assert subject.reset is not None
    assert (subject.reset.href, object_.reset) == ("rel:*~on~*", None)


def test_what_is_chosen_is_offered_also_where_nothing_is_found_and_others_only_so_many() -> None:
    relation, subject, _ = sections(f"rel:{SEA}~eats~{SEA}")
    assert [one.text for one in relation.values] == ["eats"]
    assert [one.text for one in subject.values] == ["sea"]
    many = [((f"/m/0{number:03}", "on", SEA), number + 1) for number in range(SHOWN + 5)]
    assert len(sections("rel:*~on~*", many)[1].values) == SHOWN

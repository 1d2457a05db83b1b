"""What a chip of points opens: the verdicts that will do, to be ticked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from browse.domain.points import VERDICTS, PointVerdict
from browse.presentation.parts.term_sections import SectionsEditor, TermSection
from browse.presentation.parts.values import Link, Value
from browse.query.point_terms import USUAL, PointTerm


def point_editor(name: str, title: str, term: PointTerm, to: Callable[[PointTerm], str]) -> SectionsEditor:
    """The editor of a term by the id of its chip; one verdict is always ticked."""

    def with_verdicts(verdicts: frozenset[PointVerdict]) -> str:
        return to(replace(term, verdicts=verdicts))

    values = tuple(
        Value(
            id=f"{name}-verdicts-{verdict}",
            text=verdict,
            href=with_verdicts(term.verdicts | {verdict}),
            chosen=verdict in term.verdicts,
            remove=with_verdicts(term.verdicts - {verdict}) if term.verdicts != {verdict} else "",
            is_box=True,
        )
        for verdict in VERDICTS
    )
    reset = None if term.verdicts == USUAL else Link(with_verdicts(USUAL), "Only yes")
    return SectionsEditor(name, title, (TermSection("Verdicts", values, reset),))

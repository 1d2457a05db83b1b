"""What people said of an image, as its page shows it: verdicts on its labels, its license."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from browse.domain.history import CheckResult, HistoryEntry
from browse.query.pairs import CURATOR
from browse.rights import SourceCheck, license_note
from browse.search import ImageCard
from browse.search.verdict_history import PairVerdicts

NOT_CHECKED = "not checked since"


@dataclass(frozen=True)
class Standing:
    """The verdict on a label that counts: `undo` is its number where this person may take it back, else 0."""

    says: str
    by: str
    at: dt.datetime
    undo: int


def standing(said: PairVerdicts | None, *, by: str, of_others: bool) -> Standing | None:
    """The verdict that counts, as this person sees it."""
    if said is None or said.standing is None:
        return None
    row = said.standing
    return Standing(row.said, row.by, row.at, row.pk if of_others or row.by == by else 0)


def judged_by_curators(card: ImageCard) -> int:
    """On how many labels of an image a curator's yes or no counts."""
    return sum(any(source == CURATOR for source, _ in pair.annotations) for pair in card.pairs)


def license_check_note(card: ImageCard, check: HistoryEntry | None) -> str:
    """The note under a license: what a check saw stands in place of "not checked since"."""
    listed = card.license
    if check is None:
        return license_note(listed)
    when = check.at.date()
    if check.said == CheckResult.UNCLEAR:
        return license_note(listed).replace(NOT_CHECKED, f"checked on {when.isoformat()}, when it was unclear")
    if check.said == CheckResult.OTHER and not check.seen:
        another = f"checked on {when.isoformat()}, when a different license was seen"
        return license_note(listed).replace(NOT_CHECKED, another)
    found = {CheckResult.GONE.value: None, CheckResult.AS_LISTED.value: card.license_url or ""}
    return license_note(listed, SourceCheck(when, found.get(check.said, check.seen)))


def standings(said: Mapping[str, PairVerdicts], *, by: str, of_others: bool) -> dict[str, Standing]:
    """The verdicts that count, by MID, as this person sees them."""
    found = {mid: standing(one, by=by, of_others=of_others) for mid, one in said.items()}
    return {mid: one for mid, one in found.items() if one}

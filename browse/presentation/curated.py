"""What people said of an image, as its page shows it: verdicts on its labels, its licence, its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from browse.models import Entry, Flag, Hiding, LicenceCheck, Verdict
from browse.presentation.names import Names
from browse.query.pairs import CURATOR
from browse.rights import LicenseCheck, license_note
from browse.search import ImageCard
from browse.search.said import Said

NOT_CHECKED = "not checked since"
SAYS_WORDS = {"yes": "says yes", "no": "says no", "unsure": "is unsure", "undo": "takes back a verdict"}
FLAG_CHOICES = tuple(choice for choice in Flag.Reason.choices if choice[0] != Flag.Reason.RIGHTS_HOLDER)


@dataclass(frozen=True)
class Standing:
    """The verdict on a label that counts: `undo` is its number where this person may take it back, else 0."""

    says: str
    by: str
    at: dt.datetime
    undo: int


@dataclass(frozen=True)
class Event:
    """One thing that somebody did to an image."""

    at: dt.datetime
    by: str
    what: str
    label: str
    why: str


def standing(said: Said | None, *, by: str, of_others: bool) -> Standing | None:
    """The verdict that counts, as this person sees it."""
    if said is None or said.standing is None:
        return None
    row = said.standing
    return Standing(row.says, row.by, row.at, row.pk if of_others or row.by == by else 0)


def judged_by_curators(card: ImageCard) -> int:
    """On how many labels of an image a curator's yes or no counts."""
    return sum(any(source == CURATOR for source, _ in pair.annotations) for pair in card.pairs)


def licence_note(card: ImageCard, check: LicenceCheck | None) -> str:
    """The note under a licence: what a check saw stands in place of "not checked since"."""
    licence = card.license
    if check is None:
        return license_note(licence)
    if check.result == LicenceCheck.Result.UNCLEAR:
        unclear = f"checked on {check.at.date().isoformat()}, when it was not clear"
        return license_note(licence).replace(NOT_CHECKED, unclear)
    found = {
        LicenceCheck.Result.GONE.value: None,
        LicenceCheck.Result.AS_LISTED.value: card.license_url or "",
    }.get(check.result, check.observed)
    return license_note(licence, LicenseCheck(check.at.date(), found))


def events(entries: Iterable[Entry], names: Names) -> list[Event]:
    """History in words, in the order given."""
    return [_event(entry, names) for entry in entries]


def _event(entry: Entry, names: Names) -> Event:
    mid = getattr(entry, "mid", "")
    return Event(entry.at, entry.by or "the public", _what(entry), names.label(mid) if mid else "", entry.why)


def _what(entry: Entry) -> str:
    match entry:
        case Verdict():
            return SAYS_WORDS[entry.says]
        case Flag():
            return f"flags it: {entry.get_reason_display()}"
        case LicenceCheck():
            seen = f" ({entry.observed})" if entry.observed else ""
            return f"checked the licence: {entry.get_result_display()}{seen}"
        case Hiding():
            return "hides the image" if entry.hidden else "shows the image again"
    raise TypeError(f"no words for {type(entry).__name__}")


def standings(said: Mapping[str, Said], *, by: str, of_others: bool) -> dict[str, Standing]:
    """The verdicts that count, by MID, as this person sees them."""
    found = {mid: standing(one, by=by, of_others=of_others) for mid, one in said.items()}
    return {mid: one for mid, one in found.items() if one}

"""What people did, in words: one's own acts with their undo, and everybody's by person, kind and time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from browse.domain.csv_text import Cell
from browse.domain.history import PUBLIC, WITHHELD, HistoryEntry, Kind
from browse.domain.plural import counted
from browse.presentation.parts.addresses import label_address, own_address, page_address, path_of, with_query
from browse.presentation.parts.history import event
from browse.presentation.parts.names import Names
from browse.requests.activity_parameters import ActivityRequest
from browse.search.activity import Act

KIND_WORDS = {
    Kind.VERDICT: "verdicts",
    Kind.OPINION: "opinions in tasks",
    Kind.FLAG: "flags",
    Kind.DECISION: "decisions on flags",
    Kind.LICENSE_CHECK: "license checks",
    Kind.HIDING: "images hidden or shown",
    Kind.LABEL_NOTE: "notes on labels",
}
COLUMNS = ("At", "By", "Kind", "Said", "ImageID", "LabelName", "DisplayName", "Flag", "License", "Reason")
"""Of the file."""


@dataclass(frozen=True)
class ActRow:
    """An act as the page lists it: in words, with where it leads, and what undoes it: a verdict or a batch."""

    at: dt.datetime
    by: str
    what: str
    why: str
    href: str
    verdict: int = 0
    batch: str = ""


@dataclass(frozen=True)
class PersonRow:
    """How many of each kind somebody did, in the order of KIND_WORDS; `href` leads to these."""

    by: str
    numbers: list[int]
    href: str


def own_rows(names: Names, acts: Iterable[Act]) -> list[ActRow]:
    """One's own acts as the page lists them."""
    return [_own_row(names, act) for act in acts]


def _own_row(names: Names, act: Act) -> ActRow:
    row = entry_row(names, act.entry)
    if act.batch is None:
        return ActRow(row.at, row.by, row.what, row.why, row.href, verdict=act.entry.pk if act.undoable else 0)
    is_undo = act.entry.said == "undo"
    what = f"Undid {counted(act.number, 'verdict')} at once" if is_undo else _at_once(row.what, act.number)
    href = "" if is_undo else page_address("batch", act.batch)
    return ActRow(row.at, row.by, what, row.why, href, batch=act.batch if act.undoable else "")


def _at_once(first: str, number: int) -> str:
    return first if number == 1 else f"{first}, and {counted(number - 1, 'more verdict')} at once"


def entry_row(names: Names, entry: HistoryEntry, *, is_sentence: bool = True) -> ActRow:
    """A row of history as lists of activity have it: as a sentence, or to stand behind a name."""
    told = event(entry, names.label, image=f"image {entry.image_id}")
    href = own_address(entry.image_id) if entry.image_id else label_address(entry.mid) if entry.mid else ""
    what = told.text if is_sentence else told.text[:1].lower() + told.text[1:]
    return ActRow(told.at, told.by, what, told.why, href)


def person_rows(asked: ActivityRequest, counts: Mapping[str, Counter[Kind]]) -> list[PersonRow]:
    """The table of people, those first who did most."""
    people = sorted(counts, key=lambda by: (-counts[by].total(), by))
    return [
        PersonRow(by or PUBLIC, [counts[by][kind] for kind in KIND_WORDS], _address(asked, by=by) if by else "")
        for by in people
    ]


def page_links(asked: ActivityRequest, *, has_more: bool, most: int) -> dict[str, str]:
    """Where the page before, the next one, and the files are; empty where there is none."""
    return {
        "previous": _address(asked, page=asked.page - 1) if asked.page > 1 else "",
        "following": _address(asked, page=asked.page + 1) if has_more and asked.page < most else "",
        "csv": _address(asked, to="activity-csv"),
        "safe_csv": _address(asked, to="activity-csv", safe=1),
    }


def _address(asked: ActivityRequest, *, to: str = "all-activity", **changed: object) -> str:
    given = {"by": asked.by, "kind": asked.kind, "since": asked.since, "until": asked.until} | changed
    return with_query(path_of(to), urlencode({name: value for name, value in given.items() if value}))


def csv_rows(names: Names, entries: Iterable[HistoryEntry]) -> Iterator[list[Cell]]:
    """The rows of the file."""
    for entry in entries:
        yield [
            entry.at.astimezone(dt.UTC).isoformat(),
            entry.by,
            entry.kind.value,
            WITHHELD if entry.is_withheld else entry.said,
            entry.image_id,
            entry.mid,
            names.label(entry.mid) if entry.mid else "",
            entry.subject or "",
            entry.seen,
            entry.why,
        ]

"""History in words: what somebody did, for pages, the administration, and its first page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from browse.domain.history import PUBLIC, WITHHELD, HistoryEntry, Kind

VERDICT_WORDS = {
    "yes": "said yes",
    "no": "said no",
    "unsure": "was unsure",
    "undo": "undid a verdict",
}


@dataclass(frozen=True)
class Event:
    """One thing that somebody did. what: in words, to stand behind a name; label: the label it is about, or empty."""

    at: dt.datetime
    by: str
    what: str
    label: str
    why: str

    @property
    def text(self) -> str:
        """The same in one line that begins a sentence, such as "Said no on dog"."""
        words = f"{self.what} on {self.label}" if self.label else self.what
        return words[:1].upper() + words[1:]


def event(entry: HistoryEntry, label: Callable[[str], str], *, image: str = "the image") -> Event:
    """A row of history in words. label: a label's name by its MID; image: how to call the image it is about."""
    name = label(entry.mid) if entry.mid else ""
    what = _WITHHELD[entry.kind] if entry.is_withheld else _WORDS[entry.kind](entry, image)
    return Event(entry.at, entry.by or PUBLIC, what, name, WITHHELD if entry.is_withheld else entry.why)


def _verdict(entry: HistoryEntry, image: str) -> str:
    return VERDICT_WORDS[entry.said]


def _opinion(entry: HistoryEntry, image: str) -> str:
    return f"gave the opinion {entry.said}"


def _flag(entry: HistoryEntry, image: str) -> str:
    return f"flagged {image}: {entry.reading}"


def _decision(entry: HistoryEntry, image: str) -> str:
    return f"{entry.said} flag {entry.subject}"


def _check(entry: HistoryEntry, image: str) -> str:
    seen = f" ({entry.seen})" if entry.seen else ""
    return f"checked the license: {entry.reading.lower()}{seen}"


def _hiding(entry: HistoryEntry, image: str) -> str:
    return f"hid {image}" if entry.said == "hidden" else f"showed {image} again"


def _note(entry: HistoryEntry, image: str) -> str:
    return "wrote a note"


_WORDS: dict[Kind, Callable[[HistoryEntry, str], str]] = {
    Kind.VERDICT: _verdict,
    Kind.OPINION: _opinion,
    Kind.FLAG: _flag,
    Kind.DECISION: _decision,
    Kind.LICENSE_CHECK: _check,
    Kind.HIDING: _hiding,
    Kind.LABEL_NOTE: _note,
}
_WITHHELD: dict[Kind, str] = {
    Kind.VERDICT: "gave or undid a verdict",
    Kind.OPINION: "gave an opinion",
    Kind.FLAG: "set a flag",
}
"""The kinds whose rows may be kept from who is to judge blind."""

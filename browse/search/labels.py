"""Finding labels by their names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from browse.models import LabelNote
from browse.search.names import names_of
from browse.search.snapshot import Snapshot

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not take apart into a plain one and a mark."""


@dataclass(frozen=True)
class NamedLabel:
    """A label of the data set; `count` is the count of `label=MID`."""

    mid: str
    name: str
    count: int


def note_on(mid: str) -> LabelNote | None:
    """What curators say of a label, where they say more than another name. One query."""
    note: LabelNote | None = LabelNote.objects.filter(mid=mid).order_by("-at", "-pk").first()
    return note if note and (note.note or note.sensitive) else None


@dataclass(frozen=True)
class _Labels:
    version: str
    labels: list[NamedLabel]
    folded: list[str]


_labels: _Labels | None = None


def find_labels(snapshot: Snapshot, text: str | None = None) -> list[NamedLabel]:
    """Labels with each word of a text somewhere in name or MID, all without one; the largest count first, ties by MID.

    Case and accents make no difference, nor does the order of the words.
    """
    found = _labels_of(snapshot)
    if text is None:
        return found.labels
    words = fold(text).split()
    return [
        label for label, folded in zip(found.labels, found.folded, strict=True) if all(word in folded for word in words)
    ]


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """The text without case and accents, its words one space apart."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _labels_of(snapshot: Snapshot) -> _Labels:
    global _labels  # noqa: PLW0603 - kept beside the one engine of the process
    labels = _labels
    if labels is None or labels.version != snapshot.version:
        names = names_of(snapshot.version).by_mid
        counts = snapshot.engine.label_counts()
        named = [NamedLabel(mid, name, counts.get(mid, 0)) for mid, name in names.items()]
        named.sort(key=lambda label: (-label.count, label.mid))
        folded = [f"{fold(label.name)}\n{fold(label.mid)}" for label in named]
        labels = _labels = _Labels(snapshot.version, named, folded)
    return labels

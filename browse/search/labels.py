"""Finding labels by their names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from browse.models import LabelNote
from browse.search.names import Names, names_of
from browse.search.snapshot import Snapshot

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not take apart into a plain one and a mark."""


@dataclass(frozen=True)
class NamedLabel:
    """A label of the data set; `count` is the count of `label=MID`.

    renamed: the data set's own name, where curators call it otherwise; else empty.
    """

    mid: str
    name: str
    count: int
    renamed: str = ""


@dataclass(frozen=True)
class LabelRemark:
    """What curators say of a label besides another name."""

    note: str
    sensitive: bool


def remark_on(mid: str) -> LabelRemark | None:
    """What curators say of a label, where they say more than another name. One query."""
    note = LabelNote.objects.filter(mid=mid).order_by("-at", "-pk").first()
    return LabelRemark(note.note, note.sensitive) if note and (note.note or note.sensitive) else None


@dataclass(frozen=True)
class _Labels:
    version: str
    labels: list[NamedLabel]
    folded: list[str]


_labels: _Labels | None = None


def find_labels(snapshot: Snapshot, text: str | None = None) -> list[NamedLabel]:
    """Labels with each word of a text somewhere in name or MID, all without one; the largest count first, ties by MID.

    A label that curators renamed is found by both names. Case and accents make no difference, nor does the order of
    the words.
    """
    found = _labels_of(snapshot)
    if text is None:
        return found.labels
    labels: Iterable[tuple[NamedLabel, str]] = zip(found.labels, found.folded, strict=True)
    for word in fold(text).split():
        labels = [one for one in labels if word in one[1]]
    return [label for label, _ in labels]


def named(snapshot: Snapshot, text: str) -> list[NamedLabel]:
    """The labels of exactly this name or MID; case, accents and the MID's first slash make no difference.

    Those that curators renamed are found by the data set's name too.
    """
    wanted = fold(text)
    names = (wanted, f"/{wanted}")
    found = find_labels(snapshot, text)
    return [one for one in found if wanted in (fold(one.name), fold(one.renamed)) or fold(one.mid) in names]


def rows_with(names: Names, text: str) -> list[int]:
    """The row ids of the labels that `find_labels` finds with this text; needs no index."""
    words = fold(text).split()
    folded = {pk: _folded(name, names.renamed.get(mid, ""), mid) for pk, (mid, name) in names.labels.items()}
    return [pk for pk, own in folded.items() if all(word in own for word in words)]


def _folded(name: str, renamed: str, mid: str) -> str:
    """What a label is found by: its names and its MID, on lines of their own."""
    return f"{fold(name)}\n{fold(renamed)}\n{fold(mid)}"


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """The text without case and accents, its words one space apart."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _labels_of(snapshot: Snapshot) -> _Labels:
    global _labels  # noqa: PLW0603 - kept beside the one engine of the process
    labels = _labels
    if labels is None or labels.version != snapshot.version:
        names = names_of(snapshot.version)
        counts = snapshot.engine.label_counts()
        named = [
            NamedLabel(mid, name, counts.get(mid, 0), names.renamed.get(mid, "")) for mid, name in names.by_mid.items()
        ]
        named.sort(key=lambda label: (-label.count, label.mid))
        folded = [_folded(label.name, label.renamed, label.mid) for label in named]
        labels = _labels = _Labels(snapshot.version, named, folded)
    return labels

"""Names of labels and sources, read once for each version of the data set whose names differ."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from browse.models import Label, LabelNote, Source


@dataclass(frozen=True)
class Names:
    """labels: MID and name by row id. by_mid: name by MID. sources: name by row id. A curator's name for a label wins.

    renamed: the data set's own name by MID, of labels that curators call otherwise.
    Names are equal where generation and the last note on a label are.
    """

    generation: str
    last_note: int
    labels: dict[int, tuple[str, str]]
    by_mid: dict[str, str]
    sources: dict[int, str]
    renamed: dict[str, str]


_names: tuple[str, Names] | None = None
"""The version asked for last, and its names."""


def names_of(version: str) -> Names:
    """The names as they are in this version: kept, or read in four queries; in one where only verdicts are new."""
    global _names  # noqa: PLW0603 - kept beside the one engine of the process
    kept = _names
    if kept is not None and kept[0] == version:
        return kept[1]
    generation = version.rpartition(".")[0]
    last_note: int = LabelNote.objects.aggregate(last=Max("pk"))["last"] or 0
    if kept is not None and (kept[1].generation, kept[1].last_note) == (generation, last_note):
        names = kept[1]
    else:
        names = _read(generation, last_note)
    _names = (version, names)
    return names


def _read(generation: str, last_note: int) -> Names:
    given = LabelNote.objects.newest().exclude(display_name="").values_list("mid", "display_name")
    display = dict(given) if last_note else {}
    rows = list(Label.objects.values_list("pk", "mid", "name"))
    labels = {pk: (mid, display.get(mid, name)) for pk, mid, name in rows}
    renamed = {mid: name for _, mid, name in rows if display.get(mid, name) != name}
    sources = dict(Source.objects.values_list("pk", "name"))
    return Names(generation, last_note, labels, dict(labels.values()), sources, renamed)

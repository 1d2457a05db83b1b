"""Labels that are put into the form of a set by name, by MID, or all that are good and frequent enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from browse.domain.comparison import MIN_VERIFIED
from browse.requests.set_form import SetForm
from browse.search import NamedLabel, Snapshot, find_labels, label_table_of
from browse.search.labels import named
from browse.sets.recipe import MOST_LABELS

MOST_SUGGESTED = 8


@dataclass(frozen=True)
class Unclear:
    """A text that is not one label's. labels: those it may mean, none where there are none."""

    text: str
    labels: tuple[NamedLabel, ...]


@dataclass(frozen=True)
class Edited:
    """The form after what was asked to be done. dropped: how many labels there was no room for."""

    form: SetForm
    unclear: tuple[Unclear, ...] = ()
    dropped: int = 0


def edited(form: SetForm, snapshot: Snapshot) -> Edited:
    """Add, remove, and take labels otherwise, as the form says."""
    labels = {label.mid: label.by for label in form.labels if label.mid != form.without}
    unclear = []
    for text in form.add:
        found = _meant(snapshot, text)
        if isinstance(found, str):
            labels.setdefault(found, form.fields["by"])
        else:
            unclear.append(found)
    if form.do == "all":
        for mid in _good_ones(snapshot, float(form.all_percent) / 100, int(form.all_images)):
            labels.setdefault(mid, f"{form.all_percent}%")
    if form.do == "by":
        labels = dict.fromkeys(labels, form.fields["by"])
    kept = dict(list(labels.items())[:MOST_LABELS])
    done = replace(form, add=(), without="", do="").with_labels(kept)
    return Edited(done, tuple(unclear), len(labels) - len(kept))


def _meant(snapshot: Snapshot, text: str) -> str | Unclear:
    """The MID of the label that a text is name or MID of; what it may mean where that is not one."""
    if snapshot.engine.has_label(text):
        return text
    exact = named(snapshot, text)
    if len(exact) == 1:
        return exact[0].mid
    return Unclear(text, tuple((exact or find_labels(snapshot, text))[:MOST_SUGGESTED]))


def _good_ones(snapshot: Snapshot, precision: float, images: int) -> list[str]:
    """MIDs of labels with so high a precision, of enough verified pairs, and so many images; most images first."""
    table = label_table_of(snapshot, min_verified=MIN_VERIFIED, order="-images")
    yes, no = table.columns["yes"], table.columns["no"]
    checked = np.maximum(yes + no, 1)
    good = (yes >= precision * checked) & (table.columns["images"] >= images)
    return [table.mids[place] for place in table.places[good[table.places]].tolist()]

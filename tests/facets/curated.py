"""What people did to a data set, drawn; and the same data set with that written into it, by the rule's own words."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.models import Hiding, LicenseCheck, Verdict
from browse.models.curation import Ruling, rulings
from browse.query.values import LICENSE_CHECKS, CheckOutcome
from tests.facets.datasets import Dataset

CURATORS = ("ann", "bob", "cleo")


@dataclass(frozen=True)
class Event:
    """A verdict (yes, no, unsure), the undoing of the event at place `undoes`, an image hidden or shown, or its license
    checked.
    """

    by: str
    image_id: str
    mid: str = ""
    says: str = ""
    undoes: int | None = None
    hidden: bool | None = None
    check: CheckOutcome | None = None

    @property
    def is_word(self) -> bool:
        return self.hidden is None and self.check is None


@st.composite
def events(draw: st.DrawFn, dataset: Dataset) -> list[Event]:
    """What several curators did, one after the other, mostly to few images so that they meet."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    ids = [photo.image_id for photo in dataset.photos]
    busy = [*chance.sample(ids, min(len(ids), draw(st.sampled_from([2, 5, 40])))), "00000000000abcde"]
    happened: list[Event] = []
    for _ in range(draw(st.sampled_from([0, 3, 12, 60]))):
        happened.append(_event(chance, happened, busy, [*dataset.mids, "/m/gone"]))
    return happened


def _event(chance: random.Random, happened: list[Event], images: list[str], mids: list[str]) -> Event:
    by, image_id = chance.choice(CURATORS), chance.choice(images)
    undoable = [place for place, event in enumerate(happened) if event.says]
    kind = chance.random()
    if kind < 0.25 and undoable:
        place = chance.choice(undoable)
        return Event(by, happened[place].image_id, happened[place].mid, undoes=place)
    if kind < 0.4:
        return Event(by, image_id, hidden=chance.random() < 0.7)
    if kind < 0.55:
        return Event(by, image_id, check=chance.choice(LICENSE_CHECKS[1:]))
    return Event(by, image_id, chance.choice(mids), chance.choice(("yes", "no", "unsure")))


def curated(dataset: Dataset, happened: list[Event]) -> Dataset:
    """The data set as if the verdicts that count were annotations of its own, and hidden images were not there."""
    annotations = dict(dataset.annotations)
    known = {photo.image_id for photo in dataset.photos}
    for image_id, mid in {(event.image_id, event.mid) for event in happened if event.mid}:
        word = _word(happened, image_id, mid)
        if word in ("yes", "no") and image_id in known and mid in dataset.mids:
            annotations[image_id, mid, "curator"] = 100 if word == "yes" else 0
    gone = {image_id for image_id in known if _is_hidden(happened, image_id)}
    return replace(
        dataset,
        photos=tuple(photo for photo in dataset.photos if photo.image_id not in gone),
        annotations={pair: value for pair, value in annotations.items() if pair[0] not in gone},
        emptied=frozenset(photo.subset for photo in dataset.photos if photo.image_id in gone),
        checks={event.image_id: event.check for event in happened if event.check},
    )


def _word(happened: list[Event], image_id: str, mid: str) -> str:
    undone = {event.undoes for event in happened}
    for place in reversed(range(len(happened))):
        event = happened[place]
        if event.says and (event.image_id, event.mid) == (image_id, mid) and place not in undone:
            return event.says
    return ""


def _is_hidden(happened: list[Event], image_id: str) -> bool:
    words = [event.hidden for event in happened if event.image_id == image_id and event.hidden is not None]
    return bool(words and words[-1])


def said(happened: list[Event]) -> tuple[dict[Ruling, bool], set[int]]:
    """The rulings that count after all this, and the keys of the images that are hidden."""
    rows = [
        (place, key_from_image_id(event.image_id), event.mid, event.says or "undo", event.undoes)
        for place, event in enumerate(happened)
        if event.is_word
    ]
    hidden = {key_from_image_id(event.image_id) for event in happened if _is_hidden(happened, event.image_id)}
    return rulings(rows), hidden


def checks(happened: Iterable[Event]) -> dict[int, CheckOutcome]:
    """The newest license check of each image that has one, by key."""
    return {key_from_image_id(event.image_id): event.check for event in happened if event.check}


def write(happened: Iterable[Event]) -> None:
    """The same as rows of the database."""
    rows: list[Verdict | Hiding | LicenseCheck] = []
    for event in happened:
        key = key_from_image_id(event.image_id)
        if event.hidden is not None:
            rows.append(Hiding.objects.create(image_key=key, hidden=event.hidden, by=event.by))
        elif event.check is not None:
            result = {"differs": "other"}.get(event.check, event.check)
            rows.append(LicenseCheck.objects.create(image_key=key, result=result, by=event.by))
        else:
            says, undone = event.says or "undo", None if event.undoes is None else rows[event.undoes]
            rows.append(Verdict.objects.create(image_key=key, mid=event.mid, says=says, undoes=undone, by=event.by))

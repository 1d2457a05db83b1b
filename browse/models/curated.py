"""All that curators say at one time, as an index build takes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from browse.models.curation import RULING_COLUMNS, Entry, Hiding, Ruling, Verdict, rulings
from browse.models.dataset import DatasetState


@dataclass(frozen=True)
class Curated:
    """What counted of all that curators say, when it was read: everything up to a revision, and perhaps more.

    rulings: yes or no by image key and MID; hidden: keys of images taken down. last_verdict, last_hiding: the numbers
    of the last rows of either; rows are numbered in the order in which they become visible.
    """

    at: dt.datetime
    revision: int
    rulings: dict[Ruling, bool]
    hidden: frozenset[int]
    last_verdict: int
    last_hiding: int

    @classmethod
    def now(cls) -> Curated:
        """As it is now. Five queries."""
        at, state = timezone.now(), DatasetState.objects.filter(pk=1).first()
        verdict, hiding = (_last(model) for model in (Verdict, Hiding))
        return cls._up_to(at, state.revision if state else 0, verdict, hiding)

    @classmethod
    def as_built(cls, state: DatasetState) -> Curated:
        """As it was when the generation in use was built. Two queries."""
        at = state.curation_read or timezone.now()
        return cls._up_to(at, state.curation_revision, state.curation_verdict, state.curation_hiding)

    @classmethod
    def _up_to(cls, at: dt.datetime, revision: int, verdict: int, hiding: int) -> Curated:
        words = Verdict.objects.filter(pk__lte=verdict).in_order().values_list(*RULING_COLUMNS)
        hidings = dict(Hiding.objects.filter(pk__lte=hiding).in_order().values_list("image_key", "hidden"))
        hidden = frozenset(key for key, is_hidden in hidings.items() if is_hidden)
        return cls(at, revision, rulings(words.iterator()), hidden, verdict, hiding)


def _last(model: type[Entry]) -> int:
    last: int | None = model.objects.aggregate(last=models.Max("pk"))["last"]
    return last or 0

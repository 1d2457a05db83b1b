"""What machine and raters say of a picture: mostly right, with the mistakes that look-alikes invite."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from browse.sample.labels import LOOK_ALIKES, POPULAR, mid_of
from browse.sample.pictures import Picture

Annotation = tuple[str, float]
"""A label's MID and a confidence."""

_CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_WHEN_RIGHT = (7, 13, 18, 23, 27, 12)
_WHEN_WRONG = (24, 24, 20, 17, 13, 2)
_VERIFIED_SHARE = 0.95
_MISSED_SHARE = 0.8
_FANCY_SHARE = 0.06


def machine_annotations(picture: Picture) -> list[Annotation]:
    """The machine's labels, the most confident first, then by MID; none on the pictures where it is silent."""
    named = _named_by_machine(picture)
    return sorted(((mid_of(key), confidence) for key, confidence in named.items()), key=lambda row: (-row[1], row[0]))


def human_annotations(picture: Picture) -> list[Annotation]:
    """Raters' verdicts, 1.0 for yes and 0.0 for no; only validation pictures have any.

    Raters judge most of what the machine named, see some labels that it missed, and rule out some look-alikes.
    """
    if picture.subset != "validation":
        return []
    random = Random(f"sample raters {picture.number}")  # noqa: S311  # drawing lots for a sample needs no secrecy
    named = _named_by_machine(picture)
    judged = [key for key in sorted(named) if random.random() < _VERIFIED_SHARE]
    judged += [key for key in sorted(picture.labels - set(named)) if random.random() < _MISSED_SHARE]
    absent = [key for key in _look_alikes(picture) if key not in named]
    judged += random.sample(absent, min(len(absent), random.choice((0, 1, 1, 2))))
    verdicts = [(mid_of(key), float(key in picture.labels)) for key in judged]
    return sorted(verdicts, key=lambda row: (-row[1], row[0]))


def _named_by_machine(picture: Picture) -> dict[str, float]:
    if picture.silent:
        return {}
    random = Random(f"sample machine {picture.number}")  # noqa: S311  # as above
    named: dict[str, float] = {}
    for key in sorted(picture.labels):
        if random.random() < 0.83 + 0.16 * _skill(key):
            named[key] = _confidence(random, _WHEN_RIGHT, _skill(key))
    for key in _look_alikes(picture):
        if random.random() < 0.28 - 0.22 * _skill(key):
            named[key] = _confidence(random, _WHEN_WRONG, 0.5)
    for key in POPULAR:
        if key not in picture.labels and random.random() < _FANCY_SHARE:
            named[key] = _confidence(random, _WHEN_WRONG, 0.5)
    return named or {min(picture.labels): 0.5}


def _look_alikes(picture: Picture) -> list[str]:
    """What the picture's labels are easily taken for and what it does not show."""
    taken = {wrong for key in picture.labels for wrong in LOOK_ALIKES[key]}
    return sorted(taken - picture.labels)


def _skill(key: str) -> float:
    """How well the machine knows a label, 0 to 1: some are found and told apart better than others."""
    return sha256(f"sample skill {key}".encode()).digest()[0] / 255


def _confidence(random: Random, weights: tuple[int, ...], skill: float) -> float:
    """One of the six steps; two draws of which a well-known label takes the higher more often."""
    first, second = random.choices(_CONFIDENCES, weights, k=2)
    return max(first, second) if random.random() < skill - 0.5 else first

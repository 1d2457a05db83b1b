"""What the annotations of one image and one label say together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.query.values import State

MACHINE = "machine"
CURATOR = "curator"
AUTHORITY = (CURATOR, "verification", "human", "crowdsource-verification")
"""Human sources, the most authoritative first; all others follow by name."""

YES_FROM = 50
"""Hundredths from which a human annotation says yes."""


@dataclass(frozen=True)
class Verdict:
    """A pair's machine confidence in hundredths, human word, state, and its own confidence in hundredths."""

    machine: int | None
    human: bool | None
    state: State
    confidence: int


def authority(source: str) -> tuple[int, str]:
    """A key that sorts human sources, the most authoritative first."""
    return (AUTHORITY.index(source) if source in AUTHORITY else len(AUTHORITY), source)


def by_source(source: str) -> tuple[int, str]:
    """A key that sorts all sources: the machine, then human ones by authority."""
    return (-1, "") if source == MACHINE else authority(source)


def merge(annotations: Iterable[tuple[str, int]]) -> Verdict:
    """The verdict of (source, hundredths), at least one. Raises ValueError for none."""
    words = dict(annotations)
    machine = words.pop(MACHINE, None)
    human = words[min(words, key=authority)] >= YES_FROM if words else None
    if machine is None and human is None:
        raise ValueError("a pair has at least one annotation")
    confidence = machine if machine is not None else 100 * bool(human)
    return Verdict(machine, human, state_of(machine=machine is not None, human=human), confidence)


def with_curator(annotations: Iterable[tuple[str, int]], *, yes: bool) -> list[tuple[str, int]]:
    """The (source, hundredths) of a pair, of which there may be none, and what a curator says in this application."""
    return [*((source, value) for source, value in annotations if source != CURATOR), (CURATOR, 100 * yes)]


def state_of(*, machine: bool, human: bool | None) -> State:
    """The state of a pair. Raises ValueError where neither says anything."""
    match machine, human:
        case True, None:
            return State.UNVERIFIED
        case True, _:
            return State.CONFIRMED if human else State.REJECTED
        case False, None:
            raise ValueError("a pair has at least one annotation")
        case _:
            return State.MISSED if human else State.ABSENT

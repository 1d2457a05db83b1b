"""Sampling plans: what is drawn to be judged, by how many, and what is estimated from it. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from browse.domain.comparison import MIN_VERIFIED, Estimate, wilson_interval
from browse.query.values import ConfidenceRange, Query, State

RANDOM, HARDEST = "random", "hardest"
ORDERS = (RANDOM, HARDEST)
MOST_DRAWN = 5000
"""Pictures of a task, those with a known answer too."""
MOST_OPINIONS = 9
MOST_PEOPLE = 50
MOST_LEVELS = 12
ANY_LEVEL = "all"
"""The name of the only level where confidences are not told apart."""


@dataclass(frozen=True)
class TaskWish:
    """What a reviewer asks for. query: only its images; levels: none is one level of any confidence."""

    name: str
    mid: str
    query: Query
    states: tuple[State, ...]
    levels: tuple[ConfidenceRange, ...]
    per_level: int
    seed: int
    order: str
    opinions: int = 1
    known: int = 0
    people: tuple[str, ...] = ()
    width: int | None = None


@dataclass(frozen=True)
class PlanLevel:
    """Pairs from which some were drawn. name: their confidences, such as "0.5-0.7"; population: how many there are."""

    name: str
    population: int
    drawn: int


@dataclass(frozen=True)
class Plan:
    """What a task asks for.

    query      canonical: only images of it are drawn; empty for all.
    states     of the pairs, and `levels` by the machine's confidence.
    opinions   how many people are to judge each picture.
    known      pictures with a known answer that are mixed in.
    people     user names of those who may take part; empty for every curator.
    width      the task ends once the interval reaches no further than this to either side, in tenths of a per cent;
               None where everything is to be judged.
    """

    query: str
    states: tuple[State, ...]
    levels: tuple[PlanLevel, ...]
    seed: int
    order: str = RANDOM
    opinions: int = 1
    known: int = 0
    people: tuple[str, ...] = ()
    width: int | None = None

    @property
    def is_random(self) -> bool:
        """Whether what is judged stands for all that it was drawn from."""
        return self.order == RANDOM

    @property
    def is_unequal(self) -> bool:
        """Whether a picture of one level was likelier to be drawn than one of another."""
        shares = [level.drawn / level.population for level in self.levels if level.population]
        return bool(shares) and not math.isclose(min(shares), max(shares), rel_tol=0.02)

    def is_for(self, by: str) -> bool:
        """Whether somebody may take part."""
        return not self.people or by in self.people

    @property
    def text(self) -> str:
        """As it is stored."""
        return json.dumps(
            {
                "query": self.query,
                "states": list(self.states),
                "levels": [[level.name, level.population, level.drawn] for level in self.levels],
                "seed": self.seed,
                "order": self.order,
                "opinions": self.opinions,
                "known": self.known,
                "people": list(self.people),
                "width": self.width,
            }
        )


def plan_of(text: str) -> Plan:
    """A plan as it was stored."""
    given: dict[str, Any] = json.loads(text)
    states = tuple(State(one) for one in given.pop("states"))
    levels = tuple(PlanLevel(*level) for level in given.pop("levels"))
    return Plan(states=states, levels=levels, people=tuple(given.pop("people")), **given)


@dataclass(frozen=True)
class LevelTally:
    """What was answered of the sample of a level: yes, no, and drawn but not answered so (yet)."""

    name: str
    population: int
    drawn: int
    yes: int = 0
    no: int = 0

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return self.yes + self.no


def estimate(levels: Sequence[LevelTally]) -> Estimate | None:
    """The share of yes among all pairs that the levels were drawn from.

    Each level counts by its population, whatever part of it was drawn: Σ N_h·p_h / Σ N_h, which weights each answer by
    the inverse of how likely its picture was to be drawn. The interval adds the squared distances of the ends of
    Wilson's intervals, weighted alike: MOVER, as Zou, Huang and Zhang (2009). Where much of a level was drawn, the
    distances are shorter by the finite population correction √((N - n) / (N - 1)).

    None below MIN_VERIFIED answers, and where nothing of a level is answered.
    """
    there = [level for level in levels if level.population]
    if sum(level.answered for level in there) < MIN_VERIFIED or not all(level.answered for level in there):
        return None
    total = sum(level.population for level in there)
    share = below = above = 0.0
    for level in there:
        weight, part = level.population / total, level.yes / level.answered
        low, high = wilson_interval(level.yes, level.no)
        left = math.sqrt(max(0, level.population - level.answered) / max(1, level.population - 1))
        share += weight * part
        below += (weight * left * (part - low)) ** 2
        above += (weight * left * (high - part)) ** 2
    return Estimate(share, max(0.0, share - math.sqrt(below)), min(1.0, share + math.sqrt(above)))


def is_narrow(found: Estimate | None, width: int | None) -> bool:
    """Whether the interval reaches at most so far to either side, in tenths of a per cent."""
    return found is not None and width is not None and found.high - found.low <= 2 * width / 1000


def answer_of(says: Iterable[str]) -> str:
    """What people said together: yes or no by majority, empty where there is none."""
    words = list(says)
    balance = words.count("yes") - words.count("no")
    return "yes" if balance > 0 else "no" if balance < 0 else ""

"""Tasks in words: the list, how far one is, and the pictures that somebody is to judge now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from browse.domain.plans import HARDEST, LevelTally, Plan
from browse.domain.plural import counted
from browse.presentation.parts.addresses import browse_address, page_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import interval, percent
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.presentation.parts.values import STATE_WORDS
from browse.query.values import STATES
from browse.search import ImageCard
from browse.search.tasks import PersonTally, TaskFacts, TaskLine, TaskStanding

BIASED = (
    "The pictures were not drawn at random but those first of which the machine was least confident. "
    "The share is that of a biased sample: it says nothing about all pairs."
)
UNEQUAL = (
    "Some levels were drawn more densely than others. Each answer counts by the inverse of how likely its picture was "
    "to be drawn, so the share is that of all pairs."
)


@dataclass(frozen=True)
class TaskListed:
    """A task in the list."""

    name: str
    href: str
    label: str
    by: str
    state: str
    given: int
    wanted: int
    own: int


@dataclass(frozen=True)
class LabelListed:
    """The tasks of one label together."""

    label: str
    tasks: int
    given: int
    wanted: int


@dataclass(frozen=True)
class LevelListed:
    """What was answered of a level. share: empty where nothing is."""

    name: str
    population: int
    drawn: int
    answered: int
    share: str


@dataclass(frozen=True)
class PersonListed:
    """What somebody did. known: such as "9 of 10", empty where no answer of theirs is known."""

    by: str
    tally: PersonTally
    known: str


def task_list(names: Names, lines: Sequence[TaskLine]) -> dict[str, Any]:
    """What the template takes: the tasks, and their labels where several have one."""
    rows = [_listed(names, line) for line in lines]
    labels = list(dict.fromkeys(row.label for row in rows))
    by_label = [_of_label(label, [row for row in rows if row.label == label]) for label in labels]
    return {"tasks": rows, "labels": by_label if len(labels) < len(rows) else []}


def _listed(names: Names, line: TaskLine) -> TaskListed:
    task = line.task
    is_done = line.opinions >= line.wanted
    state = "closed" if line.is_closed else "done" if is_done else "open"
    href = page_address("task", str(task.uid))
    return TaskListed(task.name, href, names.label(task.mid), task.by, state, line.opinions, line.wanted, line.own)


def _of_label(label: str, rows: Iterable[TaskListed]) -> LabelListed:
    listed = list(rows)
    return LabelListed(label, len(listed), sum(row.given for row in listed), sum(row.wanted for row in listed))


def task_context(
    names: Names, standing: TaskStanding, *, by: str, sees_all: bool, is_asked: bool = False
) -> dict[str, Any]:
    """What the template takes. sees_all: answers, people and the estimate too; else one's own numbers alone.

    is_asked: this person has pictures of the task before them, and so sees no answers yet.
    """
    plan, task = standing.plan, standing.task
    given = sum(min(len(item.said), plan.opinions) for item in standing.items)
    own = standing.people.get(by)
    context = {
        "task": task,
        "label_name": names.label(task.mid),
        "label_note": names.note(task.mid),
        "plan": plan,
        "facts": plan_in_words(plan),
        "query_href": browse_address(plan.query) if plan.query else "",
        "complete": standing.complete,
        "total": len(standing.items),
        "given": given,
        "wanted": len(standing.items) * plan.opinions,
        "own": own.given if own else 0,
        "state": state_in_words(standing),
        "is_over": standing.is_over,
        "is_closed": standing.is_closed,
        "may_take_part": plan.is_for(by),
        "sees_all": sees_all,
        "is_asked": is_asked,
    }
    return {**context, **_answers(standing)} if sees_all and not is_asked else context


def _answers(standing: TaskStanding) -> dict[str, Any]:
    found = standing.estimate
    share = f"{percent(found.share, places=1)} ({interval(found.low, found.high)}%)" if found else ""
    ready = sum(
        bool(item.answer) and not item.decided and item.is_complete(standing.plan.opinions) for item in standing.sample
    )
    return {
        "share": share,
        "cautions": [
            *([BIASED] if not standing.plan.is_random else []),
            *([UNEQUAL] if standing.plan.is_unequal else []),
        ],
        "levels": [_level(level) for level in standing.levels],
        "people": [
            PersonListed(by, tally, f"{tally.right} of {tally.known}" if tally.known else "")
            for by, tally in standing.people.items()
        ],
        "conflicts": standing.conflicts,
        "ready": ready,
    }


def _level(level: LevelTally) -> LevelListed:
    share = percent(level.yes / level.answered) if level.answered else ""
    return LevelListed(level.name, level.population, level.drawn, level.answered, share)


def plan_in_words(plan: Plan) -> list[str]:
    """What was asked for, as short facts."""
    drawn = sum(level.drawn for level in plan.levels)
    population = sum(level.population for level in plan.levels)
    states = " or ".join(STATE_WORDS[state].lower() for state in plan.states)
    which = "in any state" if len(plan.states) == len(STATES) else f"that are {states}"
    facts = [f"{drawn:,} of {counted(population, 'pair')} {which}"]
    facts.append("hardest first" if plan.order == HARDEST else f"drawn at random, seed {plan.seed}")
    facts.append(f"{counted(plan.opinions, 'opinion')} on each picture")
    if plan.known:
        facts.append(f"{counted(plan.known, 'picture')} with a known answer mixed in")
    if plan.width is not None:
        facts.append(f"ends at ± {plan.width / 10:g}%")
    if plan.people:
        facts.append(f"for {', '.join(plan.people)}")
    return facts


def state_in_words(standing: TaskStanding) -> str:
    """Whether it goes on, and if not, why."""
    if standing.is_closed:
        return "Closed"
    if standing.is_narrow:
        return f"Done: the interval is within ± {(standing.plan.width or 0) / 10:g}%"
    return "Done: everything is judged" if standing.complete == len(standing.items) else "Open"


@dataclass(frozen=True)
class ToSay:
    """A picture to be judged; `alt` must not tell what the machine or people say of it."""

    tile: Tile
    alt: str


def sheet_context(names: Names, task: TaskFacts, cards: list[ImageCard]) -> dict[str, Any]:
    """What the template takes that has the pictures to be judged now, without what is known of them."""
    tiles = plain_tiles(cards, href=lambda image_id: "", size="l")
    return {
        "task": task,
        "label_name": names.label(task.mid),
        "label_note": names.note(task.mid),
        "images": [
            ToSay(tile, f"{tile.picture.words}. A photo to judge" if tile.picture.words else "A photo to judge")
            for tile in tiles
        ],
    }

"""How far tasks are: what was said of each picture, by whom, and what is estimated from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from browse.domain.agreement import DECISION
from browse.domain.comparison import Estimate
from browse.domain.plans import LevelTally, Plan, answer_of, estimate, is_narrow, plan_of
from browse.models import Claim, Image, Opinion, Task, TaskClosing, TaskItem, Verdict
from browse.models.curation import hidden_among, only_effective

AT_ONCE = 500


@dataclass(frozen=True)
class JudgedItem:
    """A picture of a task. said: each person's opinion, by user name; decided: what a reviewer decided, or empty."""

    pk: int
    image_key: int
    level: str
    known: str
    said: dict[str, str] = field(default_factory=dict)
    decided: str = ""

    @property
    def answer(self) -> str:
        """Yes or no: what was decided, or what most say; empty where neither."""
        return self.decided if self.decided in ("yes", "no") else answer_of(self.said.values())

    @property
    def is_conflict(self) -> bool:
        """Whether people differ, and nobody has decided."""
        return not self.decided and {"yes", "no"} <= set(self.said.values())

    def is_complete(self, opinions: int) -> bool:
        """Whether it needs nobody more."""
        return bool(self.decided) or len(self.said) >= opinions


@dataclass
class PersonTally:
    """What one person did in a task. right: of `known` pictures with a known answer that they judged yes or no."""

    yes: int = 0
    no: int = 0
    unsure: int = 0
    known: int = 0
    right: int = 0

    @property
    def given(self) -> int:
        """All their opinions."""
        return self.yes + self.no + self.unsure


@dataclass(frozen=True)
class TaskFacts:
    """Which task it is, and who made it."""

    uid: UUID
    name: str
    mid: str
    by: str


@dataclass(frozen=True)
class TaskStanding:
    """A task and how far it is. items: without those whose images are not to be seen any more."""

    task: TaskFacts
    plan: Plan
    items: list[JudgedItem]
    is_closed: bool

    @cached_property
    def sample(self) -> list[JudgedItem]:
        """What the estimate is made from: all but what is mixed in."""
        return [item for item in self.items if not item.known]

    @cached_property
    def levels(self) -> list[LevelTally]:
        """What was answered of each level, complete pictures only."""
        answers: dict[str, list[str]] = defaultdict(list)
        for item in self.sample:
            if item.is_complete(self.plan.opinions):
                answers[item.level].append(item.answer)
        return [
            LevelTally(
                level.name,
                level.population,
                level.drawn,
                answers[level.name].count("yes"),
                answers[level.name].count("no"),
            )
            for level in self.plan.levels
        ]

    @cached_property
    def estimate(self) -> Estimate | None:
        """The share of yes among all that the levels were drawn from."""
        return estimate(self.levels)

    @property
    def is_narrow(self) -> bool:
        """Whether the interval is as narrow as was asked for."""
        return is_narrow(self.estimate, self.plan.width)

    @cached_property
    def complete(self) -> int:
        """Pictures that need nobody more."""
        return sum(item.is_complete(self.plan.opinions) for item in self.items)

    @property
    def is_over(self) -> bool:
        """Whether no more pictures are given out."""
        return self.is_closed or self.is_narrow or self.complete == len(self.items)

    @cached_property
    def conflicts(self) -> int:
        """Pictures on which people differ."""
        return sum(item.is_conflict for item in self.items)

    @cached_property
    def people(self) -> dict[str, PersonTally]:
        """What each person did, those first who did most."""
        found: dict[str, PersonTally] = defaultdict(PersonTally)
        for item in self.items:
            for by, says in item.said.items():
                tally = found[by]
                setattr(tally, says, getattr(tally, says) + 1)
                if item.known and says != "unsure":
                    tally.known += 1
                    tally.right += says == item.known
        return dict(sorted(found.items(), key=lambda one: (-one[1].given, one[0])))


@dataclass(frozen=True)
class TaskLine:
    """A task in the list. opinions: those given, and `wanted` in all; own: those of who asks."""

    task: TaskFacts
    plan: Plan
    opinions: int
    wanted: int
    own: int
    is_closed: bool


def find_task(uid: UUID) -> Task | None:
    """A task by its address."""
    return Task.objects.filter(uid=uid).first()


def facts_of(task: Task) -> TaskFacts:
    """A task as a plain value."""
    return TaskFacts(task.uid, task.name, task.mid, task.by)


def standing_of(task: Task) -> TaskStanding:
    """How far a task is. Four queries, and two for each 500 pictures."""
    items = list(task.items.order_by("pk").values_list("pk", "image_key", "level", "known"))
    there = keys_there([item[1] for item in items])
    said, decided = opinions_of(task), decisions_of(task)
    judged = [
        JudgedItem(pk, key, level, known, said.get(pk, {}), decided.get(key, ""))
        for pk, key, level, known in items
        if key in there
    ]
    return TaskStanding(facts_of(task), plan_of(task.plan), judged, is_closed(task))


def opinions_of(task: Task) -> dict[int, dict[str, str]]:
    """What each person says of each item, by the item's row. One query."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Opinion.objects.filter(item__task=task).in_order().values_list("item_id", "by", "says")
    for item, by, says in rows:
        found[item][by] = says
    return found


def decisions_of(task: Task) -> dict[int, str]:
    """What reviewers decided on the pictures of a task since it was made, by image. One query."""
    items = TaskItem.objects.filter(task=task).values("image_key")
    decided = Verdict.objects.filter(mid=task.mid, at__gte=task.at, why__startswith=DECISION, image_key__in=items)
    return dict(only_effective(decided.in_order()).values_list("image_key", "says"))


def claimed_by(task: Task, *, by: str) -> list[int]:
    """The images that somebody has before them, in order. One query."""
    live = Claim.objects.filter(item__task=task, by=by, until__gt=timezone.now()).order_by("item_id")
    return list(live.values_list("item__image_key", flat=True))


def is_closed(task: Task) -> bool:
    """Whether somebody ended the task. One query."""
    return bool(task.closings.order_by("-at", "-pk").values_list("closed", flat=True).first())


def keys_there(keys: list[int]) -> set[int]:
    """Those of some images that are in the data set and not taken down. Two queries for each 500."""
    found: set[int] = set()
    for some in chunks(sorted(set(keys))):
        found |= set(Image.objects.filter(pk__in=some).values_list("pk", flat=True)) - hidden_among(some)
    return found


def chunks(keys: list[int]) -> Iterator[list[int]]:
    """The keys in lists that fit into one query."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def task_lines(by: str, *, every: bool, most: int) -> list[TaskLine]:
    """The newest tasks that somebody may take part in, or all of them. Four queries."""
    tasks = list(Task.objects.order_by("-at", "-pk")[:most])
    lines = [(task, plan_of(task.plan)) for task in tasks]
    drawn = TaskItem.objects.filter(task__in=tasks).order_by().values_list("task").annotate(number=Count("pk"))
    items: dict[int, int] = dict(drawn)
    said = Opinion.objects.filter(item__task__in=tasks).values("item__task").order_by()
    pair = Count("item_id", distinct=True)
    given: dict[int, int] = defaultdict(int)
    own: dict[int, int] = {}
    for task, who, number in said.annotate(number=pair).values_list("item__task", "by", "number"):
        given[task] += number
        if who == by:
            own[task] = number
    closed = _closed(tasks)
    return [
        TaskLine(
            facts_of(task),
            plan,
            given[task.pk],
            items.get(task.pk, 0) * plan.opinions,
            own.get(task.pk, 0),
            closed.get(task.pk, False),
        )
        for task, plan in lines
        if every or plan.is_for(by)
    ]


def _closed(tasks: list[Task]) -> dict[int, bool]:
    return dict(TaskClosing.objects.filter(task__in=tasks).in_order().values_list("task_id", "closed"))

"""Blind opinions: what the person who reads must not see yet of a picture and label that a task asks them about.

From the moment at which a picture is given to them until they have answered, or its time is over, they see neither
what others say of it nor what the data set has (`asked`). Others' opinions on pictures that a task may still give them
they do not see either (`askable_items`). Nothing else decides; all that reads cards, history or queues asks here. Who
reads is set for each request (`read_by`); commands and jobs read for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from browse.domain.plans import plan_of
from browse.models import Claim, Entry, Flag, Opinion, Task, TaskClosing, Verdict
from browse.models.curation import Ruling
from browse.search.tasks import standing_of


class Reader:
    """Who reads; `name` is asked once, and only where it matters: it is empty for the public."""

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name

    @cached_property
    def name(self) -> str:
        """The user name."""
        return self._name()

    @cached_property
    def asked(self) -> frozenset[Ruling]:
        """The pairs that this person has before them in tasks. One query."""
        if not self.name:
            return frozenset()
        live = Claim.objects.filter(by=self.name, until__gt=timezone.now())
        return frozenset(live.values_list("item__image_key", "item__task__mid"))

    @cached_property
    def askable(self) -> frozenset[int]:
        """The same as `askable_items`, read once."""
        return frozenset(askable_items(self.name).values_list("item_id", flat=True)) if self.name else frozenset()

    def must_not_see(self, row: Entry) -> bool:
        """Whether a row of history is another's word on what this person is, or may be, asked about."""
        if not isinstance(row, Verdict | Opinion | Flag) or row.by == self.name:
            return False
        return (row.image_key, row.mid) in self.asked or (isinstance(row, Opinion) and row.item_id in self.askable)

    def seen_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows about images and labels without others' on what this person has before them."""
        for image_key, mid in self.asked:
            rows = rows.exclude(Q(image_key=image_key, mid=mid) & ~Q(by=self.name))
        return rows


NOBODY = Reader(str)
"""Reads what is not for one person: commands, jobs."""
_reader: ContextVar[Reader] = ContextVar("reader", default=NOBODY)


@contextmanager
def read_by(name: Callable[[], str]) -> Iterator[None]:
    """What is read inside is for this person."""
    token = _reader.set(Reader(name))
    try:
        yield
    finally:
        _reader.reset(token)


def current_reader() -> Reader:
    """Who reads now."""
    return _reader.get()


def asked() -> frozenset[Ruling]:
    """The pairs on which who reads is asked for a blind opinion now. At most one query for each request."""
    return current_reader().asked


def askable_items(by: str) -> QuerySet[Any]:
    """Of pictures that tasks may still give somebody, those with opinions of others, by `item_id`.

    Two queries, and more for each task that may end early.
    """
    plans = ((task.pk, plan_of(task.plan)) for task in _open_tasks())
    wanted = {task: plan.opinions for task, plan in plans if plan.is_for(by)}
    still = [Q(item__task=task, people__lt=opinions) for task, opinions in wanted.items()]
    if not still:
        return Opinion.objects.none().values("item_id")
    counted = Opinion.objects.filter(item__task__in=list(wanted)).order_by().values("item_id", "item__task")
    people = counted.annotate(people=Count("by", distinct=True), own=Count("pk", filter=Q(by=by)))
    items: QuerySet[Any] = people.filter(reduce(or_, still), own=0).values("item_id")
    return items


def _open_tasks() -> list[Task]:
    """Tasks that nobody closed, and that have not ended because enough is known."""
    closed = dict(TaskClosing.objects.in_order().values_list("task_id", "closed"))
    tasks = [task for task in Task.objects.all() if not closed.get(task.pk)]
    return [task for task in tasks if plan_of(task.plan).width is None or not standing_of(task).is_narrow]

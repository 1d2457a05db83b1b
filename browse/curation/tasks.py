"""Tasks: drawing pictures, giving them out to be judged, taking opinions, and what becomes of the answers.

Who gives out or takes anything of a task holds its row, so that a picture is given to as many people as are wanted and
to no more, whoever asks at the same moment. Errors are CurationErrors, whose texts are fit for people.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from browse.curation.actions import AlreadyDoneError, CurationError, NotYoursError, UnknownError, give_verdict
from browse.curation.batches import VerdictRow, give_verdicts
from browse.domain.agreement import ADOPTED, DECISION
from browse.domain.image_ids import IMAGE_ID, image_id_from_key, key_from_image_id
from browse.domain.plans import ANY_LEVEL, HARDEST, MOST_DRAWN, MOST_PEOPLE, Plan, PlanLevel, TaskWish, plan_of
from browse.models import Batch, Claim, Opinion, Task, TaskClosing, TaskItem, Verdict
from browse.query.canonical import canonical
from browse.query.spelling import format_range
from browse.query.values import ConfidenceRange, Query, Sort, State, Term
from browse.requests.rows import MOST_ROWS
from browse.search.snapshot import Snapshot, consistently
from browse.search.tasks import AT_ONCE, TaskStanding, is_closed, keys_there, opinions_of, standing_of

CLAIM_S = 1800.0
"""How long somebody has a picture before them until it is given to another."""

_TICK = dt.timedelta(microseconds=1)
_POSITIVE, _NEGATIVE = frozenset({State.CONFIRMED, State.MISSED}), frozenset({State.REJECTED, State.ABSENT})


Drawn = list[tuple[int, str, str]]
"""Image, level and known answer of each picture, in the order in which they are shown."""


def make_task(wish: TaskWish, *, by: str) -> Task:
    """Draw the pictures and write the task. Raises CurationError, and SearchError."""
    _check_wish(wish)
    plan, drawn = consistently(lambda snapshot: _draw(snapshot, wish))
    if not any(level.drawn for level in plan.levels):
        raise CurationError("no image has this label in these states and confidences")
    with transaction.atomic():
        task = Task(name=wish.name, mid=wish.mid, plan=plan.text, by=by)
        task.save(force_insert=True)
        items = [TaskItem(task=task, image_key=key, level=level, known=known, by=by) for key, level, known in drawn]
        TaskItem.objects.bulk_create(items, batch_size=500)
    return task


@transaction.atomic
def claim_items(*, task: Task, by: str, size: int, for_s: float = CLAIM_S) -> list[TaskItem]:
    """The pictures that somebody is to judge now: those they have before them, and new ones up to `size`.

    Raises CurationError, of which AlreadyDoneError where the task is over.
    """
    plan = _held(task, by)
    if standing_of(task).is_over:
        raise AlreadyDoneError("this task is over: nothing is left to be judged")
    now = timezone.now()
    said = opinions_of(task)
    taken = _live_claims(task, now)
    mine, free = [], []
    for item in task.items.order_by("pk"):
        others = (said.get(item.pk, {}).keys() | taken[item.pk]) - {by}
        if by in said.get(item.pk, {}):
            continue
        if by in taken[item.pk]:
            mine.append(item)
        elif len(others) < plan.opinions:
            free.append(item)
    given = [*mine, *_to_be_seen(free, size - len(mine))] if len(mine) < size else mine[:size]
    Claim.objects.filter(item__in=given, by=by).delete()
    Claim.objects.bulk_create([Claim(item=item, by=by, until=now + dt.timedelta(seconds=for_s)) for item in given])
    return given


@transaction.atomic
def give_opinion(*, task: Task, image_id: str, says: str, by: str, why: str = "") -> Opinion:
    """What somebody says of a picture that they were given; again, while the task is open. Raises CurationError."""
    if says not in Opinion.Says.values:
        raise CurationError(f"an opinion is yes, no or unsure, not {says!r}")
    plan = _held(task, by)
    if is_closed(task):
        raise AlreadyDoneError("this task is closed")
    item = _item(task, image_id)
    now = timezone.now()
    said = opinions_of(task).get(item.pk, {})
    others = (said.keys() | _live_claims(task, now)[item.pk]) - {by}
    if by not in said and len(others) >= plan.opinions:
        raise AlreadyDoneError("this picture took too long and was given to somebody else")
    newest = item.opinions.filter(by=by).order_by("-at").values_list("at", flat=True).first()
    row = Opinion(item=item, image_key=item.image_key, mid=task.mid, says=says, by=by, why=why)
    row.at = now if newest is None else max(now, newest + _TICK)
    row.save(force_insert=True)
    item.claims.filter(by=by).delete()
    return row


@transaction.atomic
def close_task(*, task: Task, closed: bool, by: str, why: str = "") -> TaskClosing:
    """End a task, or open it again. Raises AlreadyDoneError."""
    Task.objects.select_for_update().get(pk=task.pk)
    if is_closed(task) == closed:
        raise AlreadyDoneError(f"this task is already {'closed' if closed else 'open'}")
    newest = task.closings.order_by("-at").values_list("at", flat=True).first()
    row = TaskClosing(task=task, closed=closed, by=by, why=why)
    row.at = row.at if newest is None else max(row.at, newest + _TICK)
    row.save(force_insert=True)
    return row


def adopt_answers(*, task: Task, by: str) -> list[Batch]:
    """Give the answers of a task as verdicts, as batches that can be undone; not what was decided or is known already.

    Raises CurationError where there is nothing to adopt.
    """
    found = standing_of(task)
    why = f"{ADOPTED}: {task.name}"
    rows = [
        VerdictRow(image_id_from_key(item.image_key), task.mid, item.answer, why)
        for item in found.sample
        if item.answer and not item.decided and item.is_complete(found.plan.opinions)
    ]
    if not rows:
        raise CurationError("no picture has an answer that could be adopted")
    parts = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    with transaction.atomic():
        return [give_verdicts(rows=part, by=by, key=_key(task, found, number)) for number, part in enumerate(parts)]


def decide_conflict(*, image_id: str, mid: str, says: str, by: str, why: str = "") -> Verdict:
    """A reviewer's last word on what others differ about or are unsure of: a verdict like any. Raises CurationError."""
    return give_verdict(image_id=image_id, mid=mid, says=says, by=by, why=f"{DECISION}: {why}" if why else DECISION)


def _key(task: Task, found: TaskStanding, number: int) -> str:
    """Adopting the same answers twice is one batch."""
    given = sum(len(item.said) for item in found.items)
    return f"{task.uid} {given} {number}".replace(" ", ".")


def _check_wish(wish: TaskWish) -> None:
    levels = sorted(wish.levels)
    if any(one.high >= other.low for one, other in pairwise(levels)):
        raise CurationError("levels must not overlap: each confidence belongs to one of them")
    if max(1, len(levels)) * wish.per_level + wish.known > MOST_DRAWN:
        raise CurationError(f"a task has at most {MOST_DRAWN:,} pictures")
    if len(wish.people) > MOST_PEOPLE:
        raise CurationError(f"at most {MOST_PEOPLE} people can be named")
    there = set(User.objects.filter(username__in=wish.people, is_active=True).values_list("username", flat=True))
    if unknown := [name for name in wish.people if name not in there]:
        raise CurationError(f"there is no account called {unknown[0]!r}")
    if wish.people and len(set(wish.people)) < wish.opinions:
        raise CurationError(f"{wish.opinions} opinions on each picture need at least as many people")


def _draw(snapshot: Snapshot, wish: TaskWish) -> tuple[Plan, Drawn]:
    """The plan with what was there, and the pictures."""
    levels: list[PlanLevel] = []
    sample: Drawn = []
    for confidence in wish.levels or (None,):
        name = ANY_LEVEL if confidence is None else format_range(confidence)
        query = _of_level(wish, confidence)
        population = snapshot.engine.count(query, deadline=snapshot.deadline)
        keys = list(_first(snapshot, wish, query))
        levels.append(PlanLevel(name, population, len(keys)))
        sample += [(key, name, "") for key in keys]
    known = _known(snapshot, wish, {key for key, _, _ in sample})
    plan = Plan(
        canonical(wish.query),
        wish.states,
        tuple(levels),
        wish.seed,
        wish.order,
        wish.opinions,
        len(known),
        wish.people,
        wish.width,
    )
    return plan, _in_order(sample, known, wish)


def _of_level(wish: TaskWish, confidence: ConfidenceRange | None) -> Query:
    """The images of a level; the label's own term takes the place of one that the query has."""
    term = Term(wish.mid, confidence, frozenset(wish.states))
    others = tuple(one for one in wish.query.label if not (isinstance(one, Term) and one.mid == wish.mid))
    return replace(wish.query, label=(term, *others), sort=Sort.RANDOM, seed=wish.seed)


def _first(snapshot: Snapshot, wish: TaskWish, query: Query) -> Iterator[int]:
    """The pictures of a level: at random, or those first of which the machine was least sure."""
    if wish.order != HARDEST:
        yield from snapshot.engine.page(query, number=1, size=wish.per_level, deadline=snapshot.deadline).keys
        return
    term, left = query.label[0], wish.per_level
    assert isinstance(term, Term)
    allowed = term.confidence or ConfidenceRange(0, 100)
    for level in snapshot.engine.confidences:
        if left and level in allowed:
            one = replace(query, label=(replace(term, confidence=ConfidenceRange(level, level)), *query.label[1:]))
            keys = snapshot.engine.page(one, number=1, size=left, deadline=snapshot.deadline).keys
            left -= len(keys)
            yield from keys


def _known(snapshot: Snapshot, wish: TaskWish, drawn: set[int]) -> Drawn:
    """Pictures whose answer raters or curators gave, half of them yes, none of them drawn already."""
    found: Drawn = []
    for says, states, number in (("yes", _POSITIVE, wish.known - wish.known // 2), ("no", _NEGATIVE, wish.known // 2)):
        query = Query(label=(Term(wish.mid, states=states),), sort=Sort.RANDOM, seed=wish.seed)
        size = number + len(drawn)
        keys = snapshot.engine.page(query, number=1, size=size, deadline=snapshot.deadline).keys if number else []
        found += [(key, "", says) for key in keys if key not in drawn][:number]
    return found


def _in_order(sample: Drawn, known: Drawn, wish: TaskWish) -> Drawn:
    """The order in which they are shown: at random, so that a task that ends early is a sample too; or as drawn."""
    random = np.random.default_rng(wish.seed)
    places = np.arange(len(sample)) if wish.order == HARDEST else random.permutation(len(sample))
    where = [*places.tolist(), *random.uniform(0, max(1, len(sample)), len(known)).tolist()]
    return [one for _, one in sorted(zip(where, [*sample, *known], strict=True), key=lambda pair: pair[0])]


def _held(task: Task, by: str) -> Plan:
    """The task's plan; nobody else gives out or takes anything of it until the transaction is over."""
    Task.objects.select_for_update().get(pk=task.pk)
    plan = plan_of(task.plan)
    if not plan.is_for(by):
        raise NotYoursError("this task is for other people")
    return plan


def _live_claims(task: Task, now: dt.datetime) -> dict[int, set[str]]:
    """Who has which item before them; those whose time is over go."""
    Claim.objects.filter(item__task=task, until__lte=now).delete()
    found: dict[int, set[str]] = defaultdict(set)
    for item, by in Claim.objects.filter(item__task=task).values_list("item_id", "by"):
        found[item].add(by)
    return found


def _to_be_seen(items: list[TaskItem], size: int) -> list[TaskItem]:
    """The first of these whose images can be seen. Two queries for each 500 that are looked at."""

    def seen() -> Iterator[TaskItem]:
        for start in range(0, len(items), AT_ONCE):
            some = items[start : start + AT_ONCE]
            there = keys_there([item.image_key for item in some])
            yield from (item for item in some if item.image_key in there)

    return list(islice(seen(), size))


def _item(task: Task, image_id: str) -> TaskItem:
    key = key_from_image_id(image_id) if IMAGE_ID.fullmatch(image_id) else None
    found: TaskItem | None = None
    if key is not None and keys_there([key]):
        found = task.items.filter(image_key=key).first()
    if found is None:
        raise UnknownError("this task has no such image")
    return found

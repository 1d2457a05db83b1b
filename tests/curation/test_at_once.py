"""Two people at a time, in transactions of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from browse import search
from browse.admin.flags import decide as decide_flag
from browse.curation import actions, tasks
from browse.curation.batches import VerdictRow, give_verdicts, undo_batch
from browse.domain.plans import TaskWish
from browse.models import Batch, Claim, DatasetState, Decision, Opinion, Verdict
from browse.models.curation import RULING_COLUMNS, all_rulings, rulings
from browse.query.values import STATES, Query
from browse.search.results import memo
from tests import datasets
from tests.datasets import DOG, IDS, ONE

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 10


def together(*works: Callable[[], object]) -> None:
    """Run in threads that begin at once; raises what any of them raises."""
    ready = Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=30)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(run, work) for work in works]:
            done.result()


def decide(by: str, says: str) -> None:
    for _ in range(EACH):
        actions.give_verdict(image_id=ONE, mid=DOG, says=says, by=by)


def test_all_rows_of_two_curators_are_kept_and_the_newest_counts(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    memo().clear()
    datasets.load_example(tmp_path)
    together(lambda: decide("ann", "yes"), lambda: decide("bob", "no"))
    rows = list(Verdict.objects.order_by("pk"))
    assert len(rows) == 2 * EACH
    assert DatasetState.objects.get().revision == 2 * EACH
    moments = [row.at for row in rows]
    assert moments == sorted(set(moments)), "written in the order in which they count"
    newest = rulings(Verdict.objects.in_order().values_list(*RULING_COLUMNS))
    card = search.find_image(ONE)
    assert card is not None
    shown = next(pair for pair in card.pairs if pair.mid == DOG)
    assert list(newest.values()) == [rows[-1].says == "yes"]
    assert shown.human == rows[-1].says


def test_of_two_who_decide_on_a_flag_at_once_one_learns_of_the_other(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)
    flags = [actions.flag_image(image_id=ONE, reason="privacy") for _ in range(EACH)]
    before: list[tuple[int, str, Decision | None]] = []

    def decide_all(by: str) -> None:
        before.extend((flag.pk, by, decide_flag(flag=flag, outcome="upheld", by=by, why="")) for flag in flags)

    together(lambda: decide_all("ann"), lambda: decide_all("bob"))
    assert Decision.objects.count() == 2 * EACH
    for flag in flags:
        first, second = sorted((row for row in before if row[0] == flag.pk), key=lambda row: row[2] is not None)
        assert first[2] is None
        assert second[2] is not None
        assert second[2].by == first[1]


def batch_of_all(says: str, by: str, key: str) -> Batch:
    return give_verdicts(rows=[VerdictRow(image_id, DOG, says) for image_id in IDS], by=by, key=key)


def test_batches_and_single_verdicts_at_once_are_all_kept_and_the_last_written_counts(tmp_path: Path) -> None:
    datasets.load_example(tmp_path)

    def decide_by_batch() -> None:
        for number in range(EACH):
            batch_of_all("yes" if number % 2 else "unsure", "ann", f"{number}")

    together(decide_by_batch, lambda: decide("bob", "no"))
    assert DatasetState.objects.get().revision == 2 * EACH
    assert Verdict.objects.filter(by="ann").count() == EACH * len(IDS), "each says something else than the one before"
    for batch in Batch.objects.all():
        assert [row.image_id for row in batch.verdicts] == list(IDS)
    for key in Verdict.objects.values_list("image_key", flat=True).distinct():
        moments = list(Verdict.objects.filter(image_key=key).order_by("pk").values_list("at", flat=True))
        assert moments == sorted(set(moments)), "written in the order in which they count"


def test_an_undo_of_a_batch_and_undos_of_its_verdicts_at_once_undo_each_once(tmp_path: Path) -> None:
    datasets.load_example(tmp_path)
    given = [batch_of_all(says, "ann", says) for says in ("yes", "no", "unsure")]
    single = [row.pk for batch in given for row in batch.verdicts]

    def undo_each() -> None:
        for pk in single:
            with suppress(actions.AlreadyDoneError):
                actions.undo_verdict(verdict=pk, by="ann")

    def undo_all() -> None:
        for batch in given:
            with suppress(actions.AlreadyDoneError):
                undo_batch(batch=batch.uid, by="ann")

    together(undo_each, undo_all, undo_all)
    undone = list(Verdict.objects.filter(says="undo").values_list("undoes", flat=True))
    assert sorted(undone) == single
    assert all_rulings() == {}


def test_a_batch_that_is_sent_twice_at_once_is_written_once(tmp_path: Path) -> None:
    datasets.load_example(tmp_path)
    together(*[lambda: batch_of_all("yes", "ann", "same")] * 3)
    assert Verdict.objects.count() == len(IDS)
    assert Batch.objects.count() == 1


def test_people_who_ask_for_pictures_at_once_get_each_picture_once(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    memo().clear()
    datasets.load_example(tmp_path)
    wish = TaskWish("dogs", DOG, Query(), STATES, (), per_level=9, seed=1, order="random", opinions=2)
    task = tasks.make_task(wish, by="rita")
    people = ("ann", "bob", "carl", "dora")
    given: dict[str, list[str]] = {}

    def ask(by: str) -> None:
        given[by] = [item.image_id for item in tasks.claim_items(task=task, by=by, size=12)]

    together(*(partial(ask, by) for by in people))
    assert sorted(len(images) for images in given.values()) == [0, 0, 4, 4]
    refused: list[str] = []

    def judge(by: str) -> None:
        for item in task.items.all():
            try:
                tasks.give_opinion(task=task, image_id=item.image_id, says="yes", by=by)
            except actions.AlreadyDoneError:
                refused.append(by)

    Claim.objects.update(until=timezone.now())
    together(*(partial(judge, by) for by in people))
    assert Opinion.objects.count() == 8
    assert all(item.opinions.count() == 2 for item in task.items.all())
    assert len(refused) == 8


def test_a_late_answer_and_a_claim_of_the_same_pictures_leave_one_opinion_each(
    settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_DIR = tmp_path
    memo().clear()
    datasets.load_example(tmp_path)
    wish = TaskWish("dogs", DOG, Query(), STATES, (), per_level=9, seed=1, order="random", opinions=1)
    task = tasks.make_task(wish, by="rita")
    late = [item.image_id for item in tasks.claim_items(task=task, by="ann", size=12)]
    assert late
    Claim.objects.update(until=timezone.now())
    refused: list[str] = []

    def judge(image_id: str, by: str) -> None:
        try:
            tasks.give_opinion(task=task, image_id=image_id, says="yes", by=by)
        except actions.AlreadyDoneError:
            refused.append(image_id)

    def answer_late() -> None:
        for image_id in late:
            judge(image_id, "ann")

    def take_over() -> None:
        with suppress(actions.AlreadyDoneError):  # every answer came first, and nothing is left to be claimed
            for item in tasks.claim_items(task=task, by="bob", size=12):
                judge(item.image_id, "bob")

    together(answer_late, take_over)
    assert sorted(opinion.item.image_id for opinion in Opinion.objects.all()) == sorted(late)
    assert {*refused} <= {*late}

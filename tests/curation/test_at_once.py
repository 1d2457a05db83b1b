"""Two people at a time, in transactions of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from browse import curation, search
from browse.admin.flags import decide as decide_flag
from browse.models import DatasetState, Decision, Verdict
from browse.models.curation import RULING_COLUMNS, rulings
from browse.search.results import memo
from tests import datasets
from tests.datasets import DOG, ONE

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
        curation.give_verdict(image_id=ONE, mid=DOG, says=says, by=by)


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
    flags = [curation.flag_image(image_id=ONE, reason="privacy") for _ in range(EACH)]
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

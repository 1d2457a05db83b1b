"""The switch of an import on PostgreSQL: readers and curators are never ended for it, whatever they wait for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.db.models import Model
from pytest_django import Settings

from browse.curation import actions
from browse.models import DatasetState, Image, Label, License, Verdict
from browse.openimages import kinds
from browse.openimages.loading import shadow_tables
from tests.datasets import DOG, NAMES, ONE, load_example

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's readers wait for no writer"),
]


@pytest.fixture(autouse=True)
def example(settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    load_example(tmp_path)


def switch() -> None:
    """Put copies of all tables in place."""
    names = list(kinds.tables())
    shadow_tables.start("run", names)
    with connection.cursor() as cursor:
        for name in names:
            table = kinds.tables()[name]._meta.db_table
            cursor.execute(f"INSERT INTO {shadow_tables.shadow_name(name)} SELECT * FROM {table}")
    shadow_tables.put_in_place(names, lambda: DatasetState.objects.update(is_sample=True))
    shadow_tables.let_go("")


def beside(*works: Callable[[], None]) -> None:
    """Run in threads with connections of their own; raises what any of them raises."""

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        for done in [threads.submit(run, work) for work in works]:
            done.result(timeout=60)


def sleep(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def hold(model: type[Model], seconds: float, begun: Barrier) -> None:
    """Read a table in a transaction that stays open."""
    with transaction.atomic():
        assert model.objects.exists()
        begun.wait(30)
        sleep(seconds)


def switch_after(begun: Barrier) -> None:
    begun.wait(30)
    switch()


def test_a_reader_who_holds_one_table_and_wants_another_is_not_ended() -> None:
    """They wait first, and the switch closes the circle while they have waited for almost a second."""
    begun = Barrier(3)

    def read() -> None:
        with transaction.atomic():
            assert Image.objects.count() == 6
            begun.wait(30)
            sleep(0.3)
            assert Label.objects.count() == len(NAMES)

    beside(read, lambda: hold(License, 1.1, begun), lambda: switch_after(begun))
    assert Image.objects.count() == 6


def test_a_curator_who_holds_the_data_sets_state_and_reads_images_is_not_ended() -> None:
    begun = Barrier(3)

    def judge() -> None:
        with transaction.atomic():
            actions.raise_revision()
            begun.wait(30)
            sleep(0.3)
            actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")

    beside(judge, lambda: hold(Image, 1.1, begun), lambda: switch_after(begun))
    assert Verdict.objects.count() == 1
    assert DatasetState.objects.get().is_sample


def test_one_who_does_not_let_go_ends_the_switch_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow_tables, "SWITCH_WITHIN_S", 1.0)
    done = Event()

    def hold() -> None:
        with transaction.atomic():
            assert Image.objects.count() == 6
            done.wait(30)

    def try_to_switch() -> None:
        try:
            with pytest.raises(shadow_tables.OperationalError):
                switch()
        finally:
            done.set()

    beside(hold, try_to_switch)
    assert Image.objects.count() == 6

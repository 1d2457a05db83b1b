"""History is never changed: the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from browse.dataset.checks import check_history
from browse.models import HISTORY, Collection, CollectionDetails, Decision, Entry, Flag, TrainingSet, Verdict
from browse.models.append_only import unguard
from browse.models.curation import CollectionItem, Hiding, LabelNote, LicenseCheck, SavedView
from browse.models.people import PublicName
from browse.models.tasks import Opinion, Task, TaskClosing, TaskItem

REFUSED = "history is never changed"
pytestmark = pytest.mark.django_db


def one_row(model: type[Entry]) -> Entry:
    """A row of a history table, as small as can be."""
    parents = {
        Decision: lambda: {"flag": one_row(Flag), "outcome": "upheld"},
        CollectionDetails: lambda: {"collection": one_row(Collection), "name": "beaches"},
        CollectionItem: lambda: {"collection": one_row(Collection), "image_key": 1},
        TaskItem: lambda: {"task": one_row(Task), "image_key": 1},
        Opinion: lambda: {"item": one_row(TaskItem), "image_key": 1, "says": "yes"},
        TaskClosing: lambda: {"task": one_row(Task), "closed": True},
    }
    columns = {
        Verdict: {"image_key": 1, "mid": "/m/a", "says": "yes"},
        Flag: {"image_key": 1, "reason": "other"},
        Hiding: {"image_key": 1, "hidden": True},
        LicenseCheck: {"image_key": 1, "result": "gone"},
        LabelNote: {"mid": "/m/a"},
        Collection: {},
        SavedView: {"name": "dogs"},
        PublicName: {"name": "Ann"},
        Task: {"name": "dogs", "mid": "/m/a", "plan": "{}"},
        TrainingSet: {"recipe": "{}", "recipe_hash": "0" * 64, "formats": "csv"},
    }
    return model.objects.create(**(parents[model]() if model in parents else columns[model]))


@pytest.mark.parametrize("model", HISTORY)
def test_rows_are_neither_changed_nor_removed(model: type[Entry]) -> None:
    row = one_row(model)
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET why = 'other'", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match=REFUSED),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert model.objects.get(pk=row.pk).why == ""


@pytest.mark.parametrize("model", HISTORY)
def test_a_table_is_not_emptied_at_once_nor_are_rows_replaced(model: type[Entry]) -> None:
    row = one_row(model)
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        connection.check_constraints()  # pending ones would refuse it first
        statement = f"TRUNCATE {table} CASCADE"
    else:
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_history_is_cleaned_up_after() -> None:
    one_row(Verdict)


@pytest.mark.django_db(transaction=True)
def test_the_guard_is_back_after_that() -> None:
    assert not Verdict.objects.exists()
    one_row(Verdict)
    with pytest.raises(DatabaseError, match=REFUSED):
        Verdict.objects.all().delete()


def test_the_check_names_the_tables_that_lost_a_trigger() -> None:
    assert check_history() == []
    table = Verdict._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(unguard(connection.vendor, table)[-1])
    [warning] = check_history()
    assert table in warning.msg
    assert Flag._meta.db_table not in warning.msg


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot disable a trigger")
def test_a_trigger_that_is_disabled_is_none() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Flag._meta.db_table} DISABLE TRIGGER ALL")
    assert "browse_flag lack" in check_history()[0].msg

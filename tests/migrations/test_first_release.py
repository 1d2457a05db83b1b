"""A database that the first release made, with curation in it, is brought to the newest schema and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from browse.curation import actions
from browse.dataset.checks import unguarded_tables
from browse.domain.image_ids import key_from_image_id
from browse.models import (
    HISTORY,
    Collection,
    Flag,
    Hiding,
    LabelNote,
    LicenseCheck,
    Opinion,
    PublicName,
    SavedView,
    Task,
    TaskClosing,
    TaskItem,
    TrainingSet,
    Verdict,
)
from browse.models.append_only import at_work, triggers
from browse.models.roles import ADMIN, CURATOR, REVIEWER, ROLES, VIEWER
from tests.migrations.installed import Tables, database_at, everything, fresh_database, migrate, models_at

FIRST_RELEASE = "0007_figures_date"
SETS, TASKS, NAMES = "0012_training_sets", "0020_tasks", "0023_public_names"
"""The migrations that made history tables since; the first release has no rows for them."""
LATER = (TrainingSet, Task, TaskItem, Opinion, TaskClosing, PublicName)
NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
IMAGE_ID, OTHER_ID = "0000000000000001", "ffffffffffffffff"
KEY, OTHER_KEY = key_from_image_id(IMAGE_ID), key_from_image_id(OTHER_ID)
MID = "/m/0bt9lr"
REFUSED = "history is never changed"
NAMED_ANEW = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}
"""Tables that grow with each release; no row of theirs goes."""


pytestmark = [pytest.mark.database, pytest.mark.xdist_group("first release")]


@pytest.fixture(scope="module")
def first_release(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Tables]:
    """The default database is one that the first release made and used, migrated since; what its tables held before."""
    with (
        fresh_database(tmp_path_factory.mktemp("first-release") / "first.sqlite3") as url,
        django_db_blocker.unblock(),
        database_at(url),
    ):
        migrate("browse", FIRST_RELEASE)
        for application in sorted(MigrationLoader(connection).migrated_apps - {"browse"}):
            migrate(application)
        apps = models_at(FIRST_RELEASE)
        _import_data(apps)
        _open_accounts(apps)
        _curate(apps)
        before = everything()
        migrate()
        yield before


def _import_data(apps: Apps) -> None:
    make = _maker(apps, "browse")
    make("License", id=0, url="https://creativecommons.org/licenses/by/2.0/", slug="cc-by-2.0")
    make("Author", id=0, profile_url="https://www.flickr.com/people/ann/", key="ann", name="Ann")
    make("Label", id=0, mid=MID, name="dog")
    make("Source", id=0, name="machine")
    for key in (KEY, OTHER_KEY):
        make("Image", id=key, subset=0, author_id=0, license_id=0, title="A dog")
        make("Annotation", image_id=key, label_id=0, source_id=0, confidence=80)
        make("PictureState", image_key=key, state="fresh", checked=NOON)
    run = make("Import", status="finished", options={"limit": 2}, summary={"images": 2})
    make("ImportFile", run=run, name="images.csv", kind="images", rows_read=2, counts={"kept": 2})
    make("ImportFile", run=run, name="boxes.csv", kind="not recognised")
    make("ImportProgress", table="browse_image", run="a run", rows=2)
    make("DatasetState", id=1, generation="g", revision=7, curation_read=NOON, curation_revision=6, switched=NOON)


def _open_accounts(apps: Apps) -> None:
    make = _maker(apps, "auth")
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    for role in (VIEWER, CURATOR, REVIEWER, ADMIN):
        make("User", username=role, password="md5$salt$hash", date_joined=NOON).groups.add(groups.get(name=role))
    clerks = make("Group", name="license clerks")
    clerks.permissions.add(*permissions.filter(codename__in=["add_licencecheck", "view_licencecheck"]))
    clerk = make("User", username="clerk", date_joined=NOON)
    clerk.groups.add(clerks)
    clerk.user_permissions.add(permissions.get(codename="delete_licencecheck"), permissions.get(codename="add_flag"))
    checks = apps.get_model("contenttypes", "ContentType").objects.get(app_label="browse", model="licencecheck")
    _maker(apps, "admin")("LogEntry", user=clerk, content_type=checks, object_id="1", action_flag=2, action_time=NOON)


def _curate(apps: Apps) -> None:
    """Rows in every table of curation; times rise, so that the newest row is known."""
    make = _maker(apps, "browse")
    moments = (NOON + dt.timedelta(minutes=minute) for minute in range(1_000))

    def said(model: str, **columns: Any) -> Any:
        return make(model, **{"by": CURATOR, "at": next(moments), "why": "seen", **columns})

    said("Verdict", image_key=KEY, mid=MID, says="yes")
    wrong = said("Verdict", image_key=KEY, mid=MID, says="no")
    said("Verdict", image_key=KEY, mid=MID, says="undo", undoes=wrong)
    said("Verdict", image_key=OTHER_KEY, mid=MID, says="unsure")
    flag = said("Flag", image_key=KEY, reason="licence", contact="ann@example.org")
    said("Flag", image_key=KEY, reason="wrong-label", mid=MID, by="")
    said("Decision", flag=flag, outcome="dismissed", by=REVIEWER)
    said("Decision", flag=flag, outcome="upheld", by=REVIEWER)
    make("FlagLook", flag=flag, by=REVIEWER, until=NOON)
    said("LicenceCheck", image_key=KEY, result="as-listed")
    said("LicenceCheck", image_key=KEY, result="other", observed="all rights reserved", where="https://example.org/1")
    said("Hiding", image_key=OTHER_KEY, hidden=True, by=REVIEWER)
    said("LabelNote", mid=MID, display_name="hound", note="Dogs of all kinds", sensitive=True, by=REVIEWER)
    collection = said("Collection", by=VIEWER)
    said("CollectionDetails", collection=collection, name="Dogs", cover_key=KEY, is_public=True, by=VIEWER)
    job = make("BulkJob", collection=collection, query="q=dog", by=VIEWER, total=2, started=NOON)
    said("CollectionItem", collection=collection, image_key=KEY, job=job.uid, by=VIEWER)
    said("CollectionItem", collection=collection, image_key=OTHER_KEY, by=VIEWER)
    said("CollectionItem", collection=collection, image_key=OTHER_KEY, added=False, by=VIEWER)
    said("SavedView", name="Licenses of dogs", query="licence", note="to check", by=VIEWER)
    make("ReportSender", sender="a hash", at=NOON)


def _maker(apps: Apps, application: str) -> Callable[..., Any]:
    return lambda model, **columns: apps.get_model(application, model).objects.create(**columns)


def as_named_now(tables: Tables) -> Tables:
    """What the rows of the first release are to be today: two words are spelled another way, some columns are new."""
    now = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    now["browse_licensecheck"] = now.pop("browse_licencecheck")
    for row in now["browse_flag"]:
        row["reason"] = row["reason"].replace("licence", "license")
    for row in now["browse_importfile"]:
        row["kind"] = row["kind"].replace("recognised", "recognized")
    for row in now["browse_reportsender"]:
        row["network"] = ""
    for row in now["browse_picturestate"]:
        row["look"] = None
    for row in now["browse_datasetstate"]:
        row |= {"release": "", "announced": "", "dataset": "", "curation_hiding": 0, "curation_verdict": 0}
    for row in now["django_content_type"]:
        row["model"] = row["model"].replace("licence", "license")
    for row in now["auth_permission"]:
        row |= {column: row[column].replace("licence", "license") for column in ("name", "codename")}
    return now


def assert_holds(found: Tables, expected: Tables) -> None:
    """Each table has the expected rows and no others, but for those that grow with each release."""
    for table, rows in expected.items():
        if table in NAMED_ANEW:
            assert [row for row in rows if row not in found[table]] == [], table
        else:
            assert sorted(found[table], key=repr) == sorted(rows, key=repr), table


def assert_guarded(tables: list[str]) -> None:
    """The database refuses to change or remove rows of these tables, which have some, and has all their triggers."""
    with connection.cursor() as cursor:
        cursor.execute(at_work(connection.vendor))
        known = {name for (name,) in cursor.fetchall()}
        for table in tables:
            assert known >= set(triggers(connection.vendor, table))
            for statement in (f"UPDATE {table} SET why = 'other'", f"DELETE FROM {table}"):
                with pytest.raises(DatabaseError, match=REFUSED):
                    cursor.execute(statement)


def test_the_first_release_is_brought_to_the_newest_schema_without_a_loss(first_release: Tables) -> None:
    now = everything()
    assert_holds(now, as_named_now(first_release))
    assert all(now[model._meta.db_table] for model in HISTORY if model not in LATER)
    assert set(now) - set(as_named_now(first_release)) == {
        *("browse_passedover", "browse_trainingset", "browse_setbuild", "browse_hierarchyrow"),
        *("browse_accesstoken", "browse_batch", "browse_boxannotation", "browse_relationshipannotation"),
        *("browse_sourcefailure", "browse_publicname", "browse_pointannotation"),
        *("browse_narrativeannotation", "browse_maskannotation"),
        *("browse_task", "browse_taskitem", "browse_opinion", "browse_taskclosing", "browse_claim"),
        "browse_nodeworker",
    }
    assert_guarded([model._meta.db_table for model in HISTORY if model not in LATER])
    assert unguarded_tables() == []


def test_what_curators_said_with_the_first_release_counts_and_goes_on(first_release: Tables) -> None:
    assert Verdict.objects.get(undoings__isnull=False).says == Verdict.Says.NO
    assert Flag.objects.get(reason=Flag.Reason.LICENSE).decisions.newest().get().outcome == "upheld"
    assert LicenseCheck.objects.newest().get().observed == "all rights reserved"
    assert Hiding.objects.newest().get(hidden=True).image_key == OTHER_KEY
    assert LabelNote.objects.newest().get().display_name == "hound"
    assert SavedView.objects.newest().get().query == "licence"  # words of people are not spelled anew
    [collection] = Collection.objects.all()
    kept = [item.image_key for item in collection.items.newest().filter(added=True)]
    assert kept == [KEY]

    with transaction.atomic():
        actions.check_license(image_id=IMAGE_ID, result="gone", by=CURATOR)
        actions.flag_image(image_id=IMAGE_ID, reason="license", by=CURATOR)
        actions.give_verdict(image_id=IMAGE_ID, mid=MID, says="no", by=CURATOR)
        assert LicenseCheck.objects.newest().get().result == "gone"
        assert Flag.objects.filter(reason="license").count() == 2
        transaction.set_rollback(True)


def test_accounts_of_the_first_release_keep_what_they_may(first_release: Tables) -> None:
    for role in (VIEWER, CURATOR, REVIEWER, ADMIN):
        expected = {
            f"{application}.{action if action == 'reach_admin' else f'{action}_{model}'}"
            for application, model, action in ROLES[role]
        }
        assert User.objects.get(username=role).get_all_permissions() == expected, role
    clerk = User.objects.get(username="clerk")
    assert clerk.get_user_permissions() == {"browse.delete_licensecheck", "browse.add_flag"}
    assert clerk.get_group_permissions() == {"browse.add_licensecheck", "browse.view_licensecheck"}
    assert Group.objects.count() == len(ROLES) + 1
    assert clerk.logentry_set.get().content_type.model_class() is LicenseCheck
    old = "licencecheck"
    assert not ContentType.objects.filter(model=old).exists()
    assert not Permission.objects.filter(codename__endswith=old).exists()


def test_each_step_back_keeps_what_the_earlier_schema_has_room_for(first_release: Tables) -> None:
    newest = everything()
    names = sorted(name for app, name in MigrationLoader(connection).disk_migrations if app == "browse")
    for name in reversed(names[names.index(FIRST_RELEASE) : -1]):
        migrate("browse", name)
        assert_guarded([table for table in history_at(name) if table not in {one._meta.db_table for one in LATER}])
    assert_holds(everything(), without_record_of_migrations(first_release))
    migrate()
    assert_holds(everything(), without_record_of_migrations(newest))


def history_at(migration: str) -> list[str]:
    """The history tables by the names that they have after this migration: their rows say who and why."""
    models = models_at(migration).get_app_config("browse").get_models()
    columns = {one._meta.db_table: {field.name for field in one._meta.fields} for one in models}
    tables = [table for table, names in columns.items() if names >= {"uid", "by", "why"}]
    assert len(tables) == len(HISTORY) - (migration < SETS) - 4 * (migration < TASKS) - (migration < NAMES)
    return tables


def without_record_of_migrations(tables: Tables) -> Tables:
    """All but the table that tells which migrations were run when."""
    return {table: rows for table, rows in tables.items() if table != "django_migrations"}

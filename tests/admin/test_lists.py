"""Every list of the administration opens without counting, sorting or searching a large table row by row."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browse import curation
from browse.image_ids import key_from_image_id
from browse.models import Collection, Import, Label, PictureState
from tests.datasets import DOG, IDS, ONE

pytestmark = pytest.mark.django_db
LARGE = ("browse_image", "browse_annotation", "browse_picturestate", "browse_author")
"""Tables that have millions of rows."""
MOST_QUERIES = 24
SEARCHES = (ONE, "ann", "101", DOG, "reviewer")


@pytest.fixture
def root(example: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A superuser's client over a data set on which every kind of thing was done; lists have several pages."""
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", 2)
    for number, image_id in enumerate(IDS):
        curation.give_verdict(image_id=image_id, mid=DOG, says="yes", by="ann")
        flag = curation.flag_image(image_id=image_id, reason="privacy", by="ann")
        if number % 2:
            curation.decide_flag(flag=flag.pk, outcome="dismissed", by="bob")
        curation.check_licence(image_id=image_id, result="gone", by="ann")
        PictureState.objects.create(pk=key_from_image_id(image_id), state="dead")
    curation.hide_image(image_id=ONE, by="bob", why="test")
    curation.note_label(mid=DOG, by="bob", note="n")
    collection = curation.create_collection(name="C", by="ann")
    curation.add_to_collection(collection=collection.pk, image_id=IDS[1], by="ann")
    curation.save_view(name="V", query="", by="ann")
    Import.objects.create(status="finished", summary={"rows": {"inserted": 6}})
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def lists() -> list[str]:
    return [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


def pages() -> list[str]:
    found = [*lists(), *(f"{address}?q={term}" for address in lists() for term in SEARCHES), "/admin/"]
    found += ["/admin/browse/image/?p=2", "/admin/browse/picturestate/?state__exact=dead"]
    found += [f"/admin/browse/label/{Label.objects.get(mid=DOG).pk}/change/"]
    found += [f"/admin/browse/collection/{Collection.objects.get().pk}/change/"]
    return [*found, f"/admin/browse/image/{key_from_image_id(ONE)}/change/"]


def scans(sql: str) -> list[str]:
    """The large tables that a query goes through row by row, by the database's own plan."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Six rows fit on a page, so a scan is always cheapest: ask for the plan of a database that avoids it.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            return [table for table in LARGE if re.search(rf"Seq Scan on {table}\b", plan)]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = "\n".join(row[3] for row in cursor.fetchall())
    return [table for table in LARGE if re.search(rf"^SCAN {table}\b(?! USING)", plan, re.MULTILINE)]


def is_bounded(sql: str) -> bool:
    """Whether a walk along a large table's key ends after a page: no rows are skipped by what they hold."""
    return re.search(r"LIMIT \d+", sql) is not None and "WHERE" not in sql


def test_no_screen_goes_through_a_large_table(root: Client) -> None:
    for address in pages():
        root.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert root.get(address).status_code in (200, 302), address
        reads = [query["sql"] for query in captured if query["sql"].lstrip("(").startswith("SELECT")]
        assert len(reads) <= MOST_QUERIES, (address, len(reads))
        slow = [(scans(sql), sql) for sql in reads if any(table in sql for table in LARGE) and not is_bounded(sql)]
        assert not [one for one in slow if one[0]], address


def test_the_check_finds_a_search_without_an_index(root: Client) -> None:
    assert scans("SELECT * FROM browse_image WHERE title = 'x'") == ["browse_image"]
    assert scans(f"SELECT * FROM browse_image WHERE id = {key_from_image_id(ONE)}") == []


def test_longer_lists_cost_no_more_queries(root: Client) -> None:
    def queries() -> dict[str, int]:
        counts = {}
        for address in lists():
            root.get(address)
            with CaptureQueriesContext(connection) as captured:
                root.get(address)
            counts[address] = len(captured)
        return counts

    before = queries()
    for image_id in IDS:
        curation.give_verdict(image_id=image_id, mid=DOG, says="no", by="zoe")
        curation.check_licence(image_id=image_id, result="gone", by="zoe")
        curation.flag_image(image_id=image_id, reason="privacy", by="zoe")
    curation.create_collection(name="D", by="zoe")
    curation.note_label(mid=DOG, by="zoe", note="n")
    User.objects.create_user("zoe")
    assert queries() == before

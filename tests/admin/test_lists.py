"""Every list of the administration opens without counting, sorting or searching a large table row by row."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browse.admin.lists import BoundedList
from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.models import Collection, Import, Label, PictureState
from tests.datasets import DOG, IDS, ONE, TWO

pytestmark = pytest.mark.django_db
LARGE = (
    *("browse_image", "browse_annotation", "browse_picturestate", "browse_author"),
    *("browse_verdict", "browse_collectionitem"),
)
"""Tables that have millions of rows, or may have."""
MOST_QUERIES = 25
OF_DEAD = "SELECT * FROM \"browse_picturestate\" WHERE state = 'dead'"
SEARCHES = (ONE, "ann", "101", DOG, "reviewer")


@pytest.fixture
def root(example: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A superuser's client over a data set on which every kind of thing was done; lists have several pages."""
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", 2)
    for number, image_id in enumerate(IDS):
        actions.give_verdict(image_id=image_id, mid=DOG, says="yes", by="ann")
        flag = actions.flag_image(image_id=image_id, reason="privacy", by="ann")
        if number % 2:
            actions.decide_flag(flag=flag.pk, outcome="dismissed", by="bob")
        actions.check_license(image_id=image_id, result="gone", by="ann")
        PictureState.objects.create(pk=key_from_image_id(image_id), state="dead")
    actions.hide_image(image_id=ONE, by="bob", why="test")
    actions.note_label(mid=DOG, by="bob", note="n")
    collection = actions.create_collection(name="C", by="ann")
    actions.add_to_collection(collection=collection.pk, image_id=IDS[1], by="ann")
    actions.save_view(name="V", query="", by="ann")
    Import.objects.create(status="finished", summary={"rows": {"inserted": 6}})
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def lists() -> list[str]:
    return [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]


def pages() -> list[str]:
    found = [*lists(), *(f"{address}?q={term}" for address in lists() for term in SEARCHES), "/admin/"]
    found += [f"{address}?{asked}" for address in lists() for asked in ("_facets=True", "o=-1", "o=-7.2", "all=")]
    found += [
        "/admin/browse/image/?p=2",
        "/admin/browse/picturestate/?state__exact=dead",
        "/admin/browse/hiding/?rows=all",
    ]
    found += [f"/admin/browse/label/{Label.objects.get(mid=DOG).pk}/change/"]
    found += [f"/admin/browse/collection/{Collection.objects.get().pk}/change/"]
    return [*found, f"/admin/browse/image/{key_from_image_id(ONE)}/change/", f"/image/{TWO}"]


def whole(sql: str) -> list[str]:
    """The large tables that a query reads or sorts whole, or all of one value in, by the database's own plan."""
    if not any(table in sql for table in LARGE):
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Six rows are always cheapest read whole: have the planner believe that there are millions.
            cursor.execute("UPDATE pg_class SET reltuples = 9e6, relpages = 1 WHERE relname = ANY(%s)", [list(LARGE)])
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            plan = cursor.fetchone()[0]
            read, is_sorted = _read_by_postgresql(plan if isinstance(plan, list) else json.loads(plan))
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            read, is_sorted = _read_by_sqlite([row[3] for row in cursor.fetchall()])
    own = _own(sql)
    is_page = "LIMIT" in own
    if is_page and not is_sorted and "WHERE" not in own:
        return []  # a walk along an index, no rows of which are passed over
    if is_page and is_sorted and not re.search(r'"(id|image_key)" (=|IN)', own):
        return [table for table in LARGE if f'FROM "{table}"' in own]
    return read


def _own(sql: str) -> str:
    """A query without its columns' functions and queries, and without the conditions on other tables."""
    before = ""
    while before != sql:
        before = sql
        sql = re.sub(
            r"\([^()]*\)", lambda found: found[0] if any(f'FROM "{one}"' in found[0] for one in LARGE) else "", sql
        )
    return sql


def _read_by_sqlite(plan: list[str]) -> tuple[list[str], bool]:
    read = [table for table in LARGE if any(re.match(rf"SCAN {table}\b", line) for line in plan)]
    return read, any("TEMP B-TREE" in line for line in plan)


def _read_by_postgresql(plan: list[dict[str, Any]]) -> tuple[list[str], bool]:
    read, is_sorted, nodes = [], False, [one["Plan"] for one in plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        is_sorted |= node["Node Type"] == "Sort"
        by_key = "Index Cond" in node or "Recheck Cond" in node
        if node.get("Relation Name") in LARGE and not by_key:
            read.append(node["Relation Name"])
    return read, is_sorted


def test_no_screen_goes_through_a_large_table(root: Client) -> None:
    for address in (*lists(), f"/image/{TWO}"):
        root.get(address)  # what a process keeps is kept from here on
    for address in pages():
        with CaptureQueriesContext(connection) as captured:
            assert root.get(address).status_code in (200, 302), address
        reads = [query["sql"] for query in captured if query["sql"].lstrip("(").startswith("SELECT")]
        assert len(reads) <= MOST_QUERIES, (address, len(reads))
        assert not [(whole(sql), sql) for sql in reads if whole(sql)], address


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT * FROM \"browse_image\" WHERE title = 'x' LIMIT 50", ["browse_image"]),
        ('SELECT * FROM "browse_image" ORDER BY title LIMIT 50', ["browse_image"]),
        ('SELECT COUNT(*) FROM "browse_picturestate"', ["browse_picturestate"]),
        (
            "SELECT * FROM \"browse_picturestate\" WHERE state = 'dead' ORDER BY checked LIMIT 50",
            ["browse_picturestate"],
        ),
        ("SELECT * FROM \"browse_picturestate\" WHERE state = 'dead' ORDER BY image_key LIMIT 50", []),
        ('SELECT * FROM "browse_image" ORDER BY id LIMIT 50', []),
        ('SELECT * FROM "browse_image" WHERE "id" = 7', []),
    ],
)
def test_the_check_knows_what_is_whole(root: Client, sql: str, tables: list[str]) -> None:
    assert whole(sql) == tables


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("image/?title__icontains=a", "title__icontains"),
        ("image/?subset=1", "subset"),
        ("verdict/?why__contains=x", "why__contains"),
        ("picturestate/?reason=x", "reason"),
        ("picturestate/?state__startswith=d", "state__startswith"),
        ("picturestate/?state__exact=%00", "state__exact"),
        ("picturestate/?state__isnull=1", "state__isnull"),
        ("collection/?items__image_key=1", "items__image_key"),
    ],
)
def test_a_list_is_filtered_by_its_filters_only(root: Client, address: str, named: str) -> None:
    answer = root.get(f"/admin/browse/{address}", follow=True)
    assert f"Filtering by {named} not allowed: this list has no such filter." in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        *("auth/user/?groups__id__exact=1", "auth/user/?is_active__exact=1", "auth/user/?o=-1"),
        *("browse/import/?status__exact=finished", "browse/label/?in_dictionary__exact=1", "browse/hiding/?rows=all"),
        "browse/picturestate/?state__exact=dead",
    ],
)
def test_a_lists_own_filters_are_taken(root: Client, asked: str) -> None:
    assert root.get(f"/admin/{asked}").status_code == 200


def test_every_list_is_bounded() -> None:
    assert [one for one in admin.site._registry.values() if not isinstance(one, BoundedList)] == []


def test_nothing_is_ordered_by_what_has_no_index(root: Client) -> None:
    for name in ("image", "picturestate", "verdict"):
        usual = root.get(f"/admin/browse/{name}/").context["cl"].result_list
        for order in ("-1", "2", "-7", "99", "x", "3.1"):
            asked = root.get(f"/admin/browse/{name}/", {"o": order}).context["cl"].result_list
            assert list(asked) == list(usual), (name, order)


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
    for image_id in IDS[1:]:
        actions.give_verdict(image_id=image_id, mid=DOG, says="no", by="zoe")
        actions.check_license(image_id=image_id, result="gone", by="zoe")
        actions.flag_image(image_id=image_id, reason="privacy", by="zoe")
    actions.create_collection(name="D", by="zoe")
    actions.note_label(mid=DOG, by="zoe", note="n")
    User.objects.create_user("zoe")
    assert queries() == before

"""What people did: one's own last acts with their undo, and everybody's for reviewers, by person, kind and day."""

from __future__ import annotations

import csv
import datetime as dt
import io
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from browse.curation import actions
from browse.curation.batches import VerdictRow, give_verdicts
from browse.models import Flag, Verdict
from browse.models.curation import all_rulings
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, FIVE, IDS, ONE, TWO
from tests.html import Element, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(generation: str) -> Client:
    return client_of("curator")


def page_of(client: Client, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def batch(by: str, *image_ids: str, says: str = "no") -> None:
    rows = [VerdictRow(image_id, DOG, says) for image_id in image_ids]
    give_verdicts(rows=rows, by=by, key=str(uuid4()))


def acts(page: Element) -> list[str]:
    return page.words_of(".history li p")


def test_ones_own_acts_are_listed_each_with_its_undo(client: Client) -> None:
    actions.give_verdict(image_id=ONE, mid=CAT, says="yes", by="curator")
    batch("curator", ONE, TWO, FIVE)
    actions.flag_image(image_id=ONE, reason="privacy", by="curator", why="a face")
    actions.give_verdict(image_id=ONE, mid=CAT, says="no", by="ann")
    page = page_of(client, "/activity")
    assert acts(page) == [
        f"Flagged image {ONE}: Privacy – a face",
        "Said no on dog, and 2 more verdicts at once",
        "Said yes on cat",
    ]
    assert page.words_of(".history button") == ["Undo all", "Undo"]
    for form in page.all(".history form"):
        fields = {box["name"]: box["value"] for box in form.all("input[name][value]")}
        assert client.post(form["action"], fields)["Location"] == "/activity"
    page = page_of(client, "/activity")
    assert acts(page)[:2] == ["Undid a verdict on cat", "Undid 3 verdicts at once"]
    assert not page.has(".history button")
    assert list(all_rulings().values()) == [False], "only what somebody else said counts"


def test_only_the_last_fifty_are_listed(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(30):
        batch("curator", *IDS[:2], says=("yes", "no")[number % 2])
        Verdict.objects.bulk_create([Verdict(image_key=1, mid=DOG, says="yes", by="curator")])
    client.get("/activity")
    with django_assert_max_num_queries(22):
        assert len(acts(page_of(client, "/activity"))) == 50


def test_reviewers_see_what_everybody_did_and_curators_do_not(client: Client) -> None:
    batch("ann", ONE, TWO)
    actions.flag_image(image_id=ONE, reason="other", why="=1+1")
    reviewer = client_of("reviewer")
    for address in ("/activity/all", "/activity.csv"):
        assert client.get(address).status_code == 403
        assert Client().get(address)["Location"].startswith("/sign-in")
    page = page_of(reviewer, "/activity/all")
    assert acts(page)[0].startswith("the public flagged image")
    assert page.words_of(".people tbody tr") == ["ann 2 0 0 0 0 0 0", "the public 0 0 1 0 0 0 0"]
    assert len(acts(page_of(reviewer, "/activity/all?by=ann"))) == 2
    assert len(acts(page_of(reviewer, "/activity/all?kind=flag&by="))) == 1
    today = timezone.localdate()
    earlier = (today - dt.timedelta(days=2)).isoformat()
    assert acts(page_of(reviewer, f"/activity/all?until={earlier}")) == []
    Verdict.objects.bulk_create(
        [Verdict(image_key=1, mid=DOG, says="yes", by="ann", at=timezone.now() - dt.timedelta(2))]
    )
    assert len(acts(page_of(reviewer, f"/activity/all?since={earlier}&until={earlier}"))) == 1
    assert len(acts(page_of(reviewer, f"/activity/all?since={today}"))) == 3


def test_the_file_has_all_of_it_and_is_harmless_where_that_is_asked(client: Client) -> None:
    batch("ann", ONE, TWO)
    actions.flag_image(image_id=ONE, reason="other", why="=1+1")
    reviewer = client_of("reviewer")
    answer = reviewer.get("/activity.csv?kind=flag&safe=1")
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer).decode()
    assert text.startswith("\ufeff")
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["Reason"], row["Kind"], row["ImageID"]) == ("'=1+1", "flag", ONE)
    assert row["Flag"] == str(Flag.objects.get().pk)
    rows = list(csv.DictReader(io.StringIO(b"".join(reviewer.get("/activity.csv")).decode())))
    assert [row["Kind"] for row in rows] == ["flag", "verdict", "verdict"]
    assert {row["DisplayName"] for row in rows[1:]} == {"dog"}


def test_pages_go_on_and_wrong_parameters_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.views.activity.ON_A_PAGE", 2)
    batch("ann", *IDS[:5])
    reviewer = client_of("reviewer")
    seen = []
    for number in (1, 2, 3):
        page = page_of(reviewer, f"/activity/all?page={number}")
        seen += page.each(".history a", "href")
        assert page.has(f'a[href*="page={number + 1}"]') == (number < 3)
    assert sorted(seen) == sorted(f"/image/{image_id}" for image_id in IDS[:5])
    for query in ("kind=x", "since=yesterday", "since=2026-02-02&until=2026-02-01", "page=51", "who=ann"):
        assert reviewer.get(f"/activity/all?{query}").status_code == 400, query

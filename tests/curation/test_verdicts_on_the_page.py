"""The image page for curators and for others: who sees what, and what it costs."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse.curation.actions import give_verdict, undo_verdict
from tests.curation.people import EVERYBODY, client_of
from tests.datasets import DOG, NOTHING, ONE

pytestmark = pytest.mark.django_db

PAGE = f"/image/{ONE}"


def text_of(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_curators_see_who_said_what_and_others_that_it_was_a_curator(generation: str) -> None:
    give_verdict(image_id=ONE, mid=DOG, says="no", by="carla", why="a fox, rather")
    pages = {role: text_of(client_of(role)) for role in EVERYBODY}
    assert {role for role, text in pages.items() if "carla" in text} == {"curator", "reviewer"}
    assert {role for role, text in pages.items() if "a fox, rather" in text} == {"curator", "reviewer"}
    assert {role for role, text in pages.items() if 'value="unsure"' in text} == {"curator", "reviewer"}
    assert {role for role, text in pages.items() if "Hide this image" in text} == {"reviewer"}
    assert all("A curator’s verdict applies to 1 of these 3 labels" in text for text in pages.values())
    assert all(f"/image/{ONE}/report" in text for text in pages.values())


def test_undo_is_offered_to_who_may(generation: str) -> None:
    own = give_verdict(image_id=ONE, mid=DOG, says="no", by="curator")
    curator, reviewer = client_of("curator"), client_of("reviewer")
    assert "/verdicts/undo" in text_of(curator)
    undo_verdict(verdict=own.pk, by="curator")
    assert "/verdicts/undo" not in text_of(curator)
    give_verdict(image_id=ONE, mid=DOG, says="no", by="carla")
    assert "/verdicts/undo" not in text_of(curator)
    assert "/verdicts/undo" in text_of(reviewer)


def test_the_page_asks_the_database_no_more_the_more_was_said(
    generation: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    curator = client_of("curator")
    text_of(curator)
    with django_assert_num_queries(24):
        text_of(curator)
    for mid in (DOG, NOTHING):
        for says in ("yes", "no", "unsure", "yes"):
            give_verdict(image_id=ONE, mid=mid, says=says, by="curator")
    text_of(curator)
    with django_assert_num_queries(24):
        text_of(curator)

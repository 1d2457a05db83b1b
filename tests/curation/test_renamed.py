"""A label that curators renamed is found by its new name and by the data set's, wherever labels are looked for."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from browse.curation import actions
from browse.models import DatasetState, Label, Verdict
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, NOTHING, ONE

pytestmark = pytest.mark.django_db

NEW = "Größter Freund des Menschen"


@pytest.fixture
def client(generation: str) -> Client:
    actions.note_label(mid=DOG, by="rita", display_name=NEW)
    return client_of("reviewer")


@pytest.mark.parametrize("text", ["dog", "DOG", "grosster freund", "menschen freund", DOG])
def test_lists_of_labels_find_it(client: Client, text: str) -> None:
    found = client.get("/api/labels", {"q": text}).json()["results"]
    assert [(one["mid"], one["name"]) for one in found] == [(DOG, NEW)]
    for page in ("/labels", "/compare", "/stats/all", "/facets/labels"):
        answer = client.get(page, {"find" if page == "/facets/labels" else "q": text})
        assert answer.status_code == 200, page
        assert NEW in answer.content.decode(), page
        assert not re.search("No (matching )?labels?", answer.content.decode()), page


@pytest.mark.parametrize("text", ["dog", "grosster freund des menschen", DOG])
def test_a_search_for_either_name_leads_to_it(client: Client, text: str) -> None:
    assert client.get("/search", {"q": text})["Location"] == f"/?label={DOG}"


@pytest.mark.parametrize("text", ["dog", NEW])
def test_forms_take_both_names(client: Client, text: str) -> None:
    answer = client.post("/verdicts", {"image": ONE, "label": text, "says": "no"})
    assert answer.status_code == 303
    assert Verdict.objects.get().mid == DOG


def test_what_a_label_is_called_now_is_meant_before_what_another_was_called(client: Client) -> None:
    actions.note_label(mid=CAT, by="rita", display_name="dog")
    client.post("/verdicts", {"image": ONE, "label": "dog", "says": "no"})
    assert Verdict.objects.get().mid == CAT
    both = client.get("/search", {"q": "dog"}).content.decode()
    assert f"/?label={DOG}" in both
    assert f"/?label={CAT}" in both


def test_the_figures_know_the_name_to_mark_it_by(client: Client) -> None:
    assert f'data-renamed="{DOG}\tdog"' in client.get("/stats").content.decode()


@pytest.mark.parametrize(
    ("text", "mid"),
    [
        ("dog", DOG),
        ("GROSSTER", DOG),
        ("menschen größter", DOG),
        ("senor", NOTHING),
        ("SEÑOR AÑEJO", NOTHING),
        ("an\u0303ejo", NOTHING),
        ("11NOTHING", NOTHING),
    ],
)
def test_the_administration_finds_labels_as_the_site_does(client: Client, text: str, mid: str) -> None:
    rows = client.get("/admin/browse/label/", {"q": text}).context["cl"].result_list
    assert [row.mid for row in rows] == [mid]
    assert [row["mid"] for row in client.get("/api/labels", {"q": text}).json()["results"]] == [mid]


def test_the_administration_finds_labels_without_an_index(generation: str) -> None:
    Label.objects.filter(mid=NOTHING).update(name="Crème brûlée")
    DatasetState.objects.all().delete()
    rows = client_of("reviewer").get("/admin/browse/label/?q=BRULEE").context["cl"].result_list
    assert [row.mid for row in rows] == [NOTHING]

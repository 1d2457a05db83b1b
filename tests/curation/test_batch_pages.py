"""One verdict on many pictures, from the review sheet and from what is selected while browsing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from browse.curation import actions
from browse.models import Batch, DatasetState, Verdict
from tests.curation.people import client_of
from tests.datasets import BEACH, CAT, DOG, FIVE, ONE, SIX, TWO
from tests.html import Element, tree

pytestmark = pytest.mark.django_db
SHEET = f"/review?mid={DOG}&state=unverified&order=random&seed=1"


@pytest.fixture
def client(generation: str) -> Client:
    return client_of("curator")


def page(answer: HttpResponse) -> Element:
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def fields_of(form: Element) -> dict[str, list[str]]:
    """What a form sends by itself."""
    fields: dict[str, list[str]] = {}
    for box in form.all("input[name][value]"):
        fields.setdefault(box["name"], []).append(box["value"])
    return fields


def sent(client: Client, address: str, fields: dict[str, object]) -> dict[str, object]:
    answer = client.post(address, fields, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    told: dict[str, object] = answer.json()
    return told


def test_without_scripts_the_number_is_asked_first_and_one_undo_takes_all_back(client: Client) -> None:
    sheet = page(client.get(SHEET))
    form = sheet.one("form#batch")
    boxes = sheet.all('input[type="checkbox"][name="image"][form="batch"]')
    assert sorted(box["value"] for box in boxes) == [ONE, TWO]
    asked = page(client.post("/review/batch", fields_of(form) | {"act": "rest", "image": [ONE]}))
    assert asked.one("h1").words == "Say yes to “ dog ” on 1 picture?"
    assert asked.each("[data-image]", "data-image") == [TWO]
    assert not Verdict.objects.exists()
    confirm = next(one for one in asked.all("form[method]") if one["action"] == "/review/batch")
    act = confirm.one('button[name="act"]')["value"]
    done = client.post("/review/batch", fields_of(confirm) | {"act": act})
    assert (done.status_code, done["Location"]) == (303, SHEET)
    sheet = page(client.get(SHEET))
    assert sheet.words_of("[data-undo-last]") == ["Undo last: yes on 1 picture"]
    client.post("/review/batch/undo", fields_of(sheet.one("[data-undo-last]")))
    assert [row.says for row in Verdict.objects.order_by("pk")] == ["yes", "undo"]
    assert Verdict.objects.last().why == "review of unverified, random, 1"


def test_scripts_send_the_number_and_are_told_what_there_is_now(client: Client) -> None:
    revision = DatasetState.objects.get().revision
    fields = {"image": [ONE, TWO], "act": "no", "number": 2, "key": "a", "next": SHEET}
    told = sent(client, "/review/batch", fields)
    assert sorted(told["verdicts"]) == [ONE, TWO]
    assert (told["says"], told["tally"]["no"]) == ("no", 2)
    assert DatasetState.objects.get().revision == revision + 1
    assert sent(client, "/review/batch", fields)["batch"] == told["batch"]
    assert Verdict.objects.count() == 2
    back = sent(client, "/review/batch/undo", {"batch": told["batch"], "next": SHEET})
    assert (back["says"], back["tally"]["no"]) == ({}, 0)


def test_what_was_said_one_by_one_counts_again_after_the_undo(client: Client) -> None:
    client.post("/review/verdicts", {"image": ONE, "says": "unsure", "next": SHEET})
    told = sent(client, "/review/batch", {"image": [ONE, TWO], "act": "yes", "number": 2, "key": "a", "next": SHEET})
    back = sent(client, "/review/batch/undo", {"batch": told["batch"], "next": SHEET})
    assert back["says"] == {ONE: "unsure"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"act": "no"}, "No picture is selected"),
        ({"act": "rest", "sheet": [ONE], "image": [ONE]}, "No picture of the sheet is left"),
        ({"act": "no", "image": [ONE], "number": "2", "key": "k"}, "The form says 2 but names 1 picture"),
        ({"act": "no", "image": [ONE], "number": "1"}, "is required"),
        ({"act": "no", "image": [ONE], "number": "1", "key": "x" * 65}, "A batch needs a key: 1 to 64"),
        ({"act": "no", "image": [ONE] * 101}, "at most 100 images"),
        ({"act": "maybe", "image": [ONE]}, "must be one of yes, no, unsure, rest"),
        ({"act": "no", "image": ["x"], "number": "1", "key": "k"}, "rows[0].image_id = x must be an ImageID"),
    ],
)
def test_what_cannot_be_taken_is_said(client: Client, fields: dict[str, object], fault: str) -> None:
    answer = client.post("/review/batch", fields | {"next": SHEET})
    assert answer.status_code == 400
    assert fault in tree(answer.content.decode()).words
    assert not Batch.objects.exists()


def test_selected_images_are_judged_on_a_page_of_their_own(client: Client) -> None:
    actions.hide_image(image_id=SIX, by="rita", why="asked")
    asked = page(client.get(f"/verdicts/several?mid={DOG}&mid={CAT}&id={ONE}&id={TWO}&id={SIX}"))
    assert "1 of the selected images is not in the data set" in asked.words
    assert f"/verdicts/several?mid={CAT}&mid={DOG}&id={ONE}&id={TWO}&id={SIX}" in asked.addresses
    form = next(one for one in asked.all("form[method]") if one["action"] == "/verdicts/several")
    done = client.post("/verdicts/several", fields_of(form) | {"says": "yes"})
    batch = Batch.objects.get()
    assert done["Location"] == f"/batches/{batch.uid}"
    shown = page(client.get(done["Location"]))
    assert shown.one("h1").words == "Said yes to “dog” on 2 images"
    actions.undo_verdict(verdict=batch.first or 0, by="curator")
    assert "Undo the other 1 verdict" in page(client.get(done["Location"])).words
    assert client.post(f"/batches/{batch.uid}/undo", {"next": done["Location"]})["Location"] == done["Location"]
    assert "2 of these verdicts are undone" in page(client.get(done["Location"])).words


def test_a_batch_is_seen_by_who_gave_it_and_by_reviewers(client: Client) -> None:
    sent(client, "/verdicts/several", {"image": [FIVE], "label": BEACH, "says": "no", "key": "k"})
    address = f"/batches/{Batch.objects.get().uid}"
    assert client_of("curator", "carl").get(address).status_code == 403
    assert client_of("curator", "cleo").post(f"{address}/undo").status_code == 403
    reviewer = client_of("reviewer")
    assert reviewer.get(address).status_code == 200
    assert reviewer.post(f"{address}/undo").status_code == 303
    assert reviewer.get(f"/batches/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (f"id={ONE}", "is required: the label to judge"),
        (f"mid={DOG}", "must name 1 to 200 images, not 0"),
        (f"mid=/m/none&id={ONE}", "is not the MID of a label"),
        (f"mid={DOG}&id=x", "must be an ImageID"),
    ],
)
def test_what_the_page_of_a_selection_needs_is_said(client: Client, query: str, fault: str) -> None:
    answer = client.get(f"/verdicts/several?{query}")
    assert answer.status_code == 400
    assert fault in tree(answer.content.decode()).words

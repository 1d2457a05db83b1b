"""What stands on a review sheet besides its pictures: the guideline of its label, and how many pictures it has."""

from __future__ import annotations

import pytest
from django.test import Client

from browse.curation import actions
from browse.models import Label
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, FOUR, ONE, SEA, TWO
from tests.html import Element, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(generation: str) -> Client:
    return client_of("curator")


def sheet_of(client: Client, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def test_the_note_and_the_mark_of_a_label_are_on_its_sheet(client: Client) -> None:
    actions.note_label(mid=DOG, by="rita", note="Only living ones.", sensitive=True)
    page = sheet_of(client, f"/review?mid={DOG}&seed=1")
    assert "Sensitive: pictures with this label need care." in page.one(".label-note").words
    assert "Only living ones." in page.one(".label-note").words
    assert not sheet_of(client, f"/review?mid={CAT}&seed=1").has(".label-note")


def test_confirmed_and_rejected_examples_have_their_credit(client: Client) -> None:
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="ann")
    guideline = sheet_of(client, f"/review?mid={DOG}&seed=1").one(".guideline")
    confirmed, rejected = guideline.all("section")
    assert (confirmed.each("[data-image]", "data-image"), rejected.each("[data-image]", "data-image")) == (
        [FOUR],
        [TWO],
    )
    assert len(guideline.all(".by")) == 2
    assert guideline.words_of("h2")[0] == "Confirmed: these show “dog”"


def test_labels_of_the_same_name_are_named(client: Client) -> None:
    Label.objects.filter(mid=SEA).update(name="Dog")
    guideline = sheet_of(client, f"/review?mid={DOG}&seed=1").one(".guideline")
    assert f"/label{SEA}" in guideline.addresses
    assert f"/label{DOG}" not in guideline.addresses


def test_a_sheet_has_as_many_pictures_as_is_asked_for(client: Client) -> None:
    address = f"/review?mid={DOG}&state=unverified&order=random&seed=1"
    page = sheet_of(client, f"{address}&sheet=48")
    assert {address, f"{address}&sheet=12", f"{address}&sheet=48"} <= page.addresses
    assert page.one('[aria-label="Pictures on a sheet"] a[aria-current]').words == "48"
    client.post("/review/verdicts", {"image": ONE, "says": "no", "next": f"{address}&sheet=12"})
    assert sheet_of(client, address).one('[data-tally="no"]').words == "1", "it is the same review"
    assert client.get(f"{address}&sheet=30").status_code == 400

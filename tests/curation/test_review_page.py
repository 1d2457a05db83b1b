"""The review page: what stands on a sheet, in which order, and what it says of itself."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse.curation import actions
from browse.domain.comparison import wilson_interval
from browse.models import PassedOver, Verdict
from tests.curation.people import client_of
from tests.datasets import BEACH, DOG, FIVE, FOUR, ONE, SEA, THREE, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(generation: str) -> Client:
    return client_of("curator")


def images_on(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return tree(answer.content.decode()).each('li[tabindex="0"][data-image]', "data-image")


def judge(client: Client, address: str, image_id: str, says: str) -> dict[str, object]:
    fields = {"image": image_id, "says": says, "next": address}
    answer = client.post("/review/verdicts", fields, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    told: dict[str, object] = answer.json()
    return told


def pass_over(client: Client, address: str, *image_ids: str) -> None:
    """Turn the sheet, leaving these out."""
    answer = client.post("/review/next", {"next": address, "image": list(image_ids)})
    assert (answer.status_code, answer["Location"]) == (303, address)


def test_a_review_begins_with_a_seed_of_its_own(client: Client) -> None:
    answer = client.get(f"/review?mid={DOG}")
    assert answer.status_code == 302
    assert re.fullmatch(rf"/review\?mid={DOG}&state=unverified&order=random&seed=\d+", answer["Location"])


def test_a_sheet_has_the_images_of_one_label_and_state_each_with_its_credit(client: Client) -> None:
    assert sorted(images_on(client, f"/review?mid={DOG}&seed=1")) == [ONE, TWO]
    assert images_on(client, f"/review?mid={DOG}&state=confirmed&seed=1") == [FOUR]
    assert images_on(client, f"/review?mid={DOG}&state=missed&seed=1") == [THREE]
    assert images_on(client, f"/review?mid={DOG}&state=rejected&seed=1") == []


def test_hardest_first_begins_where_the_machine_was_least_sure_and_says_that_it_is_biased(client: Client) -> None:
    hardest = f"/review?mid={DOG}&order=hardest&seed=1"
    assert images_on(client, hardest) == [TWO, ONE]
    assert images_on(client, f"/review?mid={SEA}&order=hardest&seed=1") == [FIVE, TWO]
    assert "biased" in client.get(hardest).content.decode()
    assert "biased" not in client.get(f"/review?mid={DOG}&seed=1").content.decode()


def test_what_raters_rejected_is_hardest_where_the_machine_was_surest(client: Client) -> None:
    for image_id in (ONE, TWO):
        actions.give_verdict(image_id=image_id, mid=DOG, says="no", by="ann")
    assert images_on(client, f"/review?mid={DOG}&state=rejected&order=hardest&seed=1") == [ONE, TWO]


def test_what_was_judged_or_passed_over_does_not_come_again(client: Client) -> None:
    sheet = f"/review?mid={DOG}&order=hardest&seed=1"
    judge(client, sheet, TWO, "unsure")
    assert images_on(client, sheet) == [ONE]
    pass_over(client, sheet, ONE)
    assert images_on(client, sheet) == []
    assert sorted(images_on(client, f"/review?mid={DOG}&order=hardest&seed=2")) == [ONE, TWO]


def test_of_two_on_one_label_each_sees_every_image_that_the_other_did_not_decide(client: Client) -> None:
    """A count of those passed over would leave some out as soon as the other's verdicts take images from the list."""
    sheet = f"/review?mid={DOG}&order=hardest&seed=1"
    dora = client_of("curator", "dora")
    assert images_on(client, sheet) == images_on(dora, sheet) == [TWO, ONE]
    pass_over(client, sheet, TWO)
    judge(dora, sheet, TWO, "yes")
    assert images_on(client, sheet) == [ONE]
    assert images_on(dora, sheet) == [ONE]


def test_what_was_passed_over_is_for_one_person_and_one_review_and_is_shown_again_on_request(client: Client) -> None:
    sheet = f"/review?mid={DOG}&order=hardest&seed=1"
    pass_over(client, sheet, TWO, ONE)
    pass_over(client, sheet, TWO)
    assert images_on(client, sheet) == []
    assert "Show the 2 skipped pictures again" in client.get(sheet).content.decode()
    assert images_on(client, f"/review?mid={DOG}&order=hardest&seed=2") == [TWO, ONE]
    assert images_on(client_of("curator", "dora"), sheet) == [TWO, ONE]
    judge(client, sheet, TWO, "yes")
    assert "Show the 1 skipped picture again" in client.get(sheet).content.decode()
    assert client.post("/review/again", {"next": sheet}).status_code == 303
    assert images_on(client, sheet) == [ONE]


def test_what_is_passed_over_is_named_by_image_ids(client: Client) -> None:
    for images, status in ((["x"], 404), ([ONE] * 101, 400), (["0" * 300], 400)):
        answer = client.post("/review/next", {"next": f"/review?mid={DOG}&seed=1", "image": images})
        assert answer.status_code == status, images
    assert not PassedOver.objects.exists()


def test_the_tally_is_of_this_review_alone_and_follows_undoing(client: Client) -> None:
    actions.give_verdict(image_id=FIVE, mid=DOG, says="yes", by="curator")
    sheet = f"/review?mid={DOG}&seed=1"
    low, high = wilson_interval(1, 1)
    judge(client, sheet, ONE, "yes")
    told = judge(client, sheet, TWO, "no")
    share = f"50.0% ({100 * low:.1f}–{100 * high:.1f}%)"
    assert told["tally"] == {"yes": 1, "no": 1, "unsure": 0, "share": share}
    fields = {"verdict": told["verdict"], "next": sheet}
    back = client.post("/review/undo", fields, headers={"Accept": "application/json"}).json()
    assert (back["tally"]["yes"], back["tally"]["no"]) == (1, 0)
    assert "Undo last: yes" in client.get(sheet).content.decode()
    assert Verdict.objects.filter(says="undo").get().why == "review of unverified, random, 1"


def test_the_last_word_on_an_image_counts_once(client: Client) -> None:
    sheet = f"/review?mid={DOG}&seed=1"
    judge(client, sheet, ONE, "yes")
    assert judge(client, sheet, ONE, "no")["tally"] == judge(client, sheet, ONE, "no")["tally"]
    assert judge(client, sheet, ONE, "unsure")["tally"] == {"yes": 0, "no": 0, "unsure": 1, "share": ""}


def test_wrong_parameters_are_named(client: Client) -> None:
    for address, message in (
        ("/review?mid=/m/none", "is not the MID of a label in this data set"),
        (f"/review?mid={DOG}&state=maybe", "must be one of confirmed"),
        (f"/review?mid={DOG}&order=best", "must be one of random, hardest"),
        (f"/review?label={DOG}", "is not a parameter here"),
    ):
        answer = client.get(address)
        assert answer.status_code == 400, address
        assert message in answer.content.decode(), address


def test_pages_lead_curators_to_a_review(client: Client) -> None:
    assert f'href="/review?mid={BEACH}&amp;state=unverified"' in client.get("/labels").content.decode()
    text = client.get(f"/?label={DOG}&state=rejected").content.decode()
    assert f'href="/review?mid={DOG}&amp;state=rejected"' in text
    assert "/review" not in Client().get(f"/?label={DOG}").content.decode()


def test_a_sheet_asks_the_database_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = f"/review?mid={DOG}&seed=1"
    client.get(sheet)
    with django_assert_max_num_queries(18):
        client.get(sheet)

"""Collections in the site: what is on their pages, who sees them, and what they cost."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse.curation import actions, bulk
from browse.models import BulkJob, Collection, CollectionItem
from browse.query.values import Query
from tests.curation.people import client_of
from tests.datasets import DOG, FOUR, IDS, ONE, SIX, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def dogs(generation: str) -> Collection:
    made = actions.create_collection(name="good dogs", by="ann", is_public=True)
    for image_id in (FOUR, ONE, SIX):
        actions.add_to_collection(collection=made.pk, image_id=image_id, by="ann")
    return made


def text_of(address: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_a_public_collection_shows_its_images_and_credits_to_all(dogs: Collection) -> None:
    here = f"/collections/{dogs.uid}"
    text = text_of(here)
    assert "good dogs" in text
    assert all(f'data-image="{image_id}"' in text for image_id in (ONE, FOUR, SIX))
    for address in (f"{here}/credits", f"{here}/credits.txt", f"{here}/credits.md"):
        sheet = text_of(address)
        assert "3 images in" in sheet, address
        assert all(image_id in sheet for image_id in (ONE, FOUR, SIX)), address
    rows = list(csv.DictReader(io.StringIO(text_of(f"{here}/credits.csv"))))
    assert [row["ImageID"] for row in rows] == [ONE, FOUR, SIX]
    cropped = text_of(f"{here}/credits.txt?changes=cropped")
    assert cropped.count("Cropped from the original.") == 3
    assert f"{here}/credits.txt?changes=cropped" in tree(text_of(f"{here}/credits?changes=cropped")).addresses


def test_a_hidden_image_is_gone_from_page_count_credits_and_cover(dogs: Collection) -> None:
    actions.change_collection(collection=dogs.pk, by="ann", cover=SIX)
    assert SIX in text_of("/collections")
    actions.hide_image(image_id=SIX, by="rita", why="asked")
    here = f"/collections/{dogs.uid}"
    for address in ("/collections", here, f"{here}/credits", f"{here}/credits.csv"):
        assert SIX not in text_of(address), address
    assert "2 images" in text_of(here)
    actions.unhide_image(image_id=SIX, by="rita", why="a mistake")
    assert "3 images" in text_of(here)


def test_navigation_shows_collections_only_where_there_is_something_to_see(generation: str) -> None:
    viewer = client_of("viewer")

    def shown(client: Client) -> bool:
        return tree(text_of("/labels", client)).has('nav[aria-label="Main"] a[href="/collections"]')

    assert [shown(Client()), shown(viewer)] == [False, False]
    actions.create_collection(name="mine", by="viewer")
    assert [shown(Client()), shown(viewer)] == [False, True]
    made = actions.create_collection(name="for all", by="ann", is_public=True)
    assert [shown(Client()), shown(viewer)] == [True, True]
    actions.change_collection(collection=made.pk, by="ann", is_removed=True)
    assert Client().get(f"/collections/{made.uid}").status_code == 404
    assert not shown(Client())


def test_adding_all_says_the_number_first_and_goes_by_batches_without_scripts(generation: str) -> None:
    viewer = client_of("viewer")
    assert "Add all 4 to a collection" in text_of(f"/?label={DOG}", viewer).replace("&hellip;", "…")
    assert "Add all 4 images" in text_of(f"/collections/add?label={DOG}", viewer)
    assert not BulkJob.objects.exists()
    begun = viewer.post("/collections/add", {"query": f"label={DOG}", "name": "dogs"})["Location"]
    assert "0 of 4 images processed" in text_of(begun, viewer)
    viewer.post(f"{begun}/go-on", {"at_most": "3"})
    assert "3 of 4 images processed, 3 of them added" in text_of(begun, viewer)
    uid = Collection.objects.get().uid
    assert "Continue adding: 3 of 4" in text_of(f"/collections/{uid}", viewer)
    viewer.post(f"{begun}/go-on")
    assert "Done: 4 of 4 images added" in text_of(begun, viewer)
    viewer.post(f"{begun}/undo")
    viewer.post(f"{begun}/go-on")
    assert "Undone: 4 images were removed again" in text_of(begun, viewer)
    assert "This collection is empty" in text_of(f"/collections/{uid}", viewer)


def test_a_job_whose_label_has_left_the_data_set_says_so_and_can_be_undone(generation: str) -> None:
    viewer = client_of("viewer")
    begun = viewer.post("/collections/add", {"query": f"label={DOG}", "name": "dogs"})["Location"]
    viewer.post(f"{begun}/go-on", {"at_most": "3"})
    BulkJob.objects.update(query="label=/m/gone")
    page = text_of(begun, viewer)
    assert "no longer has what this query asks for" in page
    assert "Next batch" not in page
    assert "Undo: remove them again" in page
    assert viewer.post(f"{begun}/go-on").status_code == 400
    viewer.post(f"{begun}/undo")
    viewer.post(f"{begun}/go-on")
    assert "Undone: 3 images were removed again" in text_of(begun, viewer)


def test_a_job_adds_nothing_to_a_collection_that_was_deleted(generation: str) -> None:
    viewer = client_of("viewer")
    begun = viewer.post("/collections/add", {"query": f"label={DOG}", "name": "dogs"})["Location"]
    viewer.post(f"/collections/{Collection.objects.get().uid}/delete")
    assert viewer.post(f"{begun}/go-on").status_code == 404
    assert not CollectionItem.objects.exists()


def test_images_go_into_a_new_collection_or_one_that_is_chosen_and_not_into_either(dogs: Collection) -> None:
    viewer = client_of("viewer", dogs.by)
    choices = tree(text_of(f"/collections/add?label={DOG}", viewer)).each('select[name="collection"] option', "value")
    assert choices == ["", str(dogs.uid)]
    both = viewer.post("/collections/add", {"query": f"label={DOG}", "collection": dogs.uid, "name": "others"})
    assert both.status_code == 400
    assert "must be empty where a collection is chosen" in both.content.decode()
    assert not BulkJob.objects.exists()


def test_too_many_images_are_refused_with_their_number_and_nothing_is_made(
    generation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_IMAGES", 5)
    viewer = client_of("viewer")
    assert "more than the 5" in text_of("/collections/add", viewer)
    answer = viewer.post("/collections/add", {"query": "", "name": "all"})
    assert answer.status_code == 400
    assert "6 images are more than the 5" in answer.content.decode()
    assert not Collection.objects.exists()


def test_pages_ask_the_database_equally_little_however_much_is_in_them(
    dogs: Collection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    here = f"/collections/{dogs.uid}"
    text_of(here)
    with django_assert_max_num_queries(10):
        text_of(here)
    job = bulk.start_adding(collection=dogs.pk, query=Query(), by="ann")
    bulk.go_on(job=job.uid, by="ann")
    with django_assert_max_num_queries(10):
        text = text_of(here)
    assert all(image_id in text for image_id in IDS)


def test_an_image_page_tells_its_collectors_where_it_is(dogs: Collection) -> None:
    actions.create_collection(name="empty", by="viewer")
    viewer = client_of("viewer")
    own = Collection.objects.get(by="viewer")
    assert f'action="/collections/{own.uid}/add"' in text_of(f"/image/{TWO}", viewer)
    viewer.post(f"/collections/{own.uid}/add", {"image": TWO})
    assert f'action="/collections/{own.uid}/remove"' in text_of(f"/image/{TWO}", viewer)
    assert "good dogs" not in text_of(f"/image/{TWO}", viewer)


def test_a_public_collection_shows_the_name_that_its_owner_chose(dogs: Collection) -> None:
    ann = client_of("viewer", "ann")
    here = f"/collections/{dogs.uid}"
    assert "by ann ·" in tree(text_of(here)).words
    ann.post("/collections/name", {"name": "Ann of the dogs"})
    for address in (here, "/collections"):
        words = tree(text_of(address)).words
        assert "Ann of the dogs" in words
        assert " ann " not in words
    actions.change_collection(collection=dogs.pk, by="ann", is_public=False)
    assert "by ann ·" in tree(text_of(here, ann)).words
    ann.post("/collections/name", {"name": ""})
    actions.change_collection(collection=dogs.pk, by="ann", is_public=True)
    assert "by ann ·" in tree(text_of(here)).words
    assert ann.post("/collections/name", {"name": "a\u202eb"}).status_code == 400

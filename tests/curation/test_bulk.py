"""All images of a query into a collection: in batches, resumable, and to be undone."""

from __future__ import annotations

import pytest

from browse.curation import actions, bulk
from browse.domain.bulk_job import JobState
from browse.domain.image_ids import key_from_image_id
from browse.models import BulkJob, Collection, CollectionItem
from browse.query.values import Query, Sort, Term
from tests.datasets import DOG, FIVE, FOUR, IDS, NOTHING, ONE, SIX, THREE, TWO

pytestmark = pytest.mark.django_db
DOGS = Query(label=(Term(DOG),))


@pytest.fixture
def collection(generation: str) -> Collection:
    return actions.create_collection(name="dogs", by="ann")


def inside(collection: Collection) -> list[str]:
    newest = CollectionItem.objects.newest().filter(collection=collection, added=True)
    return [item.image_id for item in newest.order_by("image_key")]


def finish(job: BulkJob, at_most: int = 2) -> BulkJob:
    for _ in range(10):
        job = bulk.go_on(job=job.uid, by="ann", at_most=at_most)
        if job.state in (JobState.DONE, JobState.UNDONE):
            return job
    raise AssertionError(f"{job} does not end")


@pytest.mark.parametrize("at_most", [1, 2, 3, 4, 5, 5000])
def test_all_images_come_in_whatever_the_batches(collection: Collection, at_most: int) -> None:
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    assert (job.total, inside(collection)) == (4, [])
    job = finish(job, at_most)
    assert (job.seen, job.changed) == (4, 4)
    assert inside(collection) == [ONE, TWO, THREE, FOUR]


def test_the_order_asked_for_makes_no_difference(collection: Collection) -> None:
    shuffled = Query(label=(Term(DOG),), sort=Sort.RANDOM, seed=3)
    finish(bulk.start_adding(collection=collection.pk, query=shuffled, by="ann"))
    assert inside(collection) == [ONE, TWO, THREE, FOUR]


def test_what_is_inside_already_is_not_added_again_nor_taken_out_by_undoing(collection: Collection) -> None:
    actions.add_to_collection(collection=collection.pk, image_id=TWO, by="ann")
    job = finish(bulk.start_adding(collection=collection.pk, query=DOGS, by="ann"))
    assert (job.seen, job.changed, CollectionItem.objects.count()) == (4, 3, 4)
    job = finish(bulk.start_undoing(job=job.uid, by="ann"), 1)
    assert (job.state, job.changed, inside(collection)) == (JobState.UNDONE, 0, [TWO])


def test_undoing_leaves_what_somebody_took_out_and_put_in_again(collection: Collection) -> None:
    job = finish(bulk.start_adding(collection=collection.pk, query=DOGS, by="ann"))
    actions.remove_from_collection(collection=collection.pk, image_id=ONE, by="ann")
    actions.remove_from_collection(collection=collection.pk, image_id=TWO, by="ann")
    actions.add_to_collection(collection=collection.pk, image_id=TWO, by="ann")
    finish(bulk.start_undoing(job=job.uid, by="ann"))
    assert inside(collection) == [TWO]


def test_a_job_can_be_undone_halfway_and_the_query_added_anew(collection: Collection) -> None:
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    bulk.go_on(job=job.uid, by="ann", at_most=2)
    finish(bulk.start_undoing(job=job.uid, by="ann"))
    assert inside(collection) == []
    finish(bulk.start_adding(collection=collection.pk, query=DOGS, by="ann"))
    assert inside(collection) == [ONE, TWO, THREE, FOUR]


def test_a_batch_that_fails_leaves_rows_and_cursor_as_they_were(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    bulk.go_on(job=job.uid, by="ann", at_most=1)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(BulkJob, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            bulk.go_on(job=job.uid, by="ann", at_most=2)
    assert inside(collection) == [ONE]
    assert BulkJob.objects.get().seen == 1
    finish(job)
    assert inside(collection) == [ONE, TWO, THREE, FOUR]


def test_images_hidden_meanwhile_are_not_added(collection: Collection) -> None:
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    bulk.go_on(job=job.uid, by="ann", at_most=1)
    actions.hide_image(image_id=THREE, by="rita", why="asked")
    finish(job)
    assert inside(collection) == [ONE, TWO, FOUR]


def test_a_finished_job_stays_as_it_is(collection: Collection) -> None:
    job = finish(bulk.start_adding(collection=collection.pk, query=DOGS, by="ann"))
    assert bulk.go_on(job=job.uid, by="ann").seen == 4
    assert CollectionItem.objects.count() == 4


def test_a_query_without_images_is_done_at_once(collection: Collection) -> None:
    job = bulk.start_adding(collection=collection.pk, query=Query(label=(Term(NOTHING),)), by="ann")
    assert bulk.go_on(job=job.uid, by="ann").state == JobState.DONE


def test_too_many_images_are_refused_with_their_number(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_IMAGES", 5)
    with pytest.raises(bulk.TooManyError) as raised:
        bulk.start_adding(collection=collection.pk, query=Query(), by="ann")
    assert raised.value.count == len(IDS)
    assert not BulkJob.objects.exists()


@pytest.mark.parametrize("at_most", [0, 5001])
def test_batches_have_bounds(collection: Collection, at_most: int) -> None:
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    with pytest.raises(actions.CurationError):
        bulk.go_on(job=job.uid, by="ann", at_most=at_most)


def test_only_ones_own_collection_and_job(collection: Collection) -> None:
    with pytest.raises(actions.NotYoursError):
        bulk.start_adding(collection=collection.pk, query=DOGS, by="bob")
    job = bulk.start_adding(collection=collection.pk, query=DOGS, by="ann")
    for act in (bulk.go_on, bulk.start_undoing):
        with pytest.raises(actions.NotYoursError):
            act(job=job.uid, by="bob")


def test_the_engine_goes_on_after_any_key(generation: str) -> None:
    from browse.search import current_engine

    engine = current_engine()
    keys = [key_from_image_id(image_id) for image_id in IDS]
    for key in [None, *keys, keys[0] - 1, keys[-1] - 1]:
        expected = [one for one in keys if key is None or one > key]
        assert engine.after(Query(), key, size=9) == expected
        assert engine.after(Query(), key, size=2) == expected[:2]
        assert engine.after(DOGS, key, size=9) == [one for one in expected if one not in keys[4:]]
    assert {FIVE, SIX} == set(IDS[4:])

"""Verdicts on many images at once: one transaction, one revision, one undo."""

from __future__ import annotations

from uuid import uuid4

import pytest

from browse.curation import actions
from browse.curation.batches import KeyUsedError, VerdictRow, give_verdicts, undo_batch
from browse.domain.row_faults import BadRowsError
from browse.models import Batch, DatasetState, Verdict
from browse.models.batches import batch_of
from browse.models.curation import all_rulings
from browse.requests.rows import MOST_ROWS
from tests.datasets import BEACH, CAT, DOG, FIVE, ONE, SIX, TWO

pytestmark = pytest.mark.django_db


def rows(says: str, *image_ids: str, mid: str = DOG, why: str = "") -> list[VerdictRow]:
    return [VerdictRow(image_id, mid, says, why) for image_id in image_ids]


def given(says: str, *image_ids: str, by: str = "ann", key: str = "") -> Batch:
    return give_verdicts(rows=rows(says, *image_ids), by=by, key=key or str(uuid4()))


def revision() -> int:
    return DatasetState.objects.get().revision


def test_a_batch_is_one_revision_and_its_rows_are_found_again(generation: str) -> None:
    before = revision()
    single = actions.give_verdict(image_id=SIX, mid=DOG, says="no", by="bob")
    batch = given("yes", ONE, TWO)
    assert revision() == before + 2
    assert [(row.image_id, row.says, row.by) for row in batch.verdicts] == [(ONE, "yes", "ann"), (TWO, "yes", "ann")]
    assert [batch_of(row.pk) for row in batch.verdicts] == [batch, batch]
    assert batch_of(single.pk) is None
    assert batch_of(actions.give_verdict(image_id=SIX, mid=DOG, says="no", by="ann").pk) is None


def test_a_batch_is_written_once_under_its_key(generation: str) -> None:
    first = given("yes", ONE, TWO, key="mine")
    assert given("yes", ONE, TWO, key="mine") == first
    assert given("yes", ONE, TWO, key="mine", by="bob") != first
    with pytest.raises(KeyUsedError):
        given("yes", ONE, key="mine")
    assert Verdict.objects.count() == 4


def test_what_stands_already_is_not_written_again(generation: str) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    actions.give_verdict(image_id=TWO, mid=DOG, says="yes", by="bob")
    batch = given("yes", ONE, TWO)
    assert (batch.given, batch.written, [row.image_id for row in batch.verdicts]) == (2, 1, [TWO])


def test_one_undo_takes_back_all_of_a_batch_and_nothing_else(generation: str) -> None:
    actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    batch = given("yes", ONE, TWO, FIVE)
    actions.undo_verdict(verdict=batch.verdicts.get(image_key=Verdict.objects.first().image_key).pk, by="ann")
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="bob")
    before = revision()
    undone = undo_batch(batch=batch.uid, by="ann")
    assert (revision(), undone.written) == (before + 1, 2)
    assert sorted(all_rulings().values()) == [False, False], "what was said before and after the batch counts"
    with pytest.raises(actions.AlreadyDoneError):
        undo_batch(batch=batch.uid, by="ann")


def test_only_reviewers_undo_the_batches_of_others(generation: str) -> None:
    batch = given("yes", ONE)
    with pytest.raises(actions.NotYoursError):
        undo_batch(batch=batch.uid, by="bob")
    with pytest.raises(actions.UnknownError):
        undo_batch(batch=uuid4(), by="ann")
    assert undo_batch(batch=batch.uid, by="rita", of_others=True).written == 1


def test_each_wrong_row_is_named_and_nothing_is_written(generation: str) -> None:
    actions.hide_image(image_id=SIX, by="rita", why="asked")
    before = revision()
    wrong = [
        VerdictRow(ONE, DOG, "yes"),
        VerdictRow("x", DOG, "yes"),
        VerdictRow("00000000000000ff", "/m/none", "maybe"),
        VerdictRow(SIX, DOG, "no"),
        VerdictRow(ONE, DOG, "no"),
    ]
    with pytest.raises(BadRowsError) as raised:
        give_verdicts(rows=wrong, by="ann", key="k")
    named = [(one.row, one.field) for one in raised.value.faults]
    assert named == [(1, "image_id"), (2, "image_id"), (2, "mid"), (2, "says"), (3, "image_id"), (4, "image_id")]
    assert (revision(), Verdict.objects.count(), Batch.objects.count()) == (before, 0, 0)


def test_a_batch_has_a_bound(generation: str) -> None:
    for number in (0, MOST_ROWS + 1):
        with pytest.raises(actions.CurationError, match="1 to 1,000 rows"):
            give_verdicts(rows=rows("yes", *[ONE] * number), by="ann", key="k")


def test_a_batch_is_later_than_what_was_said_before_whatever_the_clock_says(generation: str) -> None:
    early = actions.give_verdict(image_id=ONE, mid=CAT, says="yes", by="ann")
    late = early.at.replace(year=2999)
    Verdict.objects.bulk_create([Verdict(image_key=early.image_key, mid=BEACH, says="yes", at=late)])
    give_verdicts(rows=rows("no", ONE, mid=BEACH), by="ann", key="k")
    assert all_rulings()[early.image_key, BEACH] is False

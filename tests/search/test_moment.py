"""Reading while others write without a pause: answers come, and mix nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from threading import Thread

import pytest
from django.db import connection

from browse import search
from browse.curation import actions
from browse.facets.engine import UnknownValueError
from browse.models import Image, Verdict
from browse.query.values import Query, Term
from browse.search import overlays
from browse.search.moment import at_one_moment
from browse.search.snapshot import Snapshot, consistently, current_engine, read_state
from tests.datasets import CAT, ONE

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = cycle(["yes", "no"])


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has written a moment ago."""
    monkeypatch.setattr(overlays, "_overlays", overlays.Overlays())


def elsewhere(work: Callable[[], object]) -> None:
    """Do this in a thread with a connection of its own."""

    def whole() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=whole)
    thread.start()
    thread.join()


def write() -> None:
    actions.give_verdict(image_id=ONE, mid=CAT, says=next(WORDS), by="storm")


def cats(snapshot: Snapshot) -> int:
    return snapshot.engine.count(Query(label=(Term(CAT),)), deadline=snapshot.deadline)


def test_who_writes_without_pause_keeps_nobody_from_reading(generation: str) -> None:
    revisions: list[int] = []

    def work(snapshot: Snapshot) -> tuple[int, int, int]:
        before = Verdict.objects.count()
        elsewhere(write)
        revisions.append(int(snapshot.version.rpartition(".")[2]))
        return before, cats(snapshot), Verdict.objects.count()

    first = consistently(work)
    second = consistently(work)
    assert len(revisions) == 3, "once in vain, then once each"
    for before, _, after in (first, second):
        assert before == after
    assert second[0] == first[0] + 1
    assert first[1] != second[1], "each verdict turns the answer"


def cats_now() -> int:
    return consistently(cats)


def test_what_is_wrong_with_a_request_is_told_while_others_write(generation: str) -> None:
    def work(snapshot: Snapshot) -> None:
        elsewhere(write)
        raise UnknownValueError("label", "/m/none")

    for _ in range(2):
        with pytest.raises(UnknownValueError):
            consistently(work)


def test_a_reader_at_an_earlier_moment_gets_the_changes_up_to_that(generation: str) -> None:
    elsewhere(write)
    expected = cats_now()
    with at_one_moment():
        read_state()
        for _ in range(20):
            elsewhere(write)
            elsewhere(current_engine)
        assert cats(_snapshot_here()) == expected
    elsewhere(write)
    assert cats_now() != expected


def _snapshot_here() -> Snapshot:
    return consistently(lambda snapshot: snapshot)


def test_settings_of_the_connection_are_as_before(generation: str) -> None:
    before = getattr(connection, "transaction_mode", None)
    with at_one_moment():
        assert Image.objects.exists()
    assert getattr(connection, "transaction_mode", None) == before
    assert search.current_version() == search.current_version()

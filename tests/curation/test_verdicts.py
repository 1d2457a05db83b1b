"""Verdicts: what counts, who may take what back, and that everything shows them at once."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse import search
from browse.curation import actions
from browse.curation.actions import give_verdict, undo_verdict
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Verdict
from browse.query.values import Query, State, Term
from tests.curation.people import client_of
from tests.datasets import BEACH, CAT, DOG, FIVE, FOUR, NOTHING, ONE, SIX, THREE, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db


def state(image_id: str, mid: str) -> tuple[State, int] | None:
    card = search.find_image(image_id)
    assert card is not None
    return next(((pair.state, pair.confidence) for pair in card.pairs if pair.mid == mid), None)


def images_with(mid: str, *states: State) -> list[str]:
    query = Query(label=(Term(mid, states=frozenset(states) or None),))
    return [card.image_id for card in search.search_images(query).images]


@pytest.mark.parametrize(
    ("image_id", "mid", "says", "becomes"),
    [
        (ONE, DOG, "yes", (State.CONFIRMED, 80)),
        (ONE, DOG, "no", (State.REJECTED, 80)),
        (ONE, DOG, "unsure", (State.UNVERIFIED, 80)),
        (ONE, BEACH, "no", (State.REJECTED, 90)),
        (ONE, BEACH, "yes", (State.CONFIRMED, 90)),
        (ONE, BEACH, "unsure", (State.CONFIRMED, 90)),
        (THREE, DOG, "no", (State.ABSENT, 0)),
        (THREE, CAT, "yes", (State.MISSED, 100)),
        (SIX, NOTHING, "yes", (State.MISSED, 100)),
        (SIX, NOTHING, "no", (State.ABSENT, 0)),
        (SIX, NOTHING, "unsure", None),
    ],
)
def test_a_verdict_moves_a_pair_to_one_class(
    generation: str, image_id: str, mid: str, says: str, becomes: tuple[State, int] | None
) -> None:
    give_verdict(image_id=image_id, mid=mid, says=says, by="ann")
    assert state(image_id, mid) == becomes
    for one in State:
        assert (image_id in images_with(mid, one)) == (becomes is not None and one is becomes[0])


def test_a_label_that_no_image_has_gets_its_first(generation: str) -> None:
    assert images_with(NOTHING) == []
    give_verdict(image_id=SIX, mid=NOTHING, says="yes", by="ann")
    assert images_with(NOTHING) == [SIX]
    assert {label.mid: label.count for label in search.consistently(search.find_labels)}[NOTHING] == 1


def test_of_two_curators_the_later_counts_and_both_rows_stay(generation: str) -> None:
    give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    second = give_verdict(image_id=ONE, mid=DOG, says="no", by="bob")
    assert state(ONE, DOG) == (State.REJECTED, 80)
    undo_verdict(verdict=second.pk, by="bob")
    assert state(ONE, DOG) == (State.CONFIRMED, 80)
    assert list(Verdict.objects.in_order().values_list("by", "says")) == [
        ("ann", "yes"),
        ("bob", "no"),
        ("bob", "undo"),
    ]


def test_undoing_an_earlier_verdict_leaves_the_later_one(generation: str) -> None:
    first = give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    give_verdict(image_id=ONE, mid=DOG, says="no", by="bob")
    undo_verdict(verdict=first.pk, by="ann")
    assert state(ONE, DOG) == (State.REJECTED, 80)


def test_unsure_hands_back_to_the_data_set_not_to_other_curators(generation: str) -> None:
    give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    give_verdict(image_id=ONE, mid=DOG, says="unsure", by="bob")
    assert state(ONE, DOG) == (State.UNVERIFIED, 80)


def test_every_change_raises_the_revision_once(generation: str) -> None:
    verdict = give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    undo_verdict(verdict=verdict.pk, by="ann")
    actions.hide_image(image_id=ONE, by="ann", why="asked")
    actions.unhide_image(image_id=ONE, by="ann", why="a mistake")
    actions.note_label(mid=DOG, by="ann", display_name="hound")
    actions.check_license(image_id=ONE, by="ann", result="gone")
    assert DatasetState.objects.get().version == f"{generation}.6"
    actions.flag_image(image_id=ONE, reason="other")
    assert DatasetState.objects.get().revision == 6


def test_a_row_comes_after_what_it_follows_whatever_the_clock_says(
    generation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    monkeypatch.setattr(Verdict._meta.get_field("at"), "default", lambda: first.at.replace(year=2000))
    monkeypatch.setattr(Verdict._meta.get_field("at"), "_get_default", lambda: first.at.replace(year=2000))
    second = give_verdict(image_id=ONE, mid=DOG, says="no", by="bob")
    assert second.at > first.at


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"image_id": "00000000000000ff"}, actions.UnknownError),
        ({"image_id": "nonsense"}, actions.UnknownError),
        ({"mid": "/m/unknown"}, actions.UnknownError),
        ({"says": "maybe"}, actions.CurationError),
        ({"says": "undo"}, actions.CurationError),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    generation: str, given: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        give_verdict(**{"image_id": ONE, "mid": DOG, "says": "yes", "by": "ann"} | given)
    assert (Verdict.objects.count(), DatasetState.objects.get().revision) == (0, 0)


def test_only_ones_own_verdict_is_undone_and_only_once(generation: str) -> None:
    verdict = give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann")
    with pytest.raises(actions.NotYoursError):
        undo_verdict(verdict=verdict.pk, by="bob")
    undo = undo_verdict(verdict=verdict.pk, by="rita", of_others=True)
    with pytest.raises(actions.AlreadyDoneError):
        undo_verdict(verdict=verdict.pk, by="ann")
    with pytest.raises(actions.CurationError):
        undo_verdict(verdict=undo.pk, by="rita")
    with pytest.raises(actions.UnknownError):
        undo_verdict(verdict=10**9, by="ann")


def test_the_api_shows_the_curator_as_a_source(generation: str, client: Client) -> None:
    give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    give_verdict(image_id=ONE, mid=NOTHING, says="yes", by="ann")
    labels = {label["mid"]: label for label in client.get(f"/api/images/{ONE}").json()["labels"]}
    assert labels[DOG]["sources"] == [
        {"source": "machine", "confidence": 0.8},
        {"source": "curator", "confidence": 0.0},
    ]
    assert (labels[DOG]["human"], labels[DOG]["state"], labels[DOG]["confidence"]) == ("no", "rejected", 0.8)
    assert labels[NOTHING]["sources"] == [{"source": "curator", "confidence": 1.0}]


def test_exports_carry_what_counts(generation: str, client: Client) -> None:
    give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    give_verdict(image_id=ONE, mid=BEACH, says="unsure", by="ann")
    text = b"".join(client.get(f"/export/labels.csv?label={BEACH}").streaming_content).decode()
    rows = [
        (row["ImageID"], row["Source"], row["LabelName"], row["Confidence"])
        for row in csv.DictReader(io.StringIO(text))
    ]
    assert (ONE, "curator", DOG, "0.0") in rows
    assert sum(row[1] == "curator" for row in rows) == 1


def test_counts_and_addresses_that_were_remembered_are_of_the_old_version(generation: str, client: Client) -> None:
    first = client.get(f"/api/facets?label={DOG}")
    assert first.json()["count"] == 4
    give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    second = client.get(f"/api/facets?label={DOG}", headers={"If-None-Match": first["ETag"]})
    assert (second.status_code, second.json()["count"]) == (200, 3)
    assert (first["X-Dataset-Version"], second["X-Dataset-Version"]) == (f"{generation}.0", f"{generation}.1")


def test_a_renamed_label_shows_everywhere_and_can_be_named_back(generation: str, client: Client) -> None:
    actions.note_label(mid=DOG, by="ann", display_name="hound", sensitive=True)
    assert [label["name"] for label in client.get("/api/labels?q=hound").json()["results"]] == ["hound"]
    assert "hound" in client.get(f"/image/{TWO}").content.decode()
    actions.note_label(mid=DOG, by="bob")
    assert [label["name"] for label in client.get("/api/labels?q=dog").json()["results"]] == ["dog"]


def test_one_more_verdict_costs_a_handful_of_queries_however_many_there_are(
    generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for image_id in (ONE, TWO, FOUR, FIVE):
        give_verdict(image_id=image_id, mid=CAT, says="yes", by="ann")
    search.search_images(Query())
    give_verdict(image_id=SIX, mid=CAT, says="yes", by="ann")
    asked = Query(label=(Term(CAT),))
    with django_assert_max_num_queries(11) as queries:  # three of them for the last rows of three histories
        assert search.search_images(asked, per_page=1).count == 5
    read = [query["sql"] for query in queries.captured_queries if '"says"' in query["sql"]]
    assert len(read) == 1
    assert "IN (" in read[0]
    with django_assert_max_num_queries(4):
        search.search_images(asked, per_page=1)


def test_pages_say_how_many_verdicts_are_curators(generation: str, client: Client) -> None:
    pages = (f"/label{DOG}", "/compare", "/stats/precision", "/stats")
    assert all("of this site:" not in client.get(page).text for page in pages)
    for image_id, mid, says in ((ONE, DOG, "yes"), (TWO, DOG, "no"), (THREE, DOG, "no"), (SIX, BEACH, "yes")):
        give_verdict(image_id=image_id, mid=mid, says=says, by="ann")
    give_verdict(image_id=FIVE, mid=DOG, says="unsure", by="ann")
    undo_verdict(verdict=give_verdict(image_id=FOUR, mid=DOG, says="no", by="ann").pk, by="ann")
    actions.hide_image(image_id=TWO, by="rita", why="asked")
    counts = {
        (None, None): (2, 1), (DOG, None): (1, 1), (DOG, "train"): (1, 0), (DOG, "validation"): (0, 1),
        (BEACH, None): (1, 0), (CAT, None): (0, 0), ("/m/unknown", None): (0, 0),
    }  # fmt: skip
    for (mid, subset), said in counts.items():
        found = search.consistently(lambda s, mid=mid, subset=subset: search.curators_of(s, mid=mid, subset=subset))
        assert (found.yes, found.no) == said
    assert all("of this site:" in client.get(page).text for page in pages)
    told = {
        page: tree(client.get(page).text).one(".curators").words for page in (f"/label{DOG}?subset=train", "/compare")
    }
    assert told[f"/label{DOG}?subset=train"].endswith(" 1 is by a curator of this site: 1 yes, 0 no.")
    assert told["/compare"].endswith(" 3 are by curators of this site: 2 yes, 1 no.")
    assert "of this site:" not in client.get(f"/label{CAT}").text


def test_a_pressed_button_pressed_again_writes_nothing_and_keeps_the_version(generation: str) -> None:
    first = actions.press_verdict(image_id=ONE, mid=DOG, says="yes", by="ann", why="looked")
    version = search.current_version()
    assert actions.press_verdict(image_id=ONE, mid=DOG, says="yes", by="ann") == first
    assert actions.press_verdict(image_id=ONE, mid=DOG, says="yes", by="ann", why="looked") == first
    assert search.current_version() == version
    actions.press_verdict(image_id=ONE, mid=DOG, says="yes", by="bob")  # another's word is one more
    actions.press_verdict(image_id=ONE, mid=DOG, says="yes", by="ann", why="looked once more")
    assert Verdict.objects.count() == 3


def test_pages_write_nothing_for_a_pressed_button_and_tell_nobody_of_a_hidden_image(generation: str) -> None:
    client = client_of("reviewer")
    for _ in range(2):
        assert client.post("/verdicts", {"image": ONE, "label": DOG, "says": "no"}).status_code == 303
    assert Verdict.objects.count() == 1
    for says in ("yes", "no"):
        client.post("/verdicts", {"image": ONE, "label": DOG, "says": says})
    assert [row.says for row in Verdict.objects.order_by("pk")] == ["no", "yes", "no"]
    actions.hide_image(image_id=ONE, by="rita", why="asked")
    assert client.post("/verdicts", {"image": ONE, "label": DOG, "says": "no"}).status_code == 404
    page = f"/admin/browse/image/{key_from_image_id(ONE)}"
    for _ in range(2):
        client.post(f"{page}/verdict", {"mid": DOG, "says": "no"})
    assert Verdict.objects.count() == 3

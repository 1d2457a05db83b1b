"""The administration's image and label pages: finding, verdicts and undo, hiding, checks, history, figures' dates."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from browse.admin import image_page
from browse.admin.images import ImageAdmin
from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.errors import QueryTimeoutError
from browse.models import Image, Label, LabelNote, LicenseCheck, PictureState, Verdict
from browse.models.roles import CURATOR, REVIEWER
from tests.admin.conftest import As
from tests.datasets import CAT, DOG, FIVE, IDS, ONE, SIX, THREE, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db
LIST = "/admin/browse/image/"


def page_of(image_id: str) -> str:
    return f"{LIST}{key_from_image_id(image_id)}"


def found(client: Client, term: str) -> list[str]:
    return [image.image_id for image in client.get(LIST, {"q": term}).context["cl"].result_list]


def label_row(client: Client, image_id: str, mid: str) -> Any:
    return next((row for row in client.get(f"{page_of(image_id)}/change/").context["rows"] if row.mid == mid), None)


@pytest.mark.parametrize(
    ("term", "images"),
    [
        (ONE, [ONE]),
        (f" {ONE.upper()} ", [ONE]),
        ("ann", [ONE, TWO, SIX]),
        ("x-0123456789ab", [THREE, FIVE]),
        ("101", [ONE]),
        ("https://www.flickr.com/photos/ann/102/", [TWO]),
        ("http://flickr.com/photos/ann/102?x=1", [TWO]),
        (f"{ONE}.jpg", [ONE]),
        (f"train/{ONE}.JPG", [ONE]),
        (f"https://open-images-dataset.s3.amazonaws.com/train/{TWO}.jpg", [TWO]),
        (f"http://testserver/image/{TWO}?label=/m/06ht1", [TWO]),
        (f"http://testserver/thumb/{TWO}/m?v=1", [TWO]),
        ("https://farm1.staticflickr.com/7/102_0123456789_o.jpg", [TWO]),
        ("https://www.flickr.com/people/ann/", [ONE, TWO, SIX]),
        ("https://example.org/bob", []),
        ("103", []),
        ("10", []),
        ("99999999999999999999", []),
        ("an", []),
        ("'; DROP", []),
    ],
)
def test_images_are_found_by_id_file_address_author_or_flickr_photo(
    signed_in: As, term: str, images: list[str]
) -> None:
    assert found(signed_in(REVIEWER), term) == images


def test_hidden_images_are_found_here_though_nowhere_else(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    actions.hide_image(image_id=ONE, by="x", why="test")
    assert client.get(f"/image/{ONE}").status_code == 404
    for term in (ONE, "101", "ann"):
        assert ONE in found(client, term)
    page = client.get(f"{page_of(ONE)}/change/")
    assert "no picture is served" in page.content.decode()
    assert f"/thumb/{ONE}" not in page.content.decode()


def test_verdicts_are_given_and_undone_on_the_page(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    assert label_row(client, ONE, CAT).state == "rejected"
    client.post(f"{page_of(ONE)}/verdict", {"mid": CAT, "says": "yes"})
    row = label_row(client, ONE, CAT)
    assert (row.state, row.newest.says, row.newest.by, row.may_undo) == ("confirmed", "yes", REVIEWER, True)
    client.post(f"{page_of(ONE)}/undo", {"verdict": row.newest.pk})
    row = label_row(client, ONE, CAT)
    assert (row.state, row.newest) == ("rejected", None)
    client.post(f"{page_of(ONE)}/verdict", {"mid": CAT, "says": "unsure"})
    assert label_row(client, ONE, CAT).newest.says == "unsure"
    assert Verdict.objects.count() == 3


def test_a_label_that_the_image_does_not_have_can_be_given(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    client.post(f"{page_of(TWO)}/verdict", {"mid": CAT, "says": "yes"})
    assert label_row(client, TWO, CAT).state == "missed"
    answer = client.post(f"{page_of(TWO)}/verdict", {"mid": "/m/none", "says": "yes"}, follow=True)
    assert "Nothing was changed: the data set has no label" in answer.content.decode()


def test_the_history_tells_everything_in_order_and_what_was_undone(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    verdict = actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann", why="a wolf")
    actions.undo_verdict(verdict=verdict.pk, by="ann")
    flag = actions.flag_image(image_id=ONE, reason="license", by="bob")
    actions.decide_flag(flag=flag.pk, outcome="upheld", by="carl")
    actions.check_license(image_id=ONE, result="gone", by="dora")
    actions.hide_image(image_id=ONE, by="eve", why="gone")
    actions.unhide_image(image_id=ONE, by="eve", why="back")
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="zoe")
    events = client.get(f"{page_of(ONE)}/change/").context["events"]
    assert [(event.by, event.what) for event in reversed(events)] == [
        ("ann", "Said no on dog"),
        ("ann", "Undid a verdict on dog"),
        ("bob", "Flagged the image: License"),
        ("carl", f"Upheld flag {flag.pk}"),
        ("dora", "Checked the license: no longer there"),
        ("eve", "Hid the image"),
        ("eve", "Showed the image again"),
    ]
    assert [event.what for event in events if event.undone] == ["Said no on dog"]


def test_of_a_long_history_the_last_is_told(signed_in: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_page, "MOST_EVENTS", 3)
    for says in ("yes", "no", "yes", "no"):
        actions.give_verdict(image_id=ONE, mid=DOG, says=says, by="ann")
    flag = actions.flag_image(image_id=ONE, reason="license", by="bob")
    actions.check_license(image_id=ONE, result="gone", by="dora")
    actions.decide_flag(flag=flag.pk, outcome="upheld", by="carl")
    events = signed_in(REVIEWER).get(f"{page_of(ONE)}/change/").context["events"]
    assert [event.by for event in events] == ["carl", "dora", "bob"]
    assert label_row(signed_in(REVIEWER), ONE, DOG).newest.says == "no"


def test_hiding_needs_a_reason_and_is_taken_back(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    answer = client.post(f"{page_of(ONE)}/hide", {"why": " "}, follow=True)
    assert "needs a reason" in answer.content.decode()
    client.post(f"{page_of(ONE)}/hide", {"why": "asked for"})
    assert client.get(f"/image/{ONE}").status_code == 404
    answer = client.post(f"{page_of(ONE)}/show", {"why": ""}, follow=True)
    assert "showing an image again needs a reason" in answer.content.decode()
    field = tree(answer.content.decode()).one('input[aria-label="Why it is shown again"]')
    assert field["name"] == "why"
    assert "required" in field.attributes
    assert client.get(f"/image/{ONE}").status_code == 404
    client.post(f"{page_of(ONE)}/show", {"why": "a mistake"})
    assert client.get(f"/image/{ONE}").status_code == 200


def test_a_license_check_is_recorded_as_given(signed_in: As) -> None:
    form = {"result": "other", "observed": "All rights reserved", "where": "https://example.org/1", "why": "looked"}
    signed_in(REVIEWER).post(f"{page_of(ONE)}/check", form)
    row = LicenseCheck.objects.get()
    assert (row.result, row.observed, row.where, row.why, row.by) == (*form.values(), REVIEWER)


def test_a_hidden_image_is_judged_and_checked_here(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    actions.hide_image(image_id=ONE, by="x", why="test")
    client.post(f"{page_of(ONE)}/verdict", {"mid": DOG, "says": "no"})
    client.post(f"{page_of(ONE)}/check", {"result": "gone"})
    assert label_row(client, ONE, DOG).newest.says == "no"
    assert LicenseCheck.objects.get().result == "gone"


def test_without_an_index_images_are_listed_and_found_by_image_id(signed_in: As, settings: Settings) -> None:
    client = signed_in(REVIEWER)
    settings.INDEX_DIR = settings.INDEX_DIR / "none"
    assert found(client, "") == list(IDS)
    assert found(client, ONE) == [ONE]
    assert client.get(f"{page_of(ONE)}/change/").status_code == 200


def test_an_index_that_goes_while_a_page_is_read_leads_back(signed_in: As, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> Any:
        raise QueryTimeoutError

    client = signed_in(REVIEWER)
    monkeypatch.setattr(ImageAdmin, "list_per_page", 2)
    monkeypatch.setattr(EmbeddedEngine, "page", gone)
    assert client.get(LIST, {"p": "1"}).status_code == 302
    assert found(client, "ann") == []


@pytest.mark.parametrize("key", ["7", "abc", "99999999999999999999", "-2"])
def test_an_image_that_is_not_there_is_not_found(signed_in: As, key: str) -> None:
    client = signed_in(REVIEWER)
    assert client.get(f"{LIST}{key}/change/").status_code == 404
    for name in ("hide", "undo"):
        answer = client.post(f"{LIST}{key}/{name}", {"why": "x"}, follow=True)
        assert answer.status_code in (200, 404)
        assert not Verdict.objects.exists()


def test_the_page_shows_the_pictures_state(signed_in: As) -> None:
    PictureState.objects.create(pk=key_from_image_id(ONE), state="dead", reason="HTTP 410")
    page = signed_in(REVIEWER).get(f"{page_of(ONE)}/change/").content.decode()
    assert "No longer at its source" in page
    assert "HTTP 410" in page


def test_a_note_on_a_label_holds_at_once_and_the_old_ones_stay(signed_in: As) -> None:
    client, label = signed_in(REVIEWER), Label.objects.get(mid=DOG)
    page = f"/admin/browse/label/{label.pk}"
    client.post(f"{page}/note", {"display_name": "Hound", "sensitive": "on", "note": "all dogs"})
    assert label_row(client, ONE, DOG).name == "Hound"
    assert "called Hound, sensitive" in client.get("/admin/browse/label/").content.decode()
    client.post(f"{page}/note", {"display_name": "", "note": ""})
    assert label_row(client, ONE, DOG).name == "dog"
    assert LabelNote.objects.count() == 2


def test_a_labels_figures_say_of_when_they_are(signed_in: As) -> None:
    for image_id, says in ((ONE, "no"), (ONE, "yes"), (TWO, "unsure")):
        actions.give_verdict(image_id=image_id, mid=DOG, says=says, by=CURATOR)
    page = signed_in(REVIEWER).get(f"/admin/browse/label/{Label.objects.get(mid=DOG).pk}/change/")
    assert ("Pairs decided by curators", "1") in page.context["figures"]
    assert "as of the index built" in page.content.decode()


def test_an_image_page_costs_a_bounded_number_of_queries_however_many_verdicts(signed_in: As) -> None:
    client = signed_in(REVIEWER)

    def queries() -> list[str]:
        client.get(f"{page_of(ONE)}/change/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{page_of(ONE)}/change/")
        return [query["sql"] for query in captured]

    few = len(queries())
    for _ in range(5):
        actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="x")
    many = queries()
    assert len(many) <= few <= 26
    assert Image.objects.count() == 6


def test_what_is_hidden_now_is_listed_and_shown_again_there(signed_in: As) -> None:
    client, rows = signed_in(REVIEWER), "/admin/browse/hiding/"

    def listed(**asked: str) -> list[tuple[str, bool]]:
        shown = client.get(rows, asked).context["cl"].result_list
        return [(row.image_id, row.hidden) for row in shown]

    actions.hide_image(image_id=ONE, by="x", why="test")
    actions.hide_image(image_id=TWO, by="x", why="test")
    actions.unhide_image(image_id=ONE, by="x", why="a mistake")
    assert listed() == listed(rows="none") == [(TWO, True)]
    assert listed(rows="all") == [(ONE, False), (TWO, True), (ONE, True)]
    assert listed(q=ONE) == []
    assert listed(q=ONE, rows="all") == [(ONE, False), (ONE, True)]
    tile = next(tile for tile in client.get("/admin/").context["tiles"] if tile.name == "Hidden images")
    assert (tile.number, tile.href) == ("1", rows)
    row = client.get(rows).context["cl"].result_list[0]
    form = {"action": "show_selected", "_selected_action": [row.pk], "why": "asked"}
    assert "Show 1 image again?" in client.post(rows, form).content.decode()
    client.post(rows, form | {"confirmed": "1"})
    assert listed() == []


def test_the_sites_menu_leads_reviewers_to_what_is_hidden(signed_in: As) -> None:
    link = '<a href="/admin/browse/hiding/">Hidden images</a>'
    assert link in signed_in(REVIEWER).get("/labels").content.decode()
    assert link not in signed_in(CURATOR).get("/labels").content.decode()

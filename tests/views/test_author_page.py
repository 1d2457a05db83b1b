"""The page of an author, and the report that all photos there are one's own."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from browse.curation import reports
from browse.curation.actions import hide_image
from browse.models import Flag
from tests.datasets import ONE, SIX, TWO
from tests.views.pages import Get, getter, images_on, page_of

pytestmark = pytest.mark.django_db

ADDRESS = "/author/ann"


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    return getter(client)


def test_it_tells_count_licenses_and_pictures(get: Get) -> None:
    page = page_of(get(ADDRESS))
    assert page.words_of("h1") == ["Ann"]
    assert images_on(page) == [ONE, TWO, SIX]
    links = {one["href"]: one.words for one in page.all("main a")}
    assert links["/?author=ann"] in ("Browse 3 images", "All 3 images")
    assert links["/?license=cc-by-2.0&author=ann"] == "CC BY 2.0"
    assert "/?license=cc-by-2.0-fr&author=ann" not in links
    assert {"/credits?author=ann", "/author/ann/report", "https://www.flickr.com/people/ann/"} <= {*links}
    assert page_of(get("/?license=cc-by-2.0&author=ann")).words_of("h1")


def test_what_is_hidden_is_not_there(get: Get) -> None:
    hide_image(image_id=ONE, by="rita", why="asked for")
    page = page_of(get(ADDRESS))
    assert images_on(page) == [TWO, SIX]
    assert "Browse 2 images" in page.words
    for image_id in (TWO, SIX):
        hide_image(image_id=image_id, by="rita", why="asked for")
    get(ADDRESS, 404)
    get(f"{ADDRESS}/report", 404)


def test_search_engines_read_the_page_and_not_the_report(get: Get) -> None:
    assert not page_of(get(ADDRESS)).all('meta[name="robots"]')
    assert page_of(get(f"{ADDRESS}/report")).all('meta[name="robots"][content="noindex"]')


@pytest.mark.parametrize("address", ["/author/nobody", "/author/nobody/report", "/author/%00", "/author/%ED%A0%80"])
def test_there_is_no_page_of_nobody(get: Get, address: str) -> None:
    get(address, 404)


def test_it_takes_no_parameters(get: Get) -> None:
    get(f"{ADDRESS}?page=2", 400)


def test_one_report_is_about_all_of_them(get: Get, client: Client) -> None:
    answer = client.post(f"{ADDRESS}/report", {"why": "take them down", "contact": "ann@example.org"})
    flag = Flag.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}/report?sent={flag.uid}")
    assert (flag.image_id, flag.reason, flag.contact) == (ONE, "rights-holder", "ann@example.org")
    assert flag.why == "All 3 images by author ann: take them down"
    sent = page_of(get(f"{ADDRESS}/report?sent={flag.uid}"))
    assert "Thank you" in sent.words
    assert f"http://testserver/reports/{flag.uid}" in sent.addresses
    assert "Thank you" not in get(f"{ADDRESS}/report?sent={uuid4()}").text


def test_too_many_reports_keep_what_was_typed(get: Get, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_IN_ALL", 0)
    answer = client.post(f"{ADDRESS}/report", {"why": "<b>mine</b>", "contact": "a@example.org"})
    assert answer.status_code == 429
    assert "&lt;b&gt;mine&lt;/b&gt;" in answer.text
    assert not Flag.objects.exists()


def test_a_report_must_say_why(client: Client, generation: str) -> None:
    assert client.post(f"{ADDRESS}/report", {"why": " "}).status_code == 400

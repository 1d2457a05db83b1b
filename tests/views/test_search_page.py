"""Where the search box leads, and the page of all that may be meant."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from browse.models import DatasetState, Label
from tests.datasets import BEACH, DOG, NOTHING, ONE, SIX, THREE, TWO
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address over the example data set."""
    return getter(client)


@pytest.mark.parametrize(
    ("text", "leads_to"),
    [
        (ONE, f"/image/{ONE}"),
        (SIX.upper(), f"/image/{SIX}"),
        (f" {ONE} ", f"/image/{ONE}"),
        (f"train/{ONE}.jpg", f"/image/{ONE}"),
        ("https://www.flickr.com/photos/ann/102/", f"/image/{TWO}"),
        ("AAECAwQFBgcICQoLDA0ODw==", f"/image/{ONE}"),
        (DOG, f"/?label={DOG}"),
        ("DOG", f"/?label={DOG}"),
        ("senor anejo", f"/?label={NOTHING}"),
        ("", "/labels"),
        ("   ", "/labels"),
    ],
)
def test_the_header_search_leads_to_what_is_meant(get: Get, text: str, leads_to: str) -> None:
    assert get(f"/search?{urlencode({'q': text})}", 302).headers["Location"] == leads_to


@pytest.mark.parametrize(
    ("text", "groups", "links"),
    [
        ("dogs", ["Nearest labels", "What else you can try"], [f"/?label={DOG}", f"/label{DOG}"]),
        ("be", ["Labels"], [f"/?label={BEACH}", f"/label{BEACH}"]),
        ("an", ["Labels", "Authors"], ["/?author=ann", "/author/ann"]),
        ("ann", ["Authors", "Titles and authors"], ["/?author=ann", "/?q=ann"]),
        ("0000", ["Images"], [f"/image/{ONE}", f"/image/{TWO}", f"/image/{THREE}"]),
        ("dog beach", ["Labels together"], [f"/?label={DOG}&label={BEACH}"]),
        ("dog zebra", ["What else you can try"], ["/search?q=dog", "/search?q=zebra", "/labels"]),
        ("0" * 16, ["What else you can try"], ["/labels", "/facets/authors"]),
        ("-<>", ["What else you can try"], ["/labels"]),
    ],
)
def test_the_search_page_shows_all_that_may_be_meant(get: Get, text: str, groups: list[str], links: list[str]) -> None:
    page = page_of(get(f"/search?{urlencode({'q': text})}"))
    assert page.words_of("main h2") == groups
    there = [one["href"] for one in page.all("main a")]
    assert [link for link in links if link not in there] == []
    assert [one["value"] for one in page.all("#search")] == [text]
    assert page.all('meta[name="robots"][content="noindex"]')


def test_a_name_that_two_labels_share_leads_to_both(get: Get) -> None:
    Label.objects.filter(mid=BEACH).update(name="dog")
    DatasetState.objects.update(revision=1)
    links = [one["href"] for one in page_of(get("/search?q=dog")).all("main .hits a")]
    assert {f"/?label={DOG}", f"/?label={BEACH}"} <= {*links}
    assert get("/labels?q=dog").text.count('<small class="soft">with ') == 2
    facets = get("/facets").text
    assert f"{DOG} · with " in facets


def test_a_mid_without_its_slash_leads_to_its_label(get: Get) -> None:
    assert get(f"/search?q={DOG.removeprefix('/')}", 302).headers["Location"] == f"/?label={DOG}"


@pytest.mark.parametrize("role", ["label", "any", "not"])
def test_a_chosen_label_has_a_link_to_its_page(get: Get, role: str) -> None:
    link = page_of(get(f"/?{role}={DOG}")).one(".chip-panel .about a")
    assert (link["href"], link.words) == (f"/label{DOG}", "About the label dog")


def test_a_chosen_author_has_a_link_to_its_page(get: Get) -> None:
    assert page_of(get("/?author=ann")).one(".chips a.about")["href"] == "/author/ann"
    assert not page_of(get("/?author=ann&author=x-0123456789ab")).all(".chips a.about")
    assert not page_of(get("/?subset=train")).all(".chips a.about")


def test_the_search_box_keeps_what_was_searched(get: Get) -> None:
    fields = page_of(get("/labels?q=sea")).all('[role="search"] input[name="q"]')
    assert [one["value"] for one in fields] == ["sea", "sea"]
    assert fields[0]["placeholder"] == "Label, author, title, ImageID…"

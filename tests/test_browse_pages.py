"""Browse page and filters over a small data set: names, what is chosen, numbers in forms, what is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from browse.models import Author, DatasetState, Label
from tests import datasets
from tests.datasets import BEACH, CAT, DOG, NOTHING, ONE, SEA
from tests.facets.datasets import Dataset, Photo

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
BOB = "x-0123456789ab"
Get = Callable[..., HttpResponse]


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address; checks the status."""
    return getter(client)


def getter(client: Client) -> Get:
    def fetch(address: str, status: int = 200, **headers: str) -> HttpResponse:
        response = client.get(address, headers=headers)
        assert response.status_code == status, response.content[:500]
        return response

    return fetch


@pytest.fixture
def namesakes(get: Get) -> Get:
    """The same data set, where BEACH is called dog too."""
    Label.objects.filter(mid=BEACH).update(name="dog")
    DatasetState.objects.update(revision=1)
    return get


# ---- Names ----


def test_authors_and_licences_are_called_by_their_names(get: Get) -> None:
    page = get(f"/?author={BOB}&license=cc-by-2.0-fr&license=cc-by-2.0").text
    assert "images under CC BY 2.0 or CC BY 2.0 FR, by Bob · Open Images</title>" in page
    assert "Licence <b><bdi>CC BY 2.0 or CC BY 2.0 FR</bdi></b>" in page
    assert BOB not in re.sub(r'(?:href|content|value|hx-get|aria-label)="[^"]*"', "", page)


def test_namesakes_are_told_apart_wherever_they_stand_alone(namesakes: Get) -> None:
    page = namesakes(f"/?label={DOG}&label={BEACH}&sort=-confidence").text
    both = f"dog ({DOG}) and dog ({BEACH})"
    assert f"with {both} · Open Images</title>" in page
    assert f'<h1 class="words"><bdi>Images with {both}</bdi></h1>' in page
    assert f"confidence of dog ({DOG})" in page
    assert f'aria-label="Remove dog ({BEACH})"' in page
    assert f"<bdi>dog</bdi> <small>{BEACH}</small>" in page, "on tiles"
    facets = namesakes("/facets").text
    assert f'aria-label="Must have dog ({DOG})"' in facets
    assert f'aria-label="Must not have dog ({BEACH})"' in facets
    assert f"Images with <bdi>dog ({BEACH}) and dog ({DOG})</bdi>" in namesakes(f"/image/{ONE}").text


def test_what_to_drop_tells_namesakes_apart(namesakes: Get) -> None:
    page = namesakes(f"/?label={DOG}&label={BEACH}&subset=test").text
    drops = re.findall(r"Drop </span><bdi>([^<]*)</bdi>", page)
    assert {f"dog ({DOG})", f"dog ({BEACH})"} < set(drops)


def test_a_name_of_one_label_stands_without_its_mid(get: Get) -> None:
    page = get(f"/?label={DOG}").text
    assert "(/m/" not in page
    assert "<small>/m/" not in page


# ---- What is chosen ----


def chosen_in(page: str) -> list[tuple[str, str]]:
    """The chosen values of a page of filters: how each is read out, and where it is taken back."""
    found = re.findall(r'<li class="value on[^"]*">.*?href="([^"]*)" aria-label="([^"]*)"', page)
    return [(said, html.unescape(href)) for href, said in found]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_labels_of_the_query_are_marked_where_labels_are_found(get: Get, headers: dict[str, str]) -> None:
    query = f"label={DOG}&any={SEA}&not={CAT}"
    page = get(f"/facets/labels?{query}", **headers).text
    assert chosen_in(page) == [
        ("dog, chosen: 1 images. Take it back", f"/?any={SEA}&not={CAT}"),
        ("sea (may), chosen. Take it back", f"/?label={DOG}&not={CAT}"),
        ("cat (must not), chosen. Take it back", f"/?label={DOG}&any={SEA}"),
    ]
    assert not re.search(rf'href="[^"]*label={DOG}[^"]*not={DOG}', page)
    found = get(f"/facets/labels?{query}&q=cat", **headers).text
    assert [said for said, _ in chosen_in(found)] == ["cat (must not), chosen. Take it back"]
    assert "No label in this result" not in found


def test_a_chosen_author_is_marked_however_many_come_before(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    keys = [f"author{number}" for number in range(8)]
    photos = tuple(
        Photo(f"{number:016x}", "train", author=author) for number, author in enumerate([*range(7), *range(7), 7])
    )
    datasets.load(
        Dataset(
            photos, (DOG,), {(photos[0].image_id, DOG, "machine"): 80}, tuple((f"https://e.org/{k}", k) for k in keys)
        ),
        tmp_path,
    )
    Author.objects.filter(profile_url="https://e.org/author7").update(name="The Last")
    get = getter(client)
    page = get("/facets?author=author7").text
    assert chosen_in(page) == [("The Last, chosen: 1 images. Take it back", "/")]
    more = re.search(r'href="(/facets/authors[^"]*)"', page)
    assert more
    listed = re.findall(r'id="author-([^"]*)"', get(more[1]).text)
    assert listed == keys
    assert "past the end" in get("/facets/authors?page=2").text
    assert "/facets/authors" not in get("/facets?subset=test").text


def test_a_chosen_subset_without_images_is_marked(get: Get) -> None:
    chosen = chosen_in(get(f"/facets?label={DOG}&subset=test").text)
    assert ("test, chosen: 0 images. Take it back", f"/?label={DOG}") in chosen


def test_pages_of_labels_end(get: Get) -> None:
    page = get("/facets/labels?page=99").text
    assert "Page 99 is past the end" in page
    assert 'href="/facets/labels"' in page


def test_the_list_of_labels_has_no_empty_paragraph(get: Get) -> None:
    assert not re.search(r"<p[^>]*>\s*</p>", get("/facets/labels").text.replace('id="announce" role="status"></p>', ""))


# ---- Numbers in forms ----


@pytest.mark.parametrize(
    ("form", "leads_to"),
    [
        ({"confidence_low": ".8", "confidence_high": ""}, "/?confidence=0.8-1"),
        ({"confidence_low": "0.800", "confidence_high": "1.0"}, "/?confidence=0.8-1"),
        ({"label": DOG, "edit": f"label={DOG}", "low": ".5", "high": "8e-1"}, f"/?label={DOG}@0.5-0.8"),
        ({"label": DOG, "page": "007"}, f"/?label={DOG}&page=7"),
    ],
)
def test_numbers_are_taken_as_people_write_them(get: Get, form: dict[str, str], leads_to: str) -> None:
    assert get(f"/go?{urlencode(form)}", 303).headers["Location"] == leads_to


@pytest.mark.parametrize("form", ["confidence_low=0.555", "confidence_low=1e99", "page=1.5", "page=0", "page=x"])
def test_other_numbers_are_refused(get: Get, form: str) -> None:
    get(f"/go?{form}", 400)


@pytest.mark.parametrize(
    "address",
    [
        *(
            f"{path}?page=007"
            for path in ("/labels", "/compare", "/compare/disagreements", "/duplicates", "/stats/precision")
        ),
        f"/label{DOG}?p=.95&at=0.800",
        "/compare?min_verified=030",
    ],
)
def test_other_pages_take_numbers_of_their_forms_alike(get: Get, address: str) -> None:
    get(address)


def test_go_to_page_goes_where_numbers_are_put_right(get: Get) -> None:
    page = get("/?per_page=2").text
    assert re.search(
        r'<form action="/go"><input type="hidden" name="per_page" value="2">\s*<label for="go-to-page">', page
    )


# ---- What is refused ----


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/labels?q=dog&order=bad", "/labels?q=dog"),
        (f"/search?q={'x' * 101}", "/search"),
        (f"/go?label={DOG}&foo=1", f"/?label={DOG}"),
        (f"/facets?label={DOG}&foo=1&size=l", f"/facets?label={DOG}&size=l"),
        (f"/image/{ONE}?foo=1", f"/image/{ONE}"),
        ("/duplicates?across=yes&foo=1", "/duplicates?across=yes"),
        ("/stats?Subset=train", "/stats?subset=train"),
        (f"/label{DOG}?p=2&at=0.8", f"/label{DOG}?at=0.8"),
    ],
)
def test_the_nearest_address_is_one_of_the_page_that_was_asked(
    client: Client, get: Get, address: str, nearest: str
) -> None:
    page = get(address, 400).text
    assert f'<a class="button main" href="{html.escape(nearest)}">' in page
    assert client.get(nearest).status_code in (200, 302)


@pytest.mark.parametrize("address", ["/search?q=dog&page=2", "/search?q=dog&order=name", "/labels.csv?page=2"])
def test_what_would_be_ignored_is_refused(get: Get, address: str) -> None:
    get(address, 400)


def test_refusals_show_no_control_characters_and_set_names_apart(get: Get) -> None:
    page = get("/?label=%00%1b%07x", 400).text
    assert "<bdi>\ufffd\ufffd\ufffdx</bdi>" in page
    assert "<code><bdi>\u202eabc</bdi>=<bdi>1</bdi></code>" in get(f"/?{quote(chr(0x202E))}abc=1", 400).text


def test_refusals_and_results_say_what_is_to_be_announced(get: Get) -> None:
    def announced(address: str, status: int = 200) -> list[str]:
        return re.findall(r'data-announcement="([^"]*)"', get(address, status, **HTMX).text)

    assert announced(f"/?label={DOG}") == ["4 images with dog. Page 1 of 1."]
    (refused,) = announced("/?label=x", 400)
    assert "label must name a label" in refused
    assert announced("/facets/labels?q=dog") == ["1 label with “dog”"]
    assert announced("/facets/labels?q=qqq") == ["No label in this result has “qqq” in its name or MID."]


def test_a_refusal_is_framed_once(get: Get) -> None:
    assert get("/?what=ever", 400).text.count("page narrow") == 1
    assert get("/?what=ever", 400, **HTMX).text.count("page narrow") == 1


# ---- Search ----


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anejo senor", NOTHING),
        ("señor   añejo", NOTHING),
        (DOG.removeprefix("/"), DOG),
        ("CAT", CAT),
    ],
)
def test_labels_are_found_by_their_words_in_any_order(get: Get, text: str, found: str) -> None:
    page = get(f"/labels?{urlencode({'q': text})}").text
    assert re.findall(r'<td class="mono">([^<]*)</td>', page) == [found]
    assert "<title>1 label with “" in page


def test_letters_with_a_stroke_are_found_by_the_plain_ones(namesakes: Get) -> None:
    Label.objects.filter(mid=SEA).update(name="Smørrebrød Łódź")
    DatasetState.objects.update(revision=2)
    assert get_mids(namesakes, "smorrebrod lodz") == get_mids(namesakes, "SMØRREBRØD") == [SEA]


def get_mids(get: Get, text: str) -> list[str]:
    return re.findall(r'<td class="mono">([^<]*)</td>', get(f"/labels?{urlencode({'q': text})}").text)


def test_a_mid_without_its_slash_leads_to_its_label(get: Get) -> None:
    assert get(f"/search?q={DOG.removeprefix('/')}", 302).headers["Location"] == f"/label{DOG}"


def test_the_search_box_keeps_what_was_searched(get: Get) -> None:
    assert 'name="q" type="search" placeholder="Label, MID or ImageID" value="sea"' in get("/labels?q=sea").text


# ---- Nothing here ----


def test_what_is_not_there_has_the_way_around_the_site(get: Get) -> None:
    page = get("/there/is/nothing", 404).text
    for part in ('role="search"', 'aria-label="Main"', 'class="foot"', '<meta name="robots" content="noindex">'):
        assert part in page


def test_a_database_that_is_silent_leaves_a_bare_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: object, **kwargs: object) -> HttpResponse:
        raise OperationalError

    monkeypatch.setattr("viewer.errors.failure", silent)
    response = client.get("/there/is/nothing")
    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert 'role="search"' not in response.text


# ---- Duplicates, states ----


def test_more_duplicates_than_are_shown_are_counted(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    md5s = [bytes([number]) * 16 for number in (1, 1, *[2] * 15)]
    photos = tuple(Photo(f"{number + 1:016x}", "train", md5=md5) for number, md5 in enumerate(md5s))
    datasets.load(Dataset(photos, (DOG,), {(photos[0].image_id, DOG, "machine"): 80}), tmp_path)
    get = getter(client)
    assert "more with the same MD5" not in get(f"/image/{photos[0].image_id}").text
    page = get(f"/image/{photos[5].image_id}").text
    assert '<a href="/duplicates#group-2">2 more with the same MD5</a>' in page
    assert 'id="group-2">15 images' in get("/duplicates").text


def test_states_on_tiles_are_said_in_words_too(get: Get) -> None:
    page = get(f"/?label={SEA}").text
    legend = re.search(r'<ul class="legend soft".*?</ul>', page, re.DOTALL)
    assert legend
    assert "Unverified" in legend[0]
    assert "Absent" not in legend[0]

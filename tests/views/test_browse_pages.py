"""Browse page and filters over a small data set: names, what is chosen, numbers in forms, what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from browse.models import Author, DatasetState, Label
from browse.presentation.parts.pictures import Picture
from browse.search import current_version
from tests import datasets
from tests.datasets import BEACH, CAT, DOG, NOTHING, ONE, SEA, SIX
from tests.facets.datasets import Dataset, Photo
from tests.html import Element
from tests.views.pages import Get, getter, images_on, page_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
BOB = "x-0123456789ab"


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address over the example data set."""
    return getter(client)


@pytest.fixture
def namesakes(get: Get) -> Get:
    """The same data set, where BEACH is called dog too."""
    Label.objects.filter(mid=BEACH).update(name="dog")
    DatasetState.objects.update(revision=1)
    return get


# ---- Names ----


def test_authors_and_licenses_are_called_by_their_names(get: Get) -> None:
    page = page_of(get(f"/?author={BOB}&license=cc-by-2.0-fr&license=cc-by-2.0"))
    assert page.one("title").words.endswith("images under CC BY 2.0 or CC BY 2.0 FR, by Bob · Open Images")
    assert "License CC BY 2.0 or CC BY 2.0 FR" in page.words
    assert BOB not in page.words
    assert not [text for text in page.each("[title]", "title") + page.each("img", "alt") if BOB in text]


def test_namesakes_are_told_apart_wherever_they_stand_alone(namesakes: Get) -> None:
    page = namesakes(f"/?label={DOG}&label={BEACH}&sort=-confidence").text
    both = f"dog ({DOG}) and dog ({BEACH})"
    assert f"with {both} · Open Images</title>" in page
    assert f'<h1 class="words"><bdi>Images with {both}</bdi></h1>' in page
    assert f"confidence of dog ({DOG})" in page
    assert f'aria-label="Remove dog ({BEACH})"' in page
    assert f"<bdi>dog</bdi> <small>{DOG}</small>" in page, "on tiles"
    facets = namesakes("/facets").text
    assert f'aria-label="Exclude dog ({BEACH})"' in facets
    assert f"Images with <bdi>dog ({BEACH}) and dog ({DOG})</bdi>" in namesakes(f"/image/{ONE}").text


def test_what_to_drop_tells_namesakes_apart(namesakes: Get) -> None:
    page = page_of(namesakes(f"/?label={DOG}&label={BEACH}&subset=test"))
    assert {f"dog ({DOG})", f"dog ({BEACH})"} < {*page.words_of(".drop bdi")}


def test_a_name_of_one_label_stands_without_its_mid(get: Get) -> None:
    page = get(f"/?label={DOG}").text
    assert "(/m/" not in page
    assert "<small>/m/" not in page


# ---- Words of titles and authors ----


def test_words_stand_in_the_sentence_on_a_chip_and_in_every_form(get: Get) -> None:
    page = page_of(get(f"/?label={DOG}&q=dog%20-author:bob*"))
    said = "“dog” in title or author, but not “bob…” in the author's name"
    assert f"1 image with dog, with {said}" in page.words
    assert f"Text {said}" in page.words_of(".what")
    assert f"/?label={DOG}" in page.each("a.x", "href")
    assert {*page.each('input[type="hidden"][name="q"]', "value")} == {"dog -author:bob*"}
    panel = page_of(get("/facets?q=dog%20sea&subset=train"))
    assert "/?subset=train&author=ann&q=dog%20sea" in panel.addresses
    fields = panel.one("form.find-text").all("[value]")
    assert [(field["name"], field["value"]) for field in fields] == [("subset", "train"), ("q", "dog sea")]


def test_what_dropping_words_gives_is_told_where_nothing_is_found(get: Get) -> None:
    page = page_of(get(f"/?label={DOG}&q=title:zebra"))
    drops = [(drop["href"], drop.one("bdi").words) for drop in page.all("a.drop")]
    assert (f"/?label={DOG}", "text “zebra” in the title") in drops


@pytest.mark.parametrize(
    ("sent", "leads_to"),
    [
        ("q=+Dog++%26+sea+", "/?q=Dog%20sea"),
        ("q=%26+-*", "/?sort=image_id"),
        ("q=&subset=train", "/?subset=train"),
        (f"q=title:gate*&label={DOG}", f"/?label={DOG}&q=title:gate*"),
    ],
)
def test_a_form_drops_what_has_no_words(get: Get, sent: str, leads_to: str) -> None:
    assert get(f"/go?{sent}", 303).headers["Location"] == leads_to


@pytest.mark.parametrize("query", ["q=", "q=%26", "q=-dog", "q=a&q=b", f"q={'x' * 201}", "q=a%00", "q=a+" * 10 + "b"])
def test_words_that_are_refused_are_named(get: Get, query: str) -> None:
    for address in ("/", "/facets", "/facets/labels", "/export/images.csv", "/api/images"):
        if query != "q=" or not address.startswith("/facets/labels"):
            assert (
                ">q<" in get(f"{address}?{query}", 400).text or '"parameter":"q"' in get(f"{address}?{query}", 400).text
            )


def test_files_are_named_for_the_words(get: Get) -> None:
    name = get("/export/images.csv?q=title:dog").headers["Content-Disposition"]
    assert "openimages-images-dog-in-the-title-" in name


# ---- What is chosen ----


def chosen_in(page: Element) -> list[tuple[str, str]]:
    """The chosen values of a page of filters: how each is read out, and where it is taken back."""
    links = [value.all("a")[0] for value in page.all("li.value.on")]
    links = [link for link in links if not link["id"].startswith("state-")]  # ticked from the start
    return [(link["aria-label"], link["href"]) for link in links]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_labels_of_the_query_are_marked_where_labels_are_found(get: Get, headers: dict[str, str]) -> None:
    query = f"label={DOG}&any={SEA}&not={CAT}"
    page = page_of(get(f"/facets/labels?{query}", **headers))
    assert chosen_in(page) == [
        ("dog 1 image, selected. Remove", f"/?any={SEA}&not={CAT}"),
        ("sea any of, selected. Remove", f"/?label={DOG}&not={CAT}"),
        ("cat excluded, selected. Remove", f"/?label={DOG}&any={SEA}"),
    ]
    assert not [link for link in page.addresses if {f"label={DOG}", f"not={DOG}"} <= {*urlsplit(link).query.split("&")}]
    found = page_of(get(f"/facets/labels?{query}&find=cat", **headers))
    assert [said for said, _ in chosen_in(found)] == ["cat excluded, selected. Remove"]
    assert "No labels in this result" not in found.words


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
    page = page_of(get("/facets?author=author7"))
    assert chosen_in(page) == [("The Last 1 image, selected. Remove", "/?sort=image_id")]
    assert "/?author=author0&author=author7" in page.addresses
    both = page_of(get("/facets?author=author7&author=author1"))
    assert chosen_in(both) == [
        ("The Last 1 image, selected. Remove", "/?author=author1"),
        ("author1 2 images, selected. Remove", "/?author=author7"),
    ]
    assert len(images_on(page_of(get("/?author=author7&author=author1")))) == 3
    more = page.one('a[href^="/facets/authors"]')
    assert page_of(get(more["href"])).each('[id^="author-"]', "id") == [f"author-{key}" for key in keys]
    assert "past the end" in get("/facets/authors?page=2").text
    assert "/facets/authors" not in get("/facets?subset=test").text


def test_a_chosen_subset_without_images_is_marked(get: Get) -> None:
    chosen = chosen_in(page_of(get(f"/facets?label={DOG}&subset=test")))
    assert ("test 0 images, selected. Remove", f"/?label={DOG}") in chosen


def test_pages_of_labels_end(get: Get) -> None:
    page = get("/facets/labels?page=99").text
    assert "Page 99 is past the end" in page
    assert 'href="/facets/labels"' in page


def test_the_list_of_labels_has_no_empty_paragraph(get: Get) -> None:
    assert [one.attributes.get("id") for one in page_of(get("/facets/labels")).all("p") if not one.words] == [
        "announce"
    ]


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
    form = next(one for one in page_of(get("/?per_page=2")).all("form") if one.has("#go-to-page"))
    assert form["action"] == "/go"
    assert [(one["name"], one["value"]) for one in form.all('input[type="hidden"]')] == [
        ("sort", "image_id"),
        ("per_page", "2"),
    ]


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
    assert page_of(get(address, 400)).one("a.button.main")["href"] == nearest
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
        return page_of(get(address, status, **HTMX)).each("[data-announcement]", "data-announcement")

    assert announced(f"/?label={DOG}") == ["4 images with dog. Page 1 of 1."]
    (refused,) = announced("/?label=x", 400)
    assert "label is not the MID of a label" in refused
    assert announced("/facets/labels?find=dog") == ["1 label matching “dog”"]
    assert announced("/facets/labels?find=qqq") == ["No labels in this result match “qqq”."]


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
    page = page_of(get(f"/labels?{urlencode({'q': text})}"))
    assert page.words_of("td.mono") == [found]
    assert page.one("title").words.startswith("1 label matching “")


def test_letters_with_a_stroke_are_found_by_the_plain_ones(namesakes: Get) -> None:
    Label.objects.filter(mid=SEA).update(name="Smørrebrød Łódź")
    DatasetState.objects.update(revision=2)
    assert get_mids(namesakes, "smorrebrod lodz") == get_mids(namesakes, "SMØRREBRØD") == [SEA]


def get_mids(get: Get, text: str) -> list[str]:
    return page_of(get(f"/labels?{urlencode({'q': text})}")).words_of("td.mono")


def test_namesakes_are_not_told_apart_by_each_other(namesakes: Get) -> None:
    page = page_of(namesakes("/labels?q=dog"))
    notes = [note for note in page.words_of("small") if note.startswith("with ")]
    assert len(notes) == 2, "they stand together on one image, and with others"
    assert not [note for note in notes if "dog" in note]


# ---- Nothing here ----


def test_what_is_not_there_has_the_way_around_the_site(get: Get) -> None:
    page = page_of(get("/there/is/nothing", 404))
    for part in ('[role="search"]', '[aria-label="Main"]', ".foot", 'meta[name="robots"][content="noindex"]'):
        assert page.has(part), part
    assert f"Data set version {current_version()}" in page.one(".foot").words
    DatasetState.objects.update(is_sample=True, revision=1)
    assert page_of(get("/there/is/nothing", 404)).has('[aria-label="Sample data"]')


def test_a_tile_without_labels_says_so(get: Get) -> None:
    page = page_of(get("/"))
    assert "No labels" in page.one(f'[data-image="{SIX}"]').words
    assert page.words.count("No labels") == 1
    assert "No labels" not in get(f"/?label={DOG}").text
    assert "No labels" not in get(f"/image/{ONE}").text, "tiles of an author show no labels at all"


def test_a_chosen_value_is_named_by_what_it_shows_first(get: Get) -> None:
    said = [text for text, _ in chosen_in(page_of(get(f"/facets?label={DOG}&not={CAT}")))]
    assert said[1] == "cat excluded, selected. Remove"
    assert re.fullmatch(r"dog \d images, selected. Remove", said[0])


@pytest.mark.parametrize(
    ("width", "height", "is_small"),
    [(64, 64, True), (399, 300, True), (400, 20, False), (1024, 768, False), (None, None, False)],
)
def test_a_picture_smaller_than_its_place_is_told(width: int | None, height: int | None, is_small: bool) -> None:
    assert Picture("/thumb/x/l", "/thumb/x/l", width, height, 100, mat=False).is_small is is_small


def test_a_database_that_is_silent_leaves_a_bare_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: object, **kwargs: object) -> HttpResponse:
        raise OperationalError

    monkeypatch.setattr("viewer.errors.failure", silent)
    response = client.get("/there/is/nothing")
    assert response.status_code == 404
    assert "Page not found" in response.text
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
    legend = page_of(get(f"/?label={SEA}")).one("ul.legend").words
    assert "Unverified" in legend
    assert "Absent" not in legend

"""The pages over a small data set: what they hold, lead to, refuse, and say to machines."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from browse.domain.comparison import Agreement
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, PictureState
from browse.presentation.pages.image import label_row
from browse.query.values import State
from browse.search import Pair
from tests.datasets import BEACH, CAT, DOG, FOUR, NAMES, ONE, SEA, SIX, THREE, TWO
from tests.html import Element
from tests.views.pages import Get, getter, page_of, whole

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address over the example data set."""
    return getter(client)


def count_on(response: HttpResponse) -> int:
    """The count that a browse page shows."""
    return whole(page_of(response).one(".count b").words)


def numbered_links(page: Element) -> list[tuple[str, int]]:
    """Every bar, and every value that can be chosen alone: where it leads, and the number beside it."""
    values = []
    for listed in page.all("ul.values"):
        adds_up = listed.has('a[data-by="taking"]')
        for value in listed.all(".value"):
            alone, counted = value.all("a.only"), value.all("a[id][href]")
            if counted and (alone or not adds_up):
                values += [(one["href"], counted[0].one(".n").words) for one in alone or counted]
    bars = [(one["href"], one["title"].rpartition(": ")[2]) for one in page.all(".hist a")]
    assert bars
    return [(href, whole(number)) for href, number in values + bars]


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"label={DOG}",
        f"label={DOG}@0.8-1:unverified&not={CAT}",
        f"any={DOG}&any={BEACH}&any={SEA}&min_any=2",
        f"not={BEACH}:confirmed&confidence=0.5-0.9",
        "state=rejected&state=absent",
        "subset=validation&license=cc-by-2.0-fr&author=x-0123456789ab",
        f"label={DOG}&sort=-confidence&per_page=2&size=l",
    ],
)
def test_every_number_beside_a_value_is_the_count_of_the_page_it_leads_to(get: Get, query: str) -> None:
    links = numbered_links(page_of(get(f"/facets?{query}")))
    assert len(links) > 10
    for address, number in links:
        assert count_on(get(address)) == number, address


def test_links_keep_tile_size_per_page_and_order_but_not_the_page(get: Get) -> None:
    page = page_of(get(f"/facets?label={DOG}&sort=-confidence&per_page=2&size=l&page=2"))
    for address, _ in numbered_links(page):
        parameters = dict(parse_qsl(address.partition("?")[2]))
        assert parameters["per_page"] == "2"
        assert parameters["size"] == "l"
        assert "page" not in parameters


def test_the_page_says_query_count_and_credit(get: Get) -> None:
    page = page_of(get(f"/?label={DOG}&not={SEA}"))
    assert page.one("title").words == "3 images with dog, without sea · Open Images"
    assert page.one("h1").words == "Images with dog, without sea"
    tile = page.one(f'[data-image="{ONE}"]')
    assert 'Dog & "sea"' in tile.words
    assert "Ann Other" in tile.words
    assert {"https://creativecommons.org/licenses/by/2.0/", "https://www.flickr.com/photos/ann/1"} <= tile.addresses


def test_fragments_and_pages_come_from_one_address(get: Get) -> None:
    page, fragment = get("/"), get("/", **HTMX)
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert fragment.text.strip().startswith("<title>")
    assert 'id="announce"' not in fragment.text
    for response in (page, fragment):
        assert {"HX-Request", "HX-Target"} <= {name.strip() for name in response["Vary"].split(",")}
    assert "<html" in get("/", **HTMX, **{"HX-History-Restore-Request": "true"}).text
    assert "<title>" not in get("/facets", **HTMX).text


@pytest.mark.parametrize("address", ["/?utm_source=a", "/?sort=random", "/go?label=&q=", "/search?q=dog", "/?x=1"])
def test_what_leads_elsewhere_says_of_which_version_it_is(client: Client, generation: str, address: str) -> None:
    response = client.get(address)
    assert response.status_code in (302, 303, 400)
    assert response["X-Dataset-Version"] == f"{generation}.0"


def test_every_page_says_of_which_version_it_is(get: Get, generation: str) -> None:
    for address in ("/", "/facets", "/facets/labels", f"/image/{ONE}", "/labels", "/export/images.csv"):
        assert get(address)["X-Dataset-Version"] == f"{generation}.0", address
    for address in ("/none", f"/image/{'f' * 15}0", "/label/m/none", "/sign-in"):
        status = 200 if address == "/sign-in" else 404
        assert get(address, status)["X-Dataset-Version"] == f"{generation}.0", address


@pytest.mark.parametrize(
    ("address", "path", "indexed"),
    [
        ("/", "/", True),
        ("/?sort=image_id", "/?sort=image_id", False),
        (f"/?not={CAT}&label={DOG}@0.80-1.0&per_page=2", f"/?label={DOG}@0.8-1&amp;not={CAT}", False),
        (f"/image/{ONE}?label={DOG}", f"/image/{ONE}", False),
        (f"/image/{ONE}", f"/image/{ONE}", True),
        ("/labels?q=dog", "/labels", False),
    ],
)
def test_canonical_links_and_what_search_engines_may_list(get: Get, address: str, path: str, indexed: bool) -> None:
    page = get(address).text
    assert f'<link rel="canonical" href="http://testserver{path}">' in page
    assert ('<meta name="robots" content="noindex">' in page) is not indexed


def test_robots_may_not_follow_queries(get: Get) -> None:
    robots = get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert "Disallow: /*?" in robots.text


def test_open_graph_tags_name_title_and_picture(get: Get) -> None:
    page = get(f"/image/{ONE}").text
    assert '<meta property="og:title" content="Dog &amp; &quot;sea&quot;">' in page
    assert f'<meta property="og:image" content="http://testserver/thumb/{ONE}/l">' in page


def test_a_picture_in_a_preview_has_its_credit(get: Get) -> None:
    page = get("/?sort=image_id").text
    assert f'<meta property="og:image" content="http://testserver/thumb/{ONE}/m">' in page
    credit = "Picture: “Dog &amp; &quot;sea&quot;” by Ann Other, CC BY 2.0."
    assert f'<meta property="og:description" content="All images. {credit}">' in page
    PictureState.objects.create(pk=key_from_image_id(ONE), state="dead")
    page = get("/?sort=image_id").text
    assert f'<meta property="og:image" content="http://testserver/thumb/{TWO}/m">' in page
    assert "Picture: “Untitled” by" in page


@pytest.mark.parametrize(
    ("query", "parameter", "nearest"),
    [
        (f"label={DOG}&confidnce=0.8-1", "confidnce", f"label={DOG}&confidence=0.8-1"),
        (f"Label={DOG}", "Label", f"label={DOG}"),
        (f"Label=/m/unknown&lable={DOG}@2-3", "Label", f"label={DOG}"),
        (f"Author=ann&author=x-0123456789ab&label={DOG}", "Author", f"label={DOG}&author=ann&author=x-0123456789ab"),
        (f"per_page=60&size=l&label={DOG}&foo=1", "foo", f"label={DOG}&per_page=60&size=l"),
        ("size=l&per_page=0&page=2", "per_page", "page=2&size=l"),
        (f"label={DOG}@0.9-0.8", "label", f"label={DOG}"),
        ("label=/m/unknown", "label", ""),
        (f"any={DOG}&min_any=2", "min_any", f"any={DOG}"),
        ("state=", "state", ""),
        ("sort=-confidence", "sort", ""),
        ("page=0", "page", ""),
        ("subset=train&subset=trian", "subset", "subset=train"),
    ],
)
def test_a_bad_address_is_named_and_the_nearest_good_one_offered(
    get: Get, query: str, parameter: str, nearest: str
) -> None:
    page = get(f"/?{query}", 400)
    assert page["X-Dataset-Version"]
    assert f"<code><bdi>{parameter}</bdi>" in page.text
    address = f"/?{nearest or 'sort=image_id'}"
    assert f'<a class="button main" href="{html.escape(address)}">' in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    get(address)
    assert "<html" not in get(f"/?{query}", 400, **HTMX).text


@pytest.mark.parametrize(
    "address", ["/facets", "/facets/labels", f"/image/{ONE}", "/labels", "/go", "/export/images.csv"]
)
def test_every_page_refuses_what_it_does_not_know(get: Get, address: str) -> None:
    assert "<code><bdi>what</bdi>" in get(f"{address}?what=ever", 400).text


@pytest.mark.parametrize("address", ["/", "/facets", f"/image/{ONE}", "/labels", "/search?q=dog", "/go"])
def test_pages_are_only_read(client: Client, generation: str, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code in (200, 302, 303)


def test_tracking_parameters_are_dropped_and_random_gets_a_seed(client: Client, generation: str) -> None:
    assert client.get(f"/?utm_source=x&label={DOG}&fbclid=1").headers["Location"] == f"/?label={DOG}"
    assert client.get("/?gclid=1").headers["Location"] == "/"
    assert re.fullmatch(r"/\?sort=random&seed=\d+", client.get("/?sort=random").headers["Location"])


@pytest.mark.parametrize(
    ("form", "leads_to"),
    [
        ({"label": DOG, "confidence_low": "", "confidence_high": ""}, f"/?label={DOG}"),
        ({"confidence_low": "0.6", "confidence_high": "", "size": "l"}, "/?confidence=0.6-1&size=l"),
        ({"confidence_low": "0", "confidence_high": "1"}, "/?sort=image_id"),
        ({"label": DOG, "edit": f"label={DOG}", "low": "0.7", "high": ""}, f"/?label={DOG}@0.7-1"),
        ({"label": f"{DOG}@0.7-1", "edit": f"label={DOG}@0.7-1", "low": "", "high": ""}, f"/?label={DOG}"),
        (
            {"not": f"{DOG}:missed", "edit": f"not={DOG}:missed", "low": "", "high": "0.5", "confidence": "0.2-1"},
            f"/?not={DOG}@0-0.5:missed&confidence=0.2-1",
        ),
        (
            {"label": f"{DOG}@0.7-1", "edit": f"label={DOG}@0.7-1", "low": "", "high": "", "confidence": "0.2-1"},
            f"/?label={DOG}@0-1&confidence=0.2-1",
        ),
    ],
)
def test_forms_lead_to_canonical_addresses(get: Get, form: dict[str, str], leads_to: str) -> None:
    response = get(f"/go?{urlencode(form)}", 303)
    assert response.headers["Location"] == leads_to


@pytest.mark.parametrize(
    "form", [{"edit": "label=/m/other", "low": "0.5"}, {"label": DOG, "edit": f"label={DOG}", "low": "2", "high": ""}]
)
def test_a_form_that_cannot_be_read_is_refused(get: Get, form: dict[str, str]) -> None:
    get(f"/go?{urlencode(form)}", 400)


def test_the_image_page_shows_both_sides_and_the_credit_in_every_format(get: Get) -> None:
    page = get(f"/image/{ONE}?label={DOG}").text
    assert "Rejected" in page
    assert "Confirmed" in page
    for part in ("is licensed under CC BY 2.0", "&lt;a href=", "](https://www.flickr.com", "@misc{"):
        assert part in page
    assert "Listed as CC BY 2.0 in the data set; not checked since." in page
    assert "12.3 kB (12,345 bytes)" in page
    assert "AAECAwQFBgcICQoLDA0ODw==" in page


def test_a_machine_label_has_the_machine_s_record_at_its_confidence_where_enough_were_checked(get: Get) -> None:
    # ONE has beach, confirmed, as the one machine pair at 0.9
    assert not page_of(get(f"/image/{ONE}")).has(".record")
    beach = Pair(BEACH, "beach", 90, None, State.UNVERIFIED, 90, (("machine", 90),))
    row = label_row(beach, "", Agreement(machine=100, yes=27, no=3))
    assert (row.record, row.record_href) == ("confirmed in 90% of 30 checked", f"/label{BEACH}?at=0.9")
    assert row.record_meaning == "Machine labels beach at 0.9: confirmed in 90% of 30 checked"


def test_the_way_back_leads_to_the_tile_on_its_page(get: Get) -> None:
    back = r'<a class="button" href="([^"]+)">[^>]*(?:<[^>]*>)*Back to the images'
    assert re.findall(back, get(f"/image/{TWO}?label={DOG}&per_page=1&page=2").text) == [
        f"/?label={DOG}&amp;per_page=1&amp;page=2#image-{TWO}"
    ]
    assert re.findall(back, get(f"/image/{TWO}?label={DOG}&per_page=1").text) == [f"/?label={DOG}&amp;per_page=1"]


def test_neighbours_are_those_of_the_query(get: Get) -> None:
    page = page_of(get(f"/image/{TWO}?label={DOG}"))
    assert "2 of 4" in page.words
    assert {*page.each('[rel="prev"]', "href")} == {f"/image/{ONE}?label={DOG}"}
    last_of_first_page = page_of(get(f"/image/{TWO}?label={DOG}&per_page=2"))
    assert {*last_of_first_page.each('[rel="next"]', "href")} == {f"/image/{THREE}?label={DOG}&per_page=2&page=2"}
    assert not page_of(get(f"/image/{SIX}?label={DOG}")).has('[rel="prev"]')


@pytest.mark.parametrize("image_id", ["0" * 16, ONE.upper().replace("1", "A"), "1", "x" * 16])
def test_an_image_that_is_not_there_is_not_found(get: Get, image_id: str) -> None:
    get(f"/image/{image_id}", 404)


def test_an_image_without_author_title_and_addresses_has_a_credit(get: Get) -> None:
    page = get(f"/image/{FOUR}").text
    assert "<h1><bdi>Untitled</bdi></h1>" in page
    assert "an unknown author" in page


def test_an_empty_result_counts_what_dropping_each_condition_gives(get: Get) -> None:
    drops = page_of(get(f"/?label={BEACH}&label={CAT}&subset=validation")).all("a.drop")
    assert len(drops) == 3
    for drop in drops:
        assert count_on(get(drop["href"])) == whole(drop.one(".n").words.partition(" image")[0])


def test_the_index_of_labels_counts_and_sorts(get: Get) -> None:
    assert {*page_of(get("/labels")).words_of('th[scope="row"] a')} == {*NAMES.values()}
    assert get("/labels.csv?order=name").text.splitlines()[:3] == [
        (
            "LabelName,DisplayName,Images,Machine,Verified,Confirmed,Rejected,Missed,Absent,"
            "Coverage,Precision,PrecisionLow,PrecisionHigh,Trainable,Threshold"
        ),
        f"{BEACH},beach,2,2,1,1,0,0,0,,,,,no,",
        f"{CAT},cat,0,1,1,0,1,0,1,,,,,no,",
    ]


def test_pages_ask_the_database_little(get: Get, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    get("/")
    get("/facets")
    with django_assert_max_num_queries(7):
        get(f"/?label={DOG}")
    with django_assert_max_num_queries(5):
        get(f"/facets?label={DOG}")
    with django_assert_max_num_queries(16):
        get(f"/image/{ONE}")
    with django_assert_max_num_queries(4):
        get("/labels")


def test_without_data_the_page_says_what_to_run(client: Client, db: None) -> None:
    for address in ("/", "/facets", f"/image/{ONE}", "/labels", "/search?q=dog", "/export/images.csv", "/?what=ever"):
        response = client.get(address)
        assert response.status_code == 503, address
        assert "python manage.py import_openimages" in response.text
        assert response["Retry-After"]


def test_an_index_that_is_gone_is_told_without_a_path(client: Client, generation: str, tmp_path: Path) -> None:
    DatasetState.objects.update(generation="0123456789ab")
    response = client.get("/")
    assert response.status_code == 503
    assert "python manage.py check" in response.text
    assert str(tmp_path) not in response.text


def test_the_sample_says_that_it_is_one(get: Get) -> None:
    assert "Sample data." not in get("/").text
    DatasetState.objects.update(is_sample=True)
    assert "Sample data." in get("/").text


def test_no_page_has_inline_scripts_or_styles(get: Get) -> None:
    for address in ("/", f"/?label={DOG}", "/facets", f"/image/{ONE}", "/labels", "/?what=ever"):
        response = get(address, 400 if "what" in address else 200)
        page = page_of(response)
        assert not page.has("style"), address
        assert not [name for one in page.walk() for name in one.attributes if name == "style" or name.startswith("on")]
        assert "'unsafe" not in response["Content-Security-Policy"]
        loaded = page.each("script", "src") + page.each('link[rel="stylesheet"]', "href")
        assert loaded, address
        assert all(url.startswith("/static/") for url in loaded), loaded


# ---- Quick look ----


def test_quick_look_is_a_part_of_the_grid_and_by_itself_leads_to_the_page(client: Client, get: Get) -> None:
    address = f"/image/{ONE}/look?label={DOG}"
    assert client.get(address)["Location"] == f"/image/{ONE}?label={DOG}"
    part = page_of(get(address, **{"HX-Request": "true"}))
    look = part.one("article.look-in")
    assert look["data-image"] == ONE
    assert look.one("#look-title").words == 'Dog & "sea"'
    assert "/thumb/pending" in look.each("img", "src")
    assert "is licensed under CC BY 2.0" in " ".join([look.words, *look.each("[data-text]", "data-text")])
    assert f"/image/{ONE}?label={DOG}" in look.each("a.button", "href")
    assert look.each("[data-from]", "data-from") == [f"/image/{ONE}/look?label={DOG}"]
    assert "beach" in look.words_of("bdi")
    assert not look.has("form"), "verdicts are for curators"
    get("/image/00000000deadbeef/look", 404, **{"HX-Request": "true"})

"""`/credits` and its files over a small data set."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from browse.curation import actions
from browse.exports import downloads, matches
from browse.models import DatasetState, Image, Label
from browse.query.values import Query
from browse.search import ChangingError
from browse.views import credits as credit_views
from tests import datasets
from tests.datasets import DOG, FIVE, FOUR, IDS, ONE, SIX, THREE, TWO
from tests.html import tree
from tests.rights.hostile import HOSTILE

pytestmark = pytest.mark.django_db

FILES = {
    "credits.csv": "text/csv; charset=utf-8",
    "credits.bib": "application/x-bibtex; charset=utf-8",
    "credits.html": "text/html; charset=utf-8",
    "credits.md": "text/markdown; charset=utf-8",
    "credits.txt": "text/plain; charset=utf-8",
}
SHEETS = ("credits", *FILES)


@pytest.fixture
def generation(settings: Settings, tmp_path: Path) -> str:
    settings.INDEX_DIR = tmp_path
    generation = datasets.load_example(tmp_path)
    for number, image_id in enumerate(IDS):
        landing_url = f"https://www.flickr.com/photos/x/{number}"
        datasets.update_image(image_id, title=f"Title {number}", landing_url=landing_url)
    return generation


@pytest.fixture
def get(client: Client, generation: str) -> Callable[..., Any]:
    """GET an address; gives the answer and its text."""

    def fetch(address: str, status: int = 200, **headers: str) -> tuple[Any, str]:
        response = client.get(address, headers=headers)
        assert response.status_code == status, address
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return response, content.decode()

    return fetch


def credited_on(page: str) -> list[str]:
    """ImageIDs of the credits on the page, in order."""
    return [name.removeprefix("i") for name in tree(page).each("li[id]", "id")]


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    ("query", "image_ids"),
    [
        ("", IDS),
        (f"?label={DOG}", (ONE, TWO, THREE, FOUR)),
        ("?subset=validation", (THREE, FOUR)),
        ("?author=ann&sort=random&seed=1", (ONE, TWO, SIX)),
        (f"?not={DOG}&license=cc-by-2.0&label=/m/0b3yr", (FIVE,)),
        ("?subset=test", ()),
    ],
)
def test_a_sheet_credits_exactly_the_images_of_the_query(get, sheet, query, image_ids):
    _, text = get(f"/{sheet}{query}")
    assert [image_id for image_id in IDS if image_id in text] == list(image_ids)
    for number, image_id in enumerate(IDS):
        assert (f"Title {number}" in text) == (image_id in image_ids)


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("order", ["", "?sort=random&seed=5", "?sort=random&seed=6"])
def test_the_images_stand_in_the_querys_order_once_each(get, client, sheet, order):
    _, text = get(f"/{sheet}{order}")
    wanted = [image["image_id"] for image in client.get(f"/api/images{order}").json()["results"]]
    assert sorted(IDS, key=text.index) == wanted
    times = 2 if sheet == "credits.csv" else 1  # as title, and in the attribution
    assert all(text.count(f"Title {number}") == times for number in range(len(IDS)))


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_credit_has_title_author_source_and_license(get, sheet):
    _, text = get(f"/{sheet}?author=ann")
    assert "Title 1" in text
    assert "Ann" in text
    assert "https://www.flickr.com/photos/x/1" in text
    assert "CC BY 2.0" in text
    assert datasets.BY in text
    if sheet not in ("credits.txt", "credits.bib"):
        assert datasets.ANN in text


@pytest.mark.parametrize("sheet", SHEETS)
def test_an_image_without_author_title_or_page_is_credited_too(get, sheet):
    Image.objects.update(title="", landing_url="", author=None, author_name=None)
    _, text = get(f"/{sheet}?subset=validation")
    assert FOUR in text
    assert "Untitled photo" in text
    assert ("an unknown author" in text) == (sheet != "credits.bib")  # which leaves the field out


@pytest.mark.parametrize(("name", "content_type"), FILES.items())
def test_files_are_named_and_typed_and_tell_their_version(get, generation, name, content_type):
    response, _ = get(f"/{name}")
    assert response.streaming
    assert response["Content-Type"] == content_type
    stem, _, ending = name.partition(".")
    assert re.fullmatch(
        rf'attachment; filename="openimages-{stem}-all-[0-9a-f]{{12}}.{ending}"', response["Content-Disposition"]
    )
    assert response["X-Record-Count"] == str(len(IDS))
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Dataset-Version"] == f"{generation}.0"
    assert response["X-Robots-Tag"] == "noindex"


def test_the_page_is_finished_with_the_site_around_it(get, generation):
    response, text = get(f"/credits?label={DOG}")
    assert not response.streaming
    assert response["X-Dataset-Version"] == f"{generation}.0"
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert text.rstrip().startswith("<!doctype html>")
    assert text.rstrip().endswith("</html>")
    assert "<title>Credits for 4 images with dog · Open Images</title>" in text
    assert len(credited_on(text)) == 4
    assert "<!--rows-->" not in text


def test_the_page_leads_back_and_to_the_files_of_the_same_query(get):
    links = tree(get(f"/credits?label={DOG}@0.5-1&sort=random&seed=1")[1]).addresses
    for wanted in (
        f"/?label={DOG}@0.5-1&sort=random&seed=1",
        f"/credits.txt?label={DOG}@0.5-1&sort=random&seed=1",
        f"/credits.md?label={DOG}@0.5-1&sort=random&seed=1",
        f"/credits.csv?label={DOG}@0.5-1&sort=random&seed=1",
        f"/credits.csv?label={DOG}@0.5-1&sort=random&seed=1&safe=1",
    ):
        assert wanted in links
        get(wanted)


def test_no_images_give_a_page_that_says_so_and_files_without_credits(get):
    assert "No images match" in get("/credits?subset=test")[1]
    assert get("/credits.csv?subset=test")[1].count("\n") == 1
    assert "Credits for 0 images" in get("/credits.txt?subset=test")[1]


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    "query", ["?lable=x", "?label=/m/unknown", "?confidence=2", "?page=0", "?per_page=5", "?license=none", "?safe=2"]
)
def test_parameters_that_cannot_be_taken_are_refused_by_name(get, sheet, query):
    _, text = get(f"/{sheet}{query}", status=400)
    assert query[1:].partition("=")[0] in text


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_the_page_has_as_many_credits_as_fit_and_leads_on(get, client, monkeypatch, size):
    monkeypatch.setattr(credit_views, "PER_PAGE", size)
    wanted = [image["image_id"] for image in client.get("/api/images?sort=random&seed=5").json()["results"]]
    found = []
    for number in range(1, -(-len(IDS) // size) + 1):
        text = get(f"/credits?sort=random&seed=5&page={number}")[1]
        here = credited_on(text)
        assert len(here) <= size
        assert f'start="{len(found) + 1}"' in text
        found += here
        leads_on = f"/credits?sort=random&amp;seed=5&amp;page={number + 1}" in text
        assert leads_on == (len(found) < len(IDS))
    assert found == wanted
    beyond = get(f"/credits?page={len(IDS) + 1}")[1]
    assert "There is no page" in beyond
    assert not credited_on(beyond)


def test_the_page_is_not_for_search_engines(get):
    for address in ("/credits", f"/credits?label={DOG}"):
        response, text = get(address)
        assert '<meta name="robots" content="noindex">' in text
        assert response["X-Robots-Tag"] == "noindex"
    lines = get("/robots.txt")[1].splitlines()
    assert "Disallow: /credits" in lines


def test_a_sheet_of_the_first_images_credits_no_others(get):
    for sheet in FILES:
        response, text = get(f"/{sheet}?sort=random&seed=5&limit=2")
        assert response["X-Record-Count"] == "2"
        assert sum(image_id in text for image_id in IDS) == 2


def test_images_whose_license_is_in_doubt_are_marked_until_it_is_found_as_listed(get):
    actions.check_license(image_id=ONE, result="as-listed", by="ann")
    actions.check_license(image_id=TWO, result="gone", by="ann")
    assert [get(f"/{sheet}")[1].count("in doubt") for sheet in SHEETS] == [1] * len(SHEETS)
    assert credited_on(get("/credits?license_check=gone")[1]) == [TWO]
    actions.check_license(image_id=TWO, result="as-listed", by="rita")
    assert "in doubt" not in get("/credits.csv")[1]


def test_only_the_csv_takes_safe(get):
    get("/credits.csv?safe=1")
    for sheet in ("credits", "credits.md", "credits.txt"):
        get(f"/{sheet}?safe=1", status=400)


def test_safe_makes_titles_harmless_and_leaves_the_rest(get):
    datasets.update_image(ONE, title='=HYPERLINK("https://evil.example")')
    plain, safe = (
        list(csv.DictReader(io.StringIO(get(f"/credits.csv{query}")[1].removeprefix("\ufeff"), newline="")))
        for query in ("", "?safe=1")
    )
    assert plain[0]["Title"] == '=HYPERLINK("https://evil.example")'
    assert safe[0] == plain[0] | {"Title": '\'=HYPERLINK("https://evil.example")'}
    assert safe[1:] == plain[1:]


def test_hostile_titles_and_names_are_text_on_the_page(get):
    for stranger in HOSTILE.values():
        text = stranger.replace("\0", "").encode(errors="replace").decode()
        datasets.update_image(ONE, title=text, author_name=text)
        _, page = get("/credits?author=ann")
        assert len(credited_on(page)) == 3
        row = tree(page).one(f"li#i{ONE}")
        assert {element.tag for element in row.walk()} == {"li", "a", "p"}
        assert len(row.all("a[href]")) == 4


def test_a_headings_words_are_escaped(get):
    Label.objects.filter(mid=DOG).update(name="<!--rows--><script>[x](y)\u202e")
    _, page = get(f"/credits?label={DOG}")
    assert "<script>[x]" not in page
    assert len(credited_on(page)) == 4
    assert "\u202e" not in get(f"/credits.txt?label={DOG}")[1]
    assert r"\<script\>\[x\](y)" in get(f"/credits.md?label={DOG}")[1]


@pytest.mark.parametrize("sheet", SHEETS)
def test_sheets_are_compressed_as_they_are_sent(client, generation, sheet):
    response = client.get(f"/{sheet}", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert "Title 5" in gzip.decompress(content).decode()


@pytest.mark.parametrize("sheet", SHEETS)
def test_sheets_are_only_read(client, generation, sheet):
    assert client.post(f"/{sheet}").status_code == 405
    assert client.head(f"/{sheet}").status_code == 200


@pytest.mark.parametrize("sheet", SHEETS)
def test_without_a_data_set_the_answer_says_what_to_run(client, settings, tmp_path, sheet):
    settings.INDEX_DIR = tmp_path
    response = client.get(f"/{sheet}")
    assert response.status_code == 503
    assert b"import_openimages" in response.content


def test_the_number_of_queries_does_not_grow_with_the_images(
    get, django_assert_max_num_queries: DjangoAssertNumQueries
):
    get("/credits.txt")
    with django_assert_max_num_queries(12):
        get("/credits.txt?author=ann")
    with django_assert_max_num_queries(12):
        get("/credits.txt")


def test_images_come_in_batches_of_any_size_complete_and_in_order(generation, monkeypatch):
    whole = matches.matching(Query())
    keys = [key for batch in whole.batches() for key in batch]
    assert len(keys) == whole.count == len(IDS)
    for at_once in (1, 2, 3, 4, 6, 7):
        monkeypatch.setattr(matches, "KEYS_AT_ONCE", at_once)
        for at_most in (1, 2, 5, 100):
            batches = list(matches.matching(Query()).batches(at_most))
            assert [key for batch in batches for key in batch] == keys
            assert max(map(len, batches)) <= min(at_once, at_most)


def test_a_sheet_breaks_off_where_an_import_puts_other_tables_in_place(client, generation, monkeypatch):
    monkeypatch.setattr(downloads, "CHARACTERS_AT_ONCE", 1)
    response = client.get("/credits.txt")
    DatasetState.objects.update(generation="0" * 12)
    with pytest.raises(ChangingError):
        b"".join(response.streaming_content)


def test_a_sheet_goes_on_where_only_a_verdict_was_given(client, generation):
    response = client.get("/credits.txt")
    DatasetState.objects.update(revision=9)
    assert b"Title 5" in b"".join(response.streaming_content)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_credit_says_what_was_changed_where_that_is_asked(get, sheet):
    plain, said = (get(f"/{sheet}?label={DOG}{asked}") for asked in ("", "&changes=resized,cropped"))
    assert said[1].lower().count("cropped and resized from the original") == 4
    assert "from the original" not in plain[1]
    if sheet != "credits":
        assert plain[0]["Content-Disposition"] != said[0]["Content-Disposition"]
    _, refused = get(f"/{sheet}?changes=stolen", status=400)
    assert "cropped, resized, changed" in refused


def test_the_page_keeps_changes_in_its_links_and_switches_them(get, monkeypatch):
    monkeypatch.setattr(credit_views, "PER_PAGE", 2)
    page = tree(get(f"/credits?label={DOG}&changes=resized,cropped")[1])
    kept = f"?label={DOG}&changes=cropped,resized"
    assert {f"/credits{kept}&page=2", f"/credits.md{kept}", f"/credits.csv{kept}&safe=1"} <= page.addresses
    assert [(link.words, link["href"]) for link in page.all(".changes a")] == [
        ("cropped", f"/credits?label={DOG}&changes=resized"),
        ("resized", f"/credits?label={DOG}&changes=cropped"),
        ("changed", f"/credits?label={DOG}&changes=cropped,resized,changed"),
    ]
    assert page.each(".changes [aria-current]", "aria-current") == ["true", "true"]
    assert ("changes", "cropped,resized") in [(one["name"], one["value"]) for one in page.all(".pager [name][value]")]


def test_the_page_of_an_image_has_its_credit_say_what_was_changed(get):
    page = tree(get(f"/image/{ONE}?label={DOG}&show=none&changes=cropped")[1])
    assert page.one("#credit-text").text.endswith("Cropped from the original.")
    links = page.each(".changes a", "href")
    assert links[0] == f"/image/{ONE}?label={DOG}&show=none#credit-title"
    assert links[1] == f"/image/{ONE}?label={DOG}&show=none&changes=cropped,resized#credit-title"

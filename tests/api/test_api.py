"""The JSON API over a small data set: shapes, counts, faults."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from browse.api.openapi import OPERATIONS, document
from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import PictureState
from browse.urls import urlpatterns
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import BEACH, CAT, DOG, FIVE, FOUR, NOTHING, ONE, SEA, SIX, THREE, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]
OF_NO_DATA = ("/robots.txt", "/activity.csv")
"""Files for crawlers, and of what people did, which reviewers alone can see."""


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address below /api/; checks what every answer has, and gives its JSON."""

    def fetch(address: str, status: int = 200) -> Any:
        response = client.get(f"/api/{address}")
        assert response.status_code == status, response.text
        assert response["X-Dataset-Version"] == f"{generation}.0"
        assert response["Content-Type"] == "application/json"
        return json.loads(response.content)

    return fetch


def test_an_image_has_every_key_in_the_documented_order(get: Get) -> None:
    image = get(f"images/{ONE}")
    assert list(image) == [
        "image_id", "subset", "title", "author", "author_url", "author_key", "license", "landing_url", "original_url",
        "original_size", "original_md5", "thumbnail", "attribution", "labels", "rotation",
    ]  # fmt: skip
    assert {name: image[name] for name in list(image)[:12]} == {
        "image_id": ONE,
        "subset": "train",
        "title": 'Dog & "sea"',
        "author": "Ann Other",
        "author_url": datasets.ANN,
        "author_key": "ann",
        "license": {"slug": "cc-by-2.0", "name": "CC BY 2.0", "url": datasets.BY},
        "landing_url": "https://www.flickr.com/photos/ann/1",
        "original_url": "https://farm1.staticflickr.com/1/1_2_o.jpg",
        "original_size": 12345,
        "original_md5": "AAECAwQFBgcICQoLDA0ODw==",
        "thumbnail": {"url": f"/thumb/{ONE}/m", "width": None, "height": None},
    }
    assert image["labels"] == [
        {
            "mid": BEACH, "name": "beach", "machine": 0.9, "human": "yes", "state": "confirmed", "confidence": 0.9,
            "sources": [{"source": "machine", "confidence": 0.9}, {"source": "human", "confidence": 1.0}],
        },
        {
            "mid": DOG, "name": "dog", "machine": 0.8, "human": None, "state": "unverified", "confidence": 0.8,
            "sources": [{"source": "machine", "confidence": 0.8}],
        },
        {
            "mid": CAT, "name": "cat", "machine": 0.6, "human": "no", "state": "rejected", "confidence": 0.6,
            "sources": [{"source": "machine", "confidence": 0.6}, {"source": "human", "confidence": 0.0}],
        },
    ]  # fmt: skip
    assert image["rotation"] == 90
    assert get(f"images/{FOUR}")["rotation"] is None
    assert list(image["labels"][0]) == ["mid", "name", "machine", "human", "state", "confidence", "sources"]
    assert "Dog &amp;" in image["attribution"]["html"]
    assert "CC BY 2.0" in image["attribution"]["text"]


def test_what_is_unknown_is_null(get: Get) -> None:
    image = get(f"images/{FOUR}")
    for name in ("title", "author", "author_url", "author_key", "landing_url", "original_url", "original_size",
                 "original_md5"):  # fmt: skip
        assert image[name] is None, name
    assert image["labels"] == [
        {
            "mid": DOG, "name": "dog", "machine": 0.9, "human": "yes", "state": "confirmed", "confidence": 0.9,
            "sources": [
                {"source": "machine", "confidence": 0.9},
                {"source": "verification", "confidence": 1.0},
                {"source": "human", "confidence": 0.0},
            ],
        }
    ]  # fmt: skip


def test_a_label_that_only_people_gave(get: Get) -> None:
    dog, cat = get(f"images/{THREE}")["labels"]
    assert (dog["mid"], dog["machine"], dog["human"], dog["state"], dog["confidence"]) == (
        DOG,
        None,
        "yes",
        "missed",
        1,
    )
    assert (cat["mid"], cat["machine"], cat["human"], cat["state"], cat["confidence"]) == (CAT, None, "no", "absent", 0)


def test_the_pixels_of_a_thumbnail_that_was_seen(get: Get) -> None:
    state = {"state": PictureStatus.FRESH, "version": "0123456789abcdef", "width": 1000, "height": 500}
    PictureState.objects.create(pk=key_from_image_id(TWO), **state)
    thumbnail = {"url": f"/thumb/{TWO}/m?v=0123456789abcdef", "width": 384, "height": 192}
    assert get(f"images/{TWO}")["thumbnail"] == thumbnail


def test_a_page_of_images(get: Get) -> None:
    page = get(f"images?label={DOG}@0.80-1&not={CAT}&per_page=2&subset=validation&subset=train&page=1")
    assert list(page) == ["count", "page", "per_page", "query", "results"]
    assert page["query"] == f"label={DOG}@0.8-1&not={CAT}&subset=train&subset=validation"
    assert (page["count"], page["page"], page["per_page"]) == (3, 1, 2)
    assert [image["image_id"] for image in page["results"]] == [ONE, THREE]
    assert page["results"][0] == get(f"images/{ONE}")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [ONE, TWO, THREE, FOUR, FIVE, SIX]),
        ("confidence=0-1", [ONE, TWO, THREE, FOUR, FIVE]),
        (f"label={DOG}", [ONE, TWO, THREE, FOUR]),
        (f"label={DOG}:missed,confirmed", [THREE, FOUR]),
        (f"label={DOG}&sort=-confidence", [THREE, FOUR, ONE, TWO]),
        (f"any={SEA}&any={BEACH}&min_any=2", [FIVE]),
        (f"not={DOG}", [FIVE, SIX]),
        (f"not={DOG}&confidence=0.9-1", [ONE, TWO]),
        ("state=absent", [THREE]),
        ("subset=test", []),
        ("license=cc-by-2.0-fr", [THREE]),
        ("author=ann", [ONE, TWO, SIX]),
        (f"label={NOTHING}", []),
    ],
)
def test_which_images_match(get: Get, query: str, ids: list[str]) -> None:
    page = get(f"images?{query}")
    assert [image["image_id"] for image in page["results"]] == ids
    assert page["count"] == len(ids)


def test_after_the_last_page_there_are_no_results_and_the_true_count(get: Get) -> None:
    page = get("images?page=10000000&per_page=200")
    assert (page["count"], page["results"]) == (6, [])


def test_facets_have_every_key_in_the_documented_order(get: Get) -> None:
    facets = get(f"facets?label={DOG}&top=2")
    assert list(facets) == [
        "count", "query", "labels", "authors", "subsets", "licenses", "license_check", "states", "confidence", "terms"
    ]  # fmt: skip
    assert facets["count"] == 4
    assert facets["query"] == f"label={DOG}"
    assert facets["labels"] == [
        {"mid": DOG, "name": "dog", "count": 4, "query": f"label={DOG}"},
        {"mid": SEA, "name": "sea", "count": 1, "query": f"label={DOG}&label={SEA}"},
    ]
    assert facets["authors"] == [
        {"key": "ann", "name": "Ann", "count": 2, "query": f"label={DOG}&author=ann"},
        {"key": "x-0123456789ab", "name": "Bob", "count": 1, "query": f"label={DOG}&author=x-0123456789ab"},
    ]
    assert facets["subsets"] == [
        {"value": "train", "count": 2, "query": f"label={DOG}&subset=train"},
        {"value": "validation", "count": 2, "query": f"label={DOG}&subset=validation"},
    ]
    assert [(one["value"], one["count"]) for one in facets["licenses"]] == [("cc-by-2.0", 3), ("cc-by-2.0-fr", 1)]
    assert [(one["value"], one["count"]) for one in facets["states"]] == [
        ("confirmed", 1), ("rejected", 0), ("unverified", 2), ("missed", 1), ("absent", 0)
    ]  # fmt: skip
    assert facets["states"][1]["query"] == f"label={DOG}&state=rejected"
    assert [one["value"] for one in facets["confidence"]] == [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    assert facets["confidence"][4] == {"value": 0.8, "count": 1, "query": f"label={DOG}&confidence=0.8-0.8"}
    (term,) = facets["terms"]
    assert list(term) == ["role", "term", "confidence", "states"]
    assert (term["role"], term["term"]) == ("label", DOG)
    assert term["confidence"][-1] == {"value": 1.0, "count": 1, "query": f"label={DOG}@1-1"}
    assert term["states"][3] == {"value": "missed", "count": 1, "query": f"label={DOG}:missed"}


QUERIES = [
    "",
    "confidence=0.8-1",
    "state=rejected&state=absent",
    f"label={DOG}&confidence=0.8-1&sort=-confidence&per_page=7&page=3",
    f"any={DOG}@0.9-1&any={DOG}@0.8-0.8&any={SEA}&min_any=2&sort=random&seed=3",
    f"not={CAT}:rejected&subset=train&author=ann",
    "author=ann&author=x-0123456789ab&q=d*%20-zebra",
    f"label={DOG}@0.8-1:unverified,confirmed&not={BEACH}&license=cc-by-2.0",
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_number_is_the_count_of_the_page_it_leads_to(get: Get, query: str) -> None:
    facets = get(f"facets?{query}&top=all".replace("?&", "?"))
    assert facets["count"] == get(f"images?{query}")["count"]
    values = [*facet_values(facets)]
    assert len(values) > 15
    for value in values:
        assert get(f"images?{value['query']}")["count"] == value["count"], value


def facet_values(facets: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every facet value that carries a query string."""
    for facet in ("labels", "authors", "subsets", "licenses", "states", "confidence"):
        yield from facets[facet]
    for term in facets["terms"]:
        yield from (*term["confidence"], *term["states"])


def test_order_and_paging_are_kept_in_facet_links_and_make_no_difference(get: Get) -> None:
    plain = get(f"facets?label={DOG}")
    asked = get(f"facets?label={DOG}&sort=random&seed=5&per_page=30&page=4")
    assert asked["query"] == f"label={DOG}&sort=random&seed=5"
    for value, other in zip(facet_values(plain), facet_values(asked), strict=True):
        assert other == {**value, "query": f"{value['query']}&sort=random&seed=5&per_page=30"}


def test_twenty_terms_leave_no_room_for_a_label(get: Get) -> None:
    full = "&".join(f"any={DOG}@0-0.{hundredths}" for hundredths in range(50, 70))
    labels = get(f"facets?{full}")["labels"]
    assert labels
    assert all(label["query"] is None for label in labels)
    assert get(f"images?{full}&label={DOG}", 400)["errors"][0]["parameter"] == "any"


def test_labels_are_found_by_name_or_mid(get: Get) -> None:
    page = get("labels")
    assert list(page) == ["count", "page", "per_page", "results"]
    assert [(label["mid"], label["name"], label["count"]) for label in page["results"]] == [
        (DOG, "dog", 4), (SEA, "sea", 2), (BEACH, "beach", 2), (NOTHING, "Señor Añejo", 0), (CAT, "cat", 0)
    ]  # fmt: skip
    for label in page["results"]:
        assert get(f"images?label={label['mid']}")["count"] == label["count"]
    assert [label["name"] for label in get("labels?q=EA")["results"]] == ["sea", "beach"]
    assert [label["name"] for label in get(f"labels?q={quote('senor ANEJO')}")["results"]] == ["Señor Añejo"]
    assert [label["mid"] for label in get("labels?q=/m/0bt")["results"]] == [DOG]
    assert get("labels?per_page=2&page=3")["results"] == [page["results"][4]]
    assert get("labels?q=zebra") == {"count": 0, "page": 1, "per_page": 30, "results": []}


@pytest.mark.parametrize(
    "address",
    [
        "images?label=/m/unknown",
        "images?top=3",
        "images?size=s",
        "facets?top=0",
        "facets?sort=random",
        "facets?lable=/m/0bt9lr",
        "images?author=nobody",
        "images?license=cc0-1.0",
        "images?label=",
        "labels?q=",
        "labels?label=/m/0bt9lr",
        f"images/{ONE}?page=1",
        "images?label=%ff%00",
        "images?" + "&".join(f"label={number}" for number in range(2000)),
    ],
)
def test_faults_are_400_in_json(get: Get, address: str) -> None:
    content = get(address, 400)
    assert list(content) == ["errors", "nearest"]
    assert_conforms(content, "BadQuery")
    assert len(json.dumps(content)) < 20_000


def test_a_fault_names_parameter_value_and_what_is_allowed(get: Get) -> None:
    content = get(f"images?label={DOG}&state=maybe&page=2", 400)
    message = "must be one of confirmed, rejected, unverified, missed, absent"
    assert content["errors"] == [{"parameter": "state", "value": "maybe", "message": message}]
    assert content["nearest"] == f"label={DOG}"


@pytest.mark.parametrize("image_id", ["00000000000000ff", "zz", "0" * 17, ONE.upper() + "A", "é", "%00", "%ff"])
def test_images_that_are_not_there_are_404(get: Get, image_id: str) -> None:
    assert "no image with this ImageID" in get(f"images/{image_id}", 404)["errors"][0]["message"]


def test_addresses_that_are_not_there_are_404_in_json(get: Get) -> None:
    for address in ("", "nothing", "images/", "images/a/b", "facets/x"):
        assert "/api/docs" in get(address, 404)["errors"][0]["message"]


def test_answers_conform_to_the_published_schemas(get: Get) -> None:
    assert_conforms(get("images"), "ImagePage")
    for text in ("dog", "ann", ONE, "-x"):
        assert_conforms(get(f"suggest?q={text}"), "Suggestions")
    for image_id in (ONE, FOUR, SIX):
        assert_conforms(get(f"images/{image_id}"), "Image")
    for query in QUERIES:
        assert_conforms(get(f"facets?{query}"), "Facets")
    assert_conforms(get("labels"), "LabelPage")
    assert_conforms(get("images/x", 404), "Failure")


def test_the_openapi_document_is_published(get: Get) -> None:
    published = get("openapi.json")
    assert published["openapi"].startswith("3.1")
    for path in published["paths"].values():
        for parameter in next(iter(path.values()))["parameters"]:
            parameter.pop("example", None)
    assert published == document()


def test_the_document_lists_every_file_with_what_it_takes(get: Get, client: Client) -> None:
    paths = get("openapi.json")["paths"]
    addresses = [f"/{pattern.pattern}" for pattern in urlpatterns]
    files = [one for one in addresses if re.search(r"\.(csv|md|txt)$", one) and one not in OF_NO_DATA]
    assert len(files) >= 10
    for path in [*files, "/stats/all.csv", "/stats/confidence.csv", "/stats/authors.csv"]:
        entry = paths[path]["get"]
        answer = client.get(path)
        if answer.status_code == 200 or "404" not in entry["responses"]:
            assert [*entry["responses"]["200"]["content"]] == [answer["Content-Type"].partition(";")[0]]
        assert set(entry["responses"]["200"]["headers"]) == {"X-Dataset-Version", "X-Dataset-Digest", "X-Record-Count"}
        assert ("304" in entry["responses"]) == ("ETag" in answer)
        named = {parameter["name"] for parameter in entry["parameters"]}
        for name in ("safe", "limit", "subset", "q", "order", "page"):
            refused = client.get(f"{path}?{name}=!").content.decode()
            is_unknown = "is not a parameter here" in refused or "there are no parameters" in refused
            assert is_unknown == (name not in named), (path, name)


def exampled(operation: dict[str, Any], place: str) -> dict[str, Any]:
    """The examples of an operation's parameters in the path or in the query, by name."""
    return {one["name"]: one["example"] for one in operation["parameters"] if one["in"] == place and "example" in one}


def test_examples_in_the_document_find_something_in_the_data_at_hand(get: Get) -> None:
    shown = set()
    published = {path: one for path, one in get("openapi.json")["paths"].items() if path.startswith("/api/")}
    for path, methods in published.items():
        if "get" not in methods or "{uid}" in path:  # of a training set there is no example
            continue
        queries, in_path = exampled(methods["get"], "query"), exampled(methods["get"], "path")
        assert all("{" not in path or f"{{{name}}}" in path for name in in_path)
        for escape in ("/", ""):
            address = path.format(**{name: quote(value, safe=escape) for name, value in in_path.items()})
            found = get(address.removeprefix("/api/"))
            assert found
        address = path.format(**in_path).removeprefix("/api/")
        get(f"{address}?{urlencode(queries, doseq=True)}")
        for name, value in queries.items():
            assert get(f"{address}?{urlencode({name: value}, doseq=True)}")["count"] > 0, name
        shown |= queries.keys() | in_path.keys()
    assert shown == {"label", "any", "not", "license", "author", "q", "mid", "image_id"}


def test_suggestions_are_labels_authors_images_and_a_count(get: Get) -> None:
    assert get("suggest?q=dogs") == {
        "labels": [{"mid": DOG, "name": "dog", "count": 4, "query": f"label={DOG}"}],
        "nearest": True,
        "authors": [],
        "images": [],
        "count": 0,
        "query": "q=dogs",
    }
    found = get("suggest?q=ann")
    assert (found["authors"], found["count"]) == ([{"key": "ann", "name": "Ann", "count": 3, "query": "author=ann"}], 3)
    image = {"image_id": FOUR, "subset": "validation", "title": None, "author": None}
    assert get(f"suggest?q={FOUR}.jpg")["images"] == [image]
    nothing = {"labels": [], "nearest": False, "authors": [], "images": [], "count": None, "query": None}
    assert get("suggest?q=-%20!") == get("suggest") == nothing


@pytest.mark.parametrize("query", ["q=", "q=%00", "q=a&q=b", f"q={'a' * 201}", "text=dog"])
def test_suggestions_name_what_is_wrong(get: Get, query: str) -> None:
    assert get(f"suggest?{query}", status=400)["errors"][0]["parameter"] in ("q", "text")


def test_examples_in_the_docs_lead_to_answers(get: Get, client: Client) -> None:
    page = tree(client.get("/api/docs").text)
    examples = [one.one("a")["href"] for one in page.all("p") if one.words.startswith("Example: ")]
    assert len(examples) == sum("{uid}" not in operation.path for operation in OPERATIONS)
    for address in examples:
        get(address.removeprefix("/api/"))


def test_an_empty_data_set_has_a_document_without_examples(client: Client) -> None:
    published = client.get("/api/openapi.json").json()
    assert published == document()
    assert "example" not in json.dumps(published["paths"])

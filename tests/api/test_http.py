"""The JSON API as HTTP: methods, entity tags, cost, and what it answers where there is no data set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from browse.models import DatasetState
from tests import datasets
from tests.datasets import DOG, ONE, TWO

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["images", f"images/{ONE}", "facets", "labels", "openapi.json", "docs", "other"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_nothing_can_be_written(client: Client, generation: str, address: str, method: str) -> None:
    response = getattr(client, method)(f"/api/{address}")
    if address == "other":
        assert response.status_code == 404
        return
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["X-Dataset-Version"] == f"{generation}.0"


@pytest.mark.parametrize(
    "address", ["/api/images", "/api/docs", "/api/none", "/", "/labels", "/stats", f"/thumb/{ONE}/m"]
)
def test_a_post_of_a_stranger_is_told_what_is_allowed(generation: str, address: str) -> None:
    response = Client(enforce_csrf_checks=True).post(address)
    assert response.status_code == (404 if address.endswith("none") else 405)


@pytest.mark.parametrize("address", ["openapi.json", "docs"])
def test_what_takes_no_parameters_says_so(client: Client, generation: str, address: str) -> None:
    response = client.get(f"/api/{address}?x=1")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "x"


def test_equal_versions_and_queries_have_equal_etags(client: Client, generation: str) -> None:
    def etag(address: str) -> str:
        return client.get(f"/api/{address}")["ETag"]

    assert etag(f"images?label={DOG}@0.80-1") == etag(f"images?label={DOG}@0.8-1&sort=image_id&page=1&per_page=30")
    assert etag("facets?page=3&top=50") == etag("facets")
    different = [
        *("images", "images?page=2", "images?per_page=2", "images?confidence=0-1", "images?sort=random&seed=1"),
        *("facets", "facets?per_page=2", "facets?top=2", "facets?top=all", "facets?top_authors=2"),
        *("labels", "labels?q=dog", "labels?page=2", "labels?q=2", f"images/{ONE}", f"images/{TWO}"),
    ]
    assert len({etag(address) for address in different}) == len(different)
    before = etag("images")
    DatasetState.objects.update(revision=1)
    assert etag("images") != before


@pytest.mark.parametrize("address", ["images?per_page=2", f"images/{ONE}", "facets", "labels"])
def test_an_answer_that_one_has_is_304(client: Client, generation: str, address: str) -> None:
    first = client.get(f"/api/{address}")
    again = client.get(f"/api/{address}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["X-Dataset-Version"] == first["X-Dataset-Version"] == f"{generation}.0"
    assert client.get(f"/api/{address}", headers={"If-None-Match": 'W/"x"'}).status_code == 200


def test_head_has_the_headers_only(client: Client, generation: str) -> None:
    response = client.head("/api/images")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == client.get("/api/images")["ETag"]


def test_a_page_costs_few_queries(
    client: Client, generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/api/images")
    with django_assert_max_num_queries(5):
        client.get(f"/api/images?label={DOG}")
    with django_assert_max_num_queries(5):
        client.get(f"/api/images/{ONE}")
    with django_assert_max_num_queries(3):
        client.get(f"/api/facets?label={DOG}")
    with django_assert_max_num_queries(2):
        client.get(f"/api/facets?label={DOG}&sort=-confidence")


def test_the_readable_docs_load_nothing_from_elsewhere(client: Client, generation: str) -> None:
    response = client.get("/api/docs")
    assert response.status_code == 200
    assert response["X-Dataset-Version"] == f"{generation}.0"
    text = response.text
    for word in ("GET /api/images", "/api/images/{image_id}", "min_any", "top_authors", "LO-HI", "Retry-After"):
        assert word in text
    assert 'src="http' not in text
    assert 'rel="stylesheet" href="http' not in text


def test_exports_are_of_the_type_that_the_document_says(client: Client, generation: str) -> None:
    read = {"application/json": json.loads, "application/x-tar": bytes}
    seen = set()
    for path, operations in client.get("/api/openapi.json").json()["paths"].items():
        if path.startswith("/export/"):
            [(media_type, content)] = operations["get"]["responses"]["200"]["content"].items()
            answer = client.get(path)
            if "404" in operations["get"]["responses"]:  # of a kind that this data set has none of
                assert answer.status_code == 404
                continue
            assert answer["Content-Type"].partition(";")[0] == media_type
            value = read.get(media_type, bytes.decode)(answer.getvalue())
            assert content["schema"]["type"] == ("object" if isinstance(value, dict) else "string"), path
            seen.add(media_type)
    assert seen > {"application/json", "text/csv"}


def test_without_a_data_set_the_answer_says_what_to_run(client: Client) -> None:
    for address in ("images", "facets?top=3", f"images/{ONE}", "labels"):
        response: HttpResponse = client.get(f"/api/{address}")
        assert response.status_code == 503
        assert response["Retry-After"] == "60"
        assert response["X-Dataset-Version"] == "none"
        assert "python manage.py import_openimages" in response.json()["errors"][0]["message"]
    assert client.get("/api/openapi.json").status_code == 200
    assert client.get("/api/docs").status_code == 200


def test_without_an_index_the_answer_says_what_to_run(client: Client, settings: Settings, tmp_path: Path) -> None:
    datasets.load_example(tmp_path / "elsewhere")
    settings.INDEX_DIR = tmp_path / "empty"
    response = client.get("/api/images")
    assert response.status_code == 503
    message = response.json()["errors"][0]["message"]
    assert "python manage.py check" in message
    assert str(tmp_path) not in message
    assert "Retry-After" in response

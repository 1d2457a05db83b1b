"""Streams: as many as there may be at a time, and over HTTP/1.0 finished or not at all."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.gzip import gzip_page
from pytest_django import Settings

from browse.search import ChangingError

MOST = 100_000
closed: list[str] = []


def lines(number: int) -> Iterator[str]:
    """A header line and so many rows."""
    try:
        yield "Row\n"
        for row in range(number):
            yield f"{row}\n"
    finally:
        closed.append("closed")


def rows(request: HttpRequest, number: int) -> StreamingHttpResponse:
    return StreamingHttpResponse(lines(number), content_type="text/csv")


def counted(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Says how many rows there are; each is three lines long."""
    content = (f'"{row}\n\n"\n' for row in range(number))
    return StreamingHttpResponse(content, headers={"X-Record-Count": str(number)})


def cut(request: HttpRequest) -> StreamingHttpResponse:
    def broken() -> Iterator[str]:
        yield "Row\n"
        raise ChangingError

    return StreamingHttpResponse(broken())


urlpatterns = [
    path("rows/<int:number>", rows),
    path("zipped/<int:number>", gzip_page(rows)),
    path("counted/<int:number>", counted),
    path("cut", cut),
    path("", include("viewer.urls")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def old() -> Client:
    """A client of HTTP/1.0."""
    return Client(SERVER_PROTOCOL="HTTP/1.0")


@pytest.mark.parametrize("address", [f"/rows/{MOST}", f"/counted/{MOST}", "/rows/0"])
def test_over_http_1_0_up_to_100000_rows_come_with_their_length(old: Client, address: str) -> None:
    response = old.get(address)
    assert response.status_code == 200
    content = response.getvalue()
    assert int(response["Content-Length"]) == len(content)
    assert content == Client(SERVER_PROTOCOL="HTTP/1.1").get(address).getvalue()


def test_a_web_server_in_front_is_told_not_to_store_streams() -> None:
    client = Client(SERVER_PROTOCOL="HTTP/1.1")
    assert client.get("/rows/3")["X-Accel-Buffering"] == "no"
    assert "X-Accel-Buffering" not in client.get("/robots.txt")


@pytest.mark.parametrize("address", [f"/rows/{MOST + 1}", f"/counted/{MOST + 1}"])
def test_over_http_1_0_more_rows_are_refused(old: Client, generation: str, address: str) -> None:
    closed.clear()
    response = old.get(address)
    assert response.status_code == 426
    assert "proxy_http_version 1.1" in response.text
    assert "100,000 rows" in response.text
    assert "counted" in address or closed == ["closed"]


def test_over_http_1_1_there_is_no_length_and_no_bound() -> None:
    response = Client(SERVER_PROTOCOL="HTTP/1.1").get(f"/rows/{MOST + 1}")
    assert response.status_code == 200
    assert "Content-Length" not in response.headers
    assert response.getvalue().count(b"\n") == MOST + 2


def test_what_is_compressed_has_the_length_of_that(old: Client) -> None:
    response = old.get("/zipped/1000", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert int(response["Content-Length"]) == len(response.getvalue())


def test_over_http_1_0_what_cannot_be_finished_is_no_answer(old: Client, generation: str) -> None:
    response = old.get("/cut")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "changing" in response.text


def test_there_are_so_many_at_a_time(settings: Settings, generation: str) -> None:
    settings.STREAMS = 2
    client = Client()
    held = [client.get("/rows/3") for _ in range(2)]
    refused = client.get("/rows/3")
    assert refused.status_code == 503
    assert refused["Retry-After"] == "30"
    assert client.head("/rows/3").status_code == 200  # makes nothing
    held[0].getvalue()  # to its end
    assert client.get("/rows/3").status_code == 200


def test_one_that_is_given_up_unread_leaves_its_place(settings: Settings) -> None:
    settings.STREAMS = 1
    client = Client()
    for _ in range(3):
        response = client.get("/rows/3")
        assert response.status_code == 200
        del response
        gc.collect()

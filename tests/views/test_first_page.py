"""`/` without parameters: all images in the order of the day, under that address; and how all by ImageID is written."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from browse.curation.actions import give_verdict
from browse.requests.readers import day_of
from browse.views import pages
from tests.datasets import CAT, DOG, ONE
from tests.views.pages import Get, getter, images_on, page_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "results"}
EVENING = dt.datetime(2026, 11, 30, 23, 59, tzinfo=dt.UTC)
DAY = "20261130"
WITH_QUERY = ("/?", "/facets", "/export/", "/credits", "/image/")
"""Beginnings of addresses to which the first page's query goes."""


@pytest.fixture
def get(client: Client, generation: str, monkeypatch: pytest.MonkeyPatch) -> Get:
    """GET an address over the example data set, on an evening in UTC."""
    set_clock(monkeypatch, EVENING)
    return getter(client)


def set_clock(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    monkeypatch.setattr(pages.timezone, "now", lambda: now)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (EVENING, DAY),
        (EVENING + dt.timedelta(minutes=1), "20261201"),
        (dt.datetime(2027, 1, 1, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))), "20261231"),
    ],
)
def test_the_seed_of_the_day_is_its_date_in_utc(moment: dt.datetime, day: str) -> None:
    assert day_of(moment) == day


def test_the_first_page_has_the_days_order_under_its_own_address(get: Get) -> None:
    page = get("/")
    seeded = page_of(get(f"/?sort=random&seed={DAY}"))
    assert images_on(page_of(page)) == images_on(seeded)
    assert images_on(page_of(page)) != images_on(page_of(get("/?sort=image_id")))
    assert get("/", **HTMX)["HX-Push-Url"] == "/"
    assert page_of(page).one("#facets-loader")["data-address"] == "/"
    assert page_of(page).one("#facets-loader")["data-query"] == f"/?sort=random&seed={DAY}"


def test_it_says_in_a_line_what_this_is_and_no_other_page_does(get: Get) -> None:
    intro = page_of(get("/")).one(".intro")
    assert "Open Images" in intro.words
    assert intro.addresses == {"/about"}
    assert page_of(get("/", **HTMX)).has(".intro")
    for address in (f"/?sort=random&seed={DAY}", "/?sort=image_id", "/?size=s"):
        assert not page_of(get(address)).has(".intro"), address


@pytest.mark.parametrize(
    "address", ["/", f"/?sort=random&seed={DAY}&per_page=1&page=2", f"/facets?sort=random&seed={DAY}"]
)
def test_every_link_and_form_on_it_and_beyond_keeps_order_and_seed(get: Get, address: str) -> None:
    page = page_of(get(address)).one("main")
    links = [one for one in page.addresses if one.startswith(WITH_QUERY) and "sort=image_id" not in one]
    links = [one for one in links if not one.endswith("sort=random")]  # the menu of orders itself
    assert len(links) > 10
    for link in links:
        assert parse_qs(urlsplit(link).query).get("seed") == [DAY], link
    forms = [form for form in page.all("form") if form["action"] in ("/go", "/facets/labels", "/facets/authors")]
    assert forms
    for form in forms:
        sent = {(one["name"], one["value"]) for one in form.all('input[type="hidden"]')}
        assert {("sort", "random"), ("seed", DAY)} <= sent, form["action"]


def test_the_filters_of_the_first_page_are_those_of_its_query(get: Get) -> None:
    assert page_of(get("/")).one("#facets-loader")["hx-get"] == f"/facets?sort=random&seed={DAY}"


def test_its_etag_holds_the_day_and_everything_else_that_it_is_made_of(
    get: Get, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get("/")
    assert DAY in first["ETag"]
    known = {"If-None-Match": first["ETag"]}
    unchanged = get("/", 304, **known)
    assert (unchanged.content, unchanged["ETag"]) == (b"", first["ETag"])
    assert {"HX-Request", "HX-Target", "Cookie"} <= {name.strip() for name in unchanged["Vary"].split(",")}
    get("/", **known, **HTMX)
    client.cookies["theme"] = "dark"
    get("/", **known)
    del client.cookies["theme"]
    get("/", 304, **known)
    set_clock(monkeypatch, EVENING + dt.timedelta(minutes=1))
    tomorrow = get("/", **known)
    assert "20261201" in tomorrow["ETag"]
    set_clock(monkeypatch, EVENING)
    give_verdict(image_id=ONE, mid=CAT, says="yes", by="ann")
    changed = get("/", **known)
    assert {first["ETag"], tomorrow["ETag"]}.isdisjoint({changed["ETag"]})
    assert "ETag" not in get("/?sort=image_id")


def test_who_has_signed_in_is_always_sent_the_page(get: Get, admin_client: Client) -> None:
    tag = get("/")["ETag"]
    answer = admin_client.get("/", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "ETag" not in answer


def test_the_seed_is_the_days_also_where_nobody_sets_the_clock(client: Client, generation: str) -> None:
    before, page, after = timezone.now(), page_of(getter(client)("/")), timezone.now()
    (seed,) = parse_qs(urlsplit(page.one("#facets-loader")["hx-get"]).query)["seed"]
    assert seed in {day_of(before), day_of(after)}


def test_api_and_exports_without_parameters_stay_in_the_order_of_image_ids(get: Get) -> None:
    found = [one["image_id"] for one in get("/api/images").json()["results"]]
    rows = [row.partition(",")[0] for row in b"".join(get("/export/images.csv")).decode().splitlines()[1:]]
    for ids in (found, rows):
        assert all(one < other for one, other in pairwise(ids))
    assert len(rows) > len({*found} - {*rows})
    values = [value for facet in ("subsets", "licenses", "states") for value in get("/api/facets").json()[facet]]
    assert {"sort=image_id" in value["query"] for value in values} == {False}
    assert get("/api/images").json()["query"] == ""
    assert get("/api/images?sort=image_id").json()["query"] == ""


@pytest.mark.parametrize(
    ("page", "link"),
    [
        (f"/facets?label={DOG}", "/?sort=image_id"),
        (f"/facets?label={DOG}&per_page=2", "/?sort=image_id&per_page=2"),
        (f"/?label={DOG}", "/?sort=image_id"),
        ("/?sort=random&seed=3&size=l", "/?sort=image_id&size=l"),
        ("/?per_page=1", "/?sort=image_id&per_page=1&page=2"),
        ("/credits", "/?sort=image_id"),
        ("/compare", "/?sort=image_id"),
        (f"/image/{ONE}?per_page=1", "/?sort=image_id&per_page=1"),
    ],
)
def test_links_to_all_images_by_image_id_say_the_order(get: Get, page: str, link: str) -> None:
    addresses = {address.partition("#")[0] for address in page_of(get(page)).one("main").addresses}
    assert link in addresses
    assert "/" not in addresses
    get(link)


def test_a_random_order_is_asked_for_once_whatever_the_order_is(get: Get, client: Client) -> None:
    for address in ("/", "/?sort=image_id", "/?sort=random&seed=4", "/?size=l"):
        (shuffle,) = {one for one in page_of(get(address)).one("main").addresses if one.endswith("sort=random")}
        assert shuffle.count("sort=") == 1
        assert client.get(shuffle).status_code == 302

"""Relationships on pages: the table, chips and filters, and both boxes with the arrow on an image's picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.relationships import Relationship, Sides
from browse.models import PictureState
from tests import datasets
from tests.datasets import CAT, DOG, FOUR, ONE, SEA, TWO
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
BOX, OTHER = Sides(0.1, 0.3, 0.2, 0.4), Sides(0.5, 0.9, 0.6, 1.0)
ROWS = {
    ONE: (Relationship(DOG, "inside_of", SEA, BOX, OTHER), Relationship(DOG, "is", CAT, BOX, BOX)),
    TWO: (Relationship(DOG, "inside_of", SEA, BOX, OTHER),) * 2,
    FOUR: (Relationship(SEA, "on", DOG, BOX, OTHER),),
}


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the example data set with relationships; its first image is turned by 90 degrees."""
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, relationships=ROWS)
    return getter(client)


def test_each_cell_of_the_table_leads_to_its_images(get: Get) -> None:
    page = page_of(get("/relations"))
    rows = [[cell.words for cell in row.all("td")] for row in page.all("tbody tr")]
    assert rows[0] == ["dog", "inside of", "sea", "2"]
    assert sorted(rows[1:]) == [["dog", "is", "cat", "1"], ["sea", "on", "dog", "1"]]
    links = [cell.one("a")["href"] for cell in page.all("tbody tr")[0].all("td")]
    assert links == [
        f"/?label=rel:{DOG}~*~*",
        "/?label=rel:*~inside_of~*",
        f"/?label=rel:*~*~{SEA}",
        f"/?label=rel:{DOG}~inside_of~{SEA}",
    ]
    for row in page.all("tbody tr"):
        count = row.all("td")[3].one("a")
        assert get(count["href"].replace("/?", "/api/images?")).json()["count"] == int(count.words)


def test_the_table_can_be_of_one_relation(get: Get) -> None:
    page = page_of(get("/relations?relation=on"))
    assert page.one("[aria-current]").words == "on"
    assert len(page.all("tbody tr")) == 1
    assert "past the end" in page_of(get("/relations?page=2")).words
    assert "names a relation that this data set does not have" in page_of(get("/relations?relation=eats", 400)).words


def test_both_boxes_and_the_arrow_are_drawn_turned_as_the_picture_is(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}?show=relationships"))
    drawn = page.one('svg.relations [data-relation="1"]')
    boxes = [[one[name] for name in ("x", "y", "width", "height")] for one in drawn.all("rect.line")]
    assert boxes == [["20.00%", "70.00%", "20.00%", "20.00%"], ["60.00%", "10.00%", "40.00%", "40.00%"]]
    arrow = drawn.one("line.line")
    assert [arrow[name] for name in ("x1", "y1", "x2", "y2")] == ["30.00%", "80.00%", "80.00%", "30.00%"]
    assert arrow["marker-end"] == "url(#head-1)"
    attribute = page.one('svg.relations [data-relation="2"]')
    assert (len(attribute.all("rect.line")), attribute.all("line")) == (1, [])
    assert not page.has("svg.relations [style]")
    assert page.one(drawn["href"]).one("bdi").words == "dog inside of sea"
    assert page.one("#relation-1 a.swatch")["href"] == "#drawn-relation-1"
    assert page.all("#relation-1 a")[1]["href"] == f"/?label=rel:{DOG}~inside_of~{SEA}"


def test_relationships_are_shown_where_they_are_asked_for(get: Get) -> None:
    plain = page_of(get(f"/image/{ONE}"))
    assert "hidden" in plain.one("svg.relations").attributes
    switch = plain.one('a[data-switch="relationships"]')
    assert switch["href"] == f"/image/{ONE}?show=boxes,relationships"
    assert switch.one("span").words == "Show 2 relationships"
    asked = page_of(get(f"/image/{ONE}?label=rel:*~is~*"))
    assert "hidden" not in asked.one("svg.relations").attributes
    strong = {link["data-relation"]: "own" in link["class"].split() for link in asked.all("svg.relations a")}
    assert strong == {"1": False, "2": True}


def test_chips_and_filters_name_relationships(get: Get) -> None:
    page = page_of(get(f"/?label=rel:{DOG}~inside_of~{SEA}&not=rel:*~is~*"))
    assert "dog inside of sea" in page.words
    assert "not anything of any attribute" in page.words
    assert page.each(".chip.must .about a", "href") == [f"/label{DOG}", f"/label{SEA}"]
    panel = page_of(get("/facets"))
    section = panel.one('[data-fold="relations"]')
    assert "label=rel:*~inside_of~*" in section.one('a[href*="inside_of"]')["href"]
    assert "Relationships" in section.words


def test_a_data_set_without_relationships_says_so(client: Client, generation: str) -> None:
    assert "The data set has no relationships." in page_of(client.get("/relations")).words
    assert not page_of(client.get("/facets")).has('[data-fold="relations"]')


def test_tiles_draw_the_relationships_that_the_query_asks_for(get: Get) -> None:
    for image_id, (width, height) in {ONE: (100, 200), TWO: (400, 100)}.items():
        PictureState.objects.create(
            pk=key_from_image_id(image_id), state="fresh", version="0" * 16, width=width, height=height
        )
    one, two = page_of(get(f"/?label=rel:{DOG}~*~*&label={DOG}")).all("li.tile")
    drawn = one.one("svg.drawn")
    assert (drawn["viewbox"], drawn["preserveaspectratio"]) == ("0 0 100 200", "xMidYMid slice")
    assert drawn.one("path.line")["d"] == "M20 140H40V180H20zM60 20H100V100H60zM30 160L80 60"
    assert drawn.one("path.head")["d"].startswith("M80 60L")
    assert one.one("img")["alt"].endswith(": dog inside of sea, dog is cat")
    assert two.one("path.line")["d"].count("L") == 1
    (narrow,) = page_of(get("/?label=rel:*~is~*&subset=train")).all("li.tile svg.drawn")
    assert narrow.one("path.line")["d"] == "M20 140H40V180H20z"
    assert not page_of(get(f"/?label={DOG}")).has("svg.drawn")
    PictureState.objects.all().delete()
    assert not page_of(get(f"/?label=rel:{DOG}~*~*")).has("svg.drawn")


def test_quick_look_draws_relationships_where_the_query_asks_for_one(get: Get) -> None:
    asked = "?label=rel:*~is~*"
    look = page_of(get(f"/image/{ONE}/look{asked}", **HTMX))
    strong = look.one("svg.relations[data-asked] .own")
    assert (strong["data-relation"], strong["href"]) == ("2", f"/image/{ONE}{asked}#relation-2")
    button = look.one('[data-switch="relationships"]')
    assert (button["data-key"], button.words) == ("3", "Hide 2 relationships")
    assert not page_of(get(f"/image/{ONE}/look?label={DOG}", **HTMX)).has("svg.relations")


def test_the_chip_of_a_relationship_offers_what_goes_with_the_rest_of_it(get: Get) -> None:
    def sections(address: str) -> dict[str, dict[str, str]]:
        panel = page_of(get(address)).one(".chip.must .chip-panel")
        return {
            section.one("h2").words: {link.one("bdi").words: link["href"] for link in section.all(".value a[href]")}
            for section in panel.all("section.facet")
        }

    found = sections(f"/?label=rel:{DOG}~inside_of~*")
    assert found["Relation"] == {"inside of": f"/?label=rel:{DOG}~*~*", "is": f"/?label=rel:{DOG}~is~*"}
    assert found["Subject"] == {"dog": "/?label=rel:*~inside_of~*"}
    assert found["Object"] == {"sea": f"/?label=rel:{DOG}~inside_of~{SEA}"}
    anything = sections("/?label=rel:*~*~*&subset=train")
    assert list(anything["Relation"]) == ["inside of", "is", "on"]
    assert anything["Object"][("dog")] == f"/?label=rel:*~*~{DOG}&subset=train"
    assert list(sections("/?label=rel:*~is~*")["Attribute"]) == ["cat"]
    for links in anything.values():
        for href in links.values():
            get(href)

"""Boxes over a picture: they lie on it at any width, are switched by key, and light up together with their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.pages import expect
from tests.live import Site
from tests.watched import Opener, Watch

HEADER = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
RELATION_HEADER = "ImageID,LabelName1,LabelName2,XMin1,XMax1,YMin1,YMax1,XMin2,XMax2,YMin2,YMax2,RelationshipLabel"
SIDES = ("0,0.3,0,0.2", "0.6,1,0.05,0.5", "0.9,1,0.9,1")
FIRST = """
from browse.models import Annotation, Image
key = Image.objects.order_by("pk").first().pk
print(Image.objects.order_by("pk").last().image_id, end=" ")
print(Image.objects.get(pk=key).image_id, Annotation.objects.filter(image_id=key).first().label.mid)
"""


@dataclass(frozen=True)
class BoxedSite:
    """A running site whose first image has three boxes of one label, and whose last one a relationship."""

    url: str
    image_id: str
    mid: str
    related: str


@pytest.fixture(scope="module")
def boxed(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoxedSite]:
    folder = tmp_path_factory.mktemp("sites")
    site = sample.copied_to(folder / "boxed")
    related, image_id, mid = site.manage("shell", "-v0", "-c", FIRST).split()[-3:]
    rows = [f"{image_id},xclick,{mid},1,{sides},0,1,0,0,0" for sides in SIDES]
    (folder / "train-annotations-bbox.csv").write_text("\n".join([HEADER, *rows, ""]))
    relationship = f"{related},{mid},{mid},0,0.3,0,0.3,0.6,0.9,0.6,0.9,on"
    (folder / "oidv6-train-annotations-vrd.csv").write_text(f"{RELATION_HEADER}\n{relationship}\n")
    site.manage("import_openimages", folder / "train-annotations-bbox.csv", folder / "oidv6-train-annotations-vrd.csv")
    with site.served() as url:
        yield BoxedSite(url, image_id, mid, related)


@pytest.fixture
def watch(boxed: BoxedSite) -> Watch:
    return Watch(boxed.url)


def rectangle(part: Locator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = part.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def lies_on(page: Page, boxes: Locator, picture: Locator) -> None:
    """The layer is as large as the picture, and no name leaves it."""
    expect(picture).to_have_js_property("complete", value=True)
    whole = rectangle(picture)
    assert rectangle(boxes) == pytest.approx(whole, abs=0.6)
    for name in boxes.locator(".plate").all():
        left, top, right, bottom = rectangle(name)
        assert (left >= whole[0] - 1, top >= whole[1] - 1) == (True, True)
        assert (right <= whole[2] + 1, bottom <= whole[3] + 1) == (True, True)


@pytest.mark.parametrize("width", [390, 1440])
def test_boxes_lie_on_the_picture_and_are_switched_by_a_key(boxed: BoxedSite, open_page: Opener, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844})
    page.goto(f"/image/{boxed.image_id}")
    boxes = page.locator("svg.boxes")
    lies_on(page, boxes, page.locator(".frame img"))
    page.keyboard.press("1")
    expect(boxes).to_be_hidden()
    expect(page).to_have_url(re.compile("show=none$"))
    page.goto(f"/image/{boxed.image_id}")
    expect(boxes).to_be_hidden()
    page.get_by_role("link", name="Show 3 boxes").click()
    expect(boxes).to_be_visible()
    expect(page).to_have_url(re.compile("show=boxes$"))


@pytest.mark.deep
def test_boxes_and_rows_light_up_together(boxed: BoxedSite, open_page: Opener) -> None:
    page = open_page()
    page.goto(f"/image/{boxed.image_id}")
    row, boxes = page.locator("tr[data-boxes-of]"), page.locator("svg.boxes a")
    row.hover()
    expect(page.locator("svg.boxes a.lit")).to_have_count(3)
    boxes.nth(0).focus()
    expect(row).to_have_class(re.compile("lit"))
    expect(page.locator("ol.box-list .lit")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#box-2$"))  # the largest is drawn first


def test_quick_look_has_them_too(boxed: BoxedSite, open_page: Opener) -> None:
    page = open_page()
    page.goto(f"/?sort=image_id#look-{boxed.image_id}")
    boxes = page.get_by_role("dialog").locator("svg.boxes")
    expect(boxes).to_be_visible()
    lies_on(page, boxes, page.locator(".stage img"))
    page.keyboard.press("+")
    lies_on(page, boxes, page.locator(".stage img"))
    page.keyboard.press("1")
    expect(boxes).to_be_hidden()


def test_quick_look_shows_the_relationships_that_the_query_asks_for_until_they_are_switched_off(
    boxed: BoxedSite, open_page: Opener
) -> None:
    page = open_page()
    address = f"/?label=rel:*~on~*#look-{boxed.related}"
    page.goto(address)
    relations = page.get_by_role("dialog").locator("svg.relations")
    expect(relations).to_be_visible()
    lies_on(page, relations, page.locator(".stage img"))
    page.keyboard.press("3")
    expect(relations).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Show 1 relationship")).to_be_visible()
    expect(relations).to_be_hidden()

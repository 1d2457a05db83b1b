"""A narrative on its picture: the slider lights words, and draws the pointer's way as far."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser.pages import expect
from tests.live import Site
from tests.watched import Opener, Watch

FIRST = 'from browse.models import Image\nprint(Image.objects.order_by("pk").first().image_id)\n'
SAID = ("In this image", "there is a dog", "on the grass.")
WAYS = (((0.1, 0.1), (0.4, 0.2)), ((0.5, 0.5), (0.7, 0.4)), ((0.2, 0.8), (0.9, 0.9)))


def line(image_id: str, annotator: int) -> str:
    timed = [{"utterance": text, "start_time": place, "end_time": place + 1} for place, text in enumerate(SAID)]
    points = [{"x": x, "y": y, "t": place + 0.4 * n} for place, way in enumerate(WAYS) for n, (x, y) in enumerate(way)]
    said = {"dataset_id": "x", "image_id": image_id, "annotator_id": annotator, "caption": " ".join(SAID)}
    return json.dumps({**said, "timed_caption": timed, "traces": [points], "voice_recording": "t/a.ogg"})


@pytest.fixture(scope="module")
def told(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A running site, and the image that two annotators described."""
    folder = tmp_path_factory.mktemp("sites")
    site = sample.copied_to(folder / "told")
    image_id = site.manage("shell", "-v0", "-c", FIRST).split()[-1]
    file = folder / "open_images_train_v6_localized_narratives-00000-of-00010.jsonl"
    file.write_text(f"{line(image_id, 7)}\n{line(image_id, 8)}\n")
    site.manage("import_openimages", file)
    with site.served() as url:
        yield url, image_id


@pytest.fixture
def watch(told: tuple[str, str]) -> Watch:
    return Watch(told[0])


def test_the_slider_lights_words_and_draws_the_way_as_far(told: tuple[str, str], open_page: Opener) -> None:
    page = open_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"/image/{told[1]}")
    ways = page.locator("svg.ways")
    expect(ways).to_be_hidden()
    page.keyboard.press("5")
    expect(ways).to_be_visible()
    expect(page.locator("#way-1")).to_have_class("way current")
    second = page.locator('[data-told="2"]')
    slider = second.get_by_label("Said so far")
    slider.focus()
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "there is a dog")
    expect(second.locator(".phrase.now")).to_have_text("there is a dog")
    expect(second.locator(".phrase.later")).to_have_text("on the grass.")
    expect(page.locator("#way-2")).to_have_class("way current")
    expect(page.locator("#way-1")).to_be_hidden()
    assert page.locator("#way-2 path").evaluate_all("all => all.map((one) => one.checkVisibility())") == [
        *(True, True, False)
    ]
    page.locator('[data-told="1"]').get_by_role("link", name="Way of the pointer").click()
    expect(page.locator("#way-1 path").first).to_be_visible()
    expect(page.locator("#way-2")).to_be_hidden()

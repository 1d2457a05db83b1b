"""COCO exports read their images twice: whatever changes in between, annotations are of their own images."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from browse.curation import actions
from browse.exports.downloads import Heading
from browse.exports.matches import matching
from browse.exports.tables import EXPORTS
from browse.query.values import Query
from tests.exports.test_layout_exports import Site, site

__all__ = ["site"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["coco", "coco-masks"])
@pytest.mark.parametrize("becomes", ["hidden", "shown"])
def test_annotations_are_of_their_own_images_whatever_changes_between_the_passes(
    site: Site, name: str, becomes: str
) -> None:
    kind = {"coco": "boxes", "coco-masks": "masks"}[name]
    wanted = getattr(site.dataset, kind)
    changing = next(one for one, some in wanted.items() if some)
    [form] = [one for one in EXPORTS if one.name == name]
    found = matching(Query())
    if becomes == "shown":
        actions.hide_image(image_id=changing, by="rita", why="asked")
    lines = form.write(found, Heading("All", found.version), False).lines
    text = "".join(iter(lambda: next(lines), '\n],\n"annotations": [\n'))
    change = actions.hide_image if becomes == "hidden" else actions.unhide_image
    change(image_id=changing, by="rita", why="asked")
    coco = json.loads(text + '\n],\n"annotations": [\n' + "".join(lines))
    images = {one["id"]: one["image_id"] for one in coco["images"]}
    assert (changing in images.values()) is (becomes == "hidden")
    number = dict.fromkeys(wanted, 0) | Counter(images[one["image_id"]] for one in coco["annotations"])
    assert number == {one: len(some) * (one != changing) for one, some in wanted.items()}

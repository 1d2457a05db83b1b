"""Exports of relationships, points, masks and narratives: the rows that a plain loop finds, as releases have them."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from django.http import QueryDict, StreamingHttpResponse
from django.test import Client
from PIL import Image
from pytest_django import Settings

from browse.curation import actions
from browse.domain.masks import Mask, mask_path
from browse.domain.narratives import Narrative
from browse.domain.points import VERDICTS, Point
from browse.domain.relationships import Relationship, Sides
from browse.exports import matches
from browse.exports.layouts import LAYOUTS
from browse.requests.readers import read_query
from tests import datasets
from tests.boxed import box
from tests.datasets import ANIMAL, CAT, DOG, EXAMPLE, IDS, NAMES, ONE, PET, SEA, STEPS, THREE, TWO
from tests.facets.brute import BruteForce
from tests.facets.brute_rows import rows_asked_for
from tests.facets.datasets import Dataset
from tests.views.pages import getter, page_of

pytestmark = pytest.mark.django_db

HEADERS = {
    "relationships": (
        "ImageID,LabelName1,LabelName2,XMin1,XMax1,YMin1,YMax1,XMin2,XMax2,YMin2,YMax2,RelationshipLabel"
    ),
    "points": "ImageId,X,Y,Label,EstimatedYesNo,Source,YesVotes,NoVotes,UnsureVotes,TextLabel",
    "masks": "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks",
}
QUERIES = (
    *("", f"label={DOG}", f"any={DOG}&any={SEA}&limit=3", "sort=random&seed=4", "subset=train&limit=2", "subset=test"),
    *(
        f"any=rel:{DOG}~on~*&any=rel:*~is~{SEA}",
        f"label=rel:*~on~{PET}*",
        f"label=rel:{SEA}~*~*",
        f"not=rel:{CAT}~is~*",
    ),
    *(f"any=point:{DOG}:no,unsure&any=point:{CAT}", f"label=point:{ANIMAL}*:yes,no", f"any={CAT}&any=point:{SEA}"),
    *(f"any=box:{DOG}@0.5-1&any=box:{CAT}", f"label={PET}*", f"any={DOG}:rejected,absent&any={ANIMAL}*"),
    *("caption=dog", "caption=dog*+-house", f"caption=the&label={DOG}", "has=masks", f"has=points&not={DOG}"),
)
WORDS = ("dog", "dogs", "the", "house", "café")


@dataclass
class Site:
    """A site over drawn rows, in files of a folder, and what a plain loop makes of them."""

    client: Client
    folder: Path
    dataset: Dataset
    brute: BruteForce
    clicks: dict[str, str]
    lines: dict[Narrative, str]

    def get(self, address: str) -> str:
        """The text of a file, of which the head tells how many records it has."""
        response = self.client.get(address)
        assert response.status_code == 200, response.content[:300]
        assert isinstance(response, StreamingHttpResponse)
        self.records = int(response["X-Record-Count"])
        return b"".join(response).decode()  # type: ignore[arg-type]

    def expected(self, kind: str, query: str) -> Iterator[tuple[str, Any]]:
        """Image and row, by a loop over the query's images."""
        images = [row.partition(",")[0] for row in self.get(f"/export/images.csv?{query}").splitlines()[1:]]
        asked = read_query(QueryDict(query), extra=frozenset({"limit"})).query
        return rows_asked_for(self.brute, asked, kind, images)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def picture(mask: Mask, image_id: str) -> np.ndarray[Any, Any]:
    """The pixels of a mask: drawn, of a size of its own."""
    chance = np.random.default_rng(mask.box_id)
    height, width = (6, 9) if mask.box_id % 3 else (4, 6)
    return chance.random((height, width)) < 0.5


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).convert("1").save(out, "PNG")
    return out.getvalue()


def draw(seed: int, folder: Path) -> tuple[Dataset, dict[str, str], dict[Narrative, str]]:
    """The example with drawn rows of every kind, and the files that they lie in."""
    chance, mids = random.Random(seed), (DOG, CAT, SEA)

    def share() -> float:
        return float(np.float32(chance.choice([0, 1, 0.5, 0.00001, round(chance.random(), 6), chance.random()])))

    def sides() -> tuple[float, float, float, float]:
        (left, right), (top, bottom) = (sorted(_shortest(share()) for _ in range(2)) for _ in range(2))
        return left, right, top, bottom

    def several(make: Callable[[], Any]) -> dict[str, tuple[Any, ...]]:
        return {one: tuple(make() for _ in range(chance.randrange(4))) for one in IDS}

    relationships = several(
        lambda: Relationship(
            chance.choice(mids), chance.choice(["is", "on"]), chance.choice(mids), Sides(*sides()), Sides(*sides())
        )
    )
    points = several(
        lambda: Point(
            chance.choice(mids), "ih", _shortest(share()), _shortest(share()), chance.choice(VERDICTS), (3, 0, 12),
            chance.choice(["", "hind leg", "-x", 'a, "b"']),
        )
    )  # fmt: skip
    file = folder / "train-annotations-object-segmentation.csv"
    masks = several(
        lambda: Mask(
            chance.choice(mids), chance.getrandbits(32), *sides(), chance.choice([None, 0.86864, 0.8, 1.0]), str(file)
        )
    )
    said = folder / "open_images_train_v6_localized_narratives-00000-of-00010.jsonl"
    narratives = several(lambda: Narrative(chance.randrange(9), " ".join(chance.choices(WORDS, k=3)), "a.ogg"))
    clicks = _write_masks(file, masks, chance)
    narratives, lines = _write_narratives(said, narratives)
    boxes = several(lambda: box(chance.choice(mids), chance.choice([(0.1, 0.2, 0.1, 0.2), (0.0, 1.0, 0.0, 0.9)])))
    dataset = replace(
        EXAMPLE,
        mids=(*EXAMPLE.mids, ANIMAL, PET),
        hierarchy=STEPS,
        boxes=boxes,
        relationships=relationships,
        points=points,
        masks=masks,
        narratives=narratives,
    )
    return dataset, clicks, lines


def _shortest(share: float) -> float:
    return float(str(np.float32(share)))


def _write_masks(file: Path, masks: dict[str, tuple[Mask, ...]], chance: random.Random) -> dict[str, str]:
    """The file of masks, in any order, and the zips of their pictures; clicks by name."""
    named = [(mask_path(one, mask.mid, mask.box_id), one, mask) for one, some in masks.items() for mask in some]
    clicks = {name: "" if mask.iou is None else f"0.5 0.{n} 1;0.9 0.1 0" for n, (name, _, mask) in enumerate(named)}
    chance.shuffle(named)
    file.write_text(HEADERS["masks"] + "\n" + "".join(f"{name},,,,,,,,,{clicks[name]}\n" for name, *_ in named))
    for digit in "0123456789abcdef":
        with ZipFile(file.parent / f"train-masks-{digit}.zip", "w") as archive:
            for name, image_id, mask in named:
                if name[0] == digit:
                    archive.writestr(name, png(picture(mask, image_id)))
    return clicks


def _write_narratives(
    file: Path, narratives: dict[str, tuple[Narrative, ...]]
) -> tuple[dict[str, tuple[Narrative, ...]], dict[Narrative, str]]:
    """The file of narratives; the narratives with their places, and their lines."""
    found: dict[str, tuple[Narrative, ...]] = {}
    lines: dict[Narrative, str] = {}
    text = ""
    for image_id, some in narratives.items():
        for one in some:
            placed = replace(one, file=str(file), begin=len(text.encode()))
            said = {"image_id": image_id, "annotator_id": one.annotator, "caption": one.caption}
            traces = {"timed_caption": [], "traces": [[{"x": -0.1, "y": 0.25, "t": 0.0}]], "voice_recording": "a.ogg"}
            lines[placed] = json.dumps({"dataset_id": "é", **said, **traces}, ensure_ascii=False)
            text += f"{lines[placed]}\n"
            found[image_id] = (*found.get(image_id, ()), placed)
    file.write_text(text)
    return found, lines


@pytest.fixture(params=range(3))
def site(
    request: pytest.FixtureRequest, client: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    """A site over drawn rows, two images of the index at a time."""
    settings.INDEX_DIR = tmp_path / "index"
    monkeypatch.setattr(matches, "KEYS_AT_ONCE", 2)
    dataset, clicks, lines = draw(request.param, tmp_path)
    datasets.load(dataset, settings.INDEX_DIR)
    return Site(client, tmp_path, dataset, BruteForce(dataset), clicks, lines)


def cells(site: Site, kind: str, image_id: str, one: Any) -> list[str]:
    """A row as a release's file has it."""

    def decimals(*values: float) -> list[str]:
        return [np.format_float_positional(value, trim="0") for value in values]

    def sides(of: Any) -> list[str]:
        return decimals(of.x_min, of.x_max, of.y_min, of.y_max)

    if kind == "relationships":
        return [image_id, one.subject, one.object, *sides(one.subject_box), *sides(one.object_box), one.relation]
    if kind == "points":
        return [image_id, *decimals(one.x, one.y), one.mid, one.verdict, one.source, *map(str, one.votes), one.text]
    name = f"{image_id}_{one.mid.replace('/', '')}_{one.box_id:08x}.png"
    iou = [] if one.iou is None else decimals(one.iou)
    return [name, image_id, one.mid, f"{one.box_id:08x}", *sides(one), *(iou or [""]), site.clicks[name]]


def test_every_layout_has_the_rows_that_a_loop_finds(site: Site) -> None:
    for query in QUERIES:
        for kind, header in HEADERS.items():
            wanted = [cells(site, kind, *one) for one in site.expected(kind, query)]
            text = site.get(f"/export/{kind}.csv?{query}")
            assert text.partition("\n")[0] == header
            assert rows(text) == wanted, (kind, query)
            assert site.records == len(wanted)
        said = [site.lines[one] for _, one in site.expected("narratives", query)]
        assert site.get(f"/export/narratives.jsonl?{query}").splitlines() == said
        assert site.records == len(said)


def test_coco_has_the_masks_that_a_loop_finds(site: Site) -> None:
    for query in QUERIES:
        wanted = [*site.expected("masks", query)]
        coco = json.loads(site.get(f"/export/coco-masks.json?{query}"))
        assert site.records == len(wanted) == len(coco["annotations"])
        mids = {one["id"]: one["mid"] for one in coco["categories"]}
        assert sorted(mids.values()) == sorted({mask.mid for _, mask in wanted})
        images = {one["id"]: one for one in coco["images"]}
        assert [one["image_id"] for one in images.values()] == list(dict.fromkeys(image for image, _ in wanted))
        assert all(one["attribution"] and one["license"] for one in images.values())
        for (image_id, mask), one in zip(wanted, coco["annotations"], strict=True):
            image = images[one["image_id"]]
            assert (image["image_id"], mids[one["category_id"]]) == (image_id, mask.mid)
            check_mask(one, picture(mask, image_id), (image["height"], image["width"]))
            assert (one["box_id"], one["predicted_iou"]) == (f"{mask.box_id:08x}", mask.iou)
        sizes = {
            image: max(picture(mask, image).shape for mine, mask in wanted if mine == image) for image, _ in wanted
        }
        assert {one["image_id"]: (one["height"], one["width"]) for one in images.values()} == sizes


def check_mask(one: dict[str, Any], drawn: np.ndarray[Any, Any], size: tuple[int, int]) -> None:
    """Compare an annotation with a mask's picture, pixel by pixel."""
    assert one["segmentation"]["size"] == [*size]
    found = pixels_of(one["segmentation"])
    height, width = drawn.shape
    inside = []
    for y in range(size[0]):
        for x in range(size[1]):
            across, down = (2 * x + 1) * width // (2 * size[1]), (2 * y + 1) * height // (2 * size[0])
            assert found[y, x] == drawn[down, across]
            inside += [(x, y)] if found[y, x] else []
    assert one["area"] == len(inside)
    left, top, right, bottom = (
        (*map(min, zip(*inside, strict=True)), *map(max, zip(*inside, strict=True))) if inside else (0, 0, -1, -1)
    )
    assert one["bbox"] == [left, top, right + 1 - left, bottom + 1 - top]


def pixels_of(segmentation: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Run lengths as pycocotools reads them."""
    lengths: list[int] = []
    bits = shift = 0
    for character in segmentation["counts"]:
        code = ord(character) - 48
        bits |= (code & 0x1F) << shift
        shift += 5
        if code & 0x20:
            continue
        if code & 0x10:
            bits -= 1 << shift
        lengths.append(bits + (lengths[-2] if len(lengths) > 2 else 0))
        bits = shift = 0
    height, width = segmentation["size"]
    flat = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
    return flat.reshape(width, height).T


def test_masks_are_crowds_where_their_box_is_a_group(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path / "index"
    group, single = Mask(DOG, 1, 0.1, 0.4, 0.2, 0.3), Mask(DOG, 2, 0.5, 0.8, 0.2, 0.3)
    alone, other = Mask(DOG, 3, 0.5, 0.8, 0.2, 0.4), Mask(CAT, 4, 0.1, 0.4, 0.2, 0.3)
    masks = tuple(replace(one, file=str(tmp_path / "masks.csv")) for one in (group, single, alone, other))
    sides = (0.50004, 0.8, 0.2, 0.3)
    datasets.load_example(
        settings.INDEX_DIR, masks={ONE: masks}, boxes={ONE: (box(DOG, group=True), box(DOG, sides, group=False))}
    )
    for mask in masks:
        (tmp_path / mask_path(ONE, mask.mid, mask.box_id)).write_bytes(png(picture(mask, ONE)))
    coco = json.loads(b"".join(client.get("/export/coco-masks.json")))  # type: ignore[arg-type]
    found = [(one["box_id"], one["box"], one["iscrowd"]) for one in coco["annotations"]]
    assert found == [("00000001", 1, 1), ("00000002", 2, 0), ("00000003", None, 0), ("00000004", None, 0)]
    assert [one["attributes"] and one["attributes"]["group"] for one in coco["annotations"]] == [
        True,
        False,
        None,
        None,
    ]
    assert coco["images"][0]["rotation"] == 90
    assert {one["name"] for one in coco["categories"]} == {NAMES[DOG], NAMES[CAT]}


def test_hidden_images_have_no_rows_in_files(site: Site) -> None:
    actions.hide_image(image_id=TWO, by="rita", why="asked")
    for form in LAYOUTS:
        text = site.get(form.path)
        assert TWO not in text
        kind = {"narrative": "narratives"}.get(form.kind, form.kind)
        assert site.records == sum(len(some) for one, some in getattr(site.dataset, kind).items() if one != TWO)


def test_files_for_spreadsheets_have_no_formulas(site: Site) -> None:
    texts = [row[-1] for row in rows(site.get("/export/points.csv?safe=1").removeprefix("\ufeff"))]
    plain = [row[-1] for row in rows(site.get("/export/points.csv"))]
    assert texts == ["'-x" if text == "-x" else text for text in plain]


def test_menus_offer_what_the_data_set_has_and_other_addresses_say_that_there_is_none(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_DIR = tmp_path
    get = getter(client)
    datasets.load_example(tmp_path, points={ONE: (Point(DOG, "ih", 0.5, 0.5, VERDICTS[0], (1, 0, 0)),)})
    page = get(f"/?label={DOG}").text
    for form in LAYOUTS:
        assert (f'href="{form.path}?label={DOG}"' in page) is (form.kind == "points")
        if form.kind != "points":
            words = page_of(get(form.path, 404)).one("main").words
            what = {"narrative": "narratives"}.get(form.kind, form.kind)
            assert f"The data set has no {what}." in words


def test_pictures_and_files_that_are_away_are_named(site: Site) -> None:
    get = getter(site.client)
    last = max(one for one, some in site.dataset.masks.items() if some)
    zipped = site.folder / f"train-masks-{last[0]}.zip"
    zipped.rename(site.folder / "away")
    words = page_of(get("/export/coco-masks.json", 404)).one("main").words
    assert f"the release's zip {last[0]} of masks is missing" in words
    assert site.get("/export/masks.csv")
    (site.folder / "train-annotations-object-segmentation.csv").unlink()
    assert {row[-1] for row in rows(site.get("/export/masks.csv"))} == {""}
    said = next(site.folder.glob("*.jsonl"))
    said.rename(said.with_suffix(".away"))
    words = page_of(get("/export/narratives.jsonl", 404)).one("main").words
    assert said.name in words
    assert "is not on this site" in words


def test_a_line_that_is_another_by_now_ends_the_file(site: Site) -> None:
    said = next(site.folder.glob("*.jsonl"))
    said.write_text(said.read_text().replace('"caption": "', '"caption": "x'))
    words = page_of(getter(site.client)("/export/narratives.jsonl", 404)).one("main").words
    assert "is not on this site, or not as it was imported" in words


def test_every_image_with_a_mask_has_its_credit(site: Site) -> None:
    datasets.update_image(THREE, title="Ünder", original_url="https://farm1.staticflickr.com/2/2_2_o.jpg")
    coco = json.loads(site.get("/export/coco-masks.json"))
    assert "Licenses are as listed in the data set" in coco["info"]["description"]
    sheet = {row["ImageID"]: row["Attribution"] for row in csv.DictReader(site.get("/credits.csv").splitlines())}
    assert {one["image_id"]: one["attribution"] for one in coco["images"]} == {
        one: sheet[one] for one, some in site.dataset.masks.items() if some
    }

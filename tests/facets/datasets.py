"""Small data sets as plain values, and what becomes of them: arrays for the index, rows for the database."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from browse.domain.box_clicks import CLICK_WORDS
from browse.domain.box_rows import BOX_ROW, packed
from browse.domain.boxes import Box
from browse.domain.dataset_arrays import NO_AUTHOR, DatasetArrays
from browse.domain.hierarchy import HierarchyEdge
from browse.domain.image_ids import key_from_image_id
from browse.domain.masks import IOU_UNIT, MASK_ROW, Mask
from browse.domain.narratives import NARRATIVE_ROW, Narrative
from browse.domain.points import POINT_ROW, VERDICTS, Point
from browse.domain.relationships import RELATIONSHIP_ROW, Relationship
from browse.domain.texts import Texts
from browse.models import (
    Annotation,
    Author,
    BoxAnnotation,
    HierarchyRow,
    Image,
    Label,
    License,
    MaskAnnotation,
    NarrativeAnnotation,
    PointAnnotation,
    RelationshipAnnotation,
    Source,
)
from browse.query.values import SUBSETS, CheckOutcome


@dataclass(frozen=True)
class Photo:
    """An image. author: place among the data set's authors; license: among its licenses; md5: 16 bytes or b"".

    photo: id at Flickr, 0 where unknown. name: what its row calls the author, None where as usual.
    """

    image_id: str
    subset: str = "train"
    license: int = 0
    author: int | None = None
    md5: bytes = b""
    photo: int = 0
    title: str = ""
    name: str | None = None

    @property
    def key(self) -> int:
        return key_from_image_id(self.image_id)


@dataclass(frozen=True)
class Dataset:
    """Photos by ImageID; annotations as (image_id, MID, source) -> hundredths.

    authors: (profile URL, key), licenses: (URL, slug), one for each row of the tables; keys and slugs may repeat.
    emptied: subsets that are in the data although perhaps none of these photos is in them.
    names: of authors, by row id in the database, which is the place plus one; empty for others.
    hierarchy: (upper MID, lower MID, whether that is a part).
    boxes, relationships, points, masks, narratives: by ImageID, in file order.
    checks: the newest license check by ImageID, of what curators did; not stored with the data set.
    """

    photos: tuple[Photo, ...]
    mids: tuple[str, ...]
    annotations: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    authors: tuple[tuple[str, str], ...] = ()
    licenses: tuple[tuple[str, str], ...] = (("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"),)
    emptied: frozenset[str] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    checks: Mapping[str, CheckOutcome] = field(default_factory=dict)
    hierarchy: tuple[tuple[str, str, bool], ...] = ()
    boxes: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)
    relationships: Mapping[str, tuple[Relationship, ...]] = field(default_factory=dict)
    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    masks: Mapping[str, tuple[Mask, ...]] = field(default_factory=dict)
    narratives: Mapping[str, tuple[Narrative, ...]] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        boxed = {box.source for boxes in self.boxes.values() for box in boxes}
        pointed = {point.source for points in self.points.values() for point in points}
        return sorted({source for _, _, source in self.annotations} | boxed | pointed)

    @property
    def point_texts(self) -> list[str]:
        return sorted({point.text for points in self.points.values() for point in points})

    @property
    def mask_files(self) -> list[str]:
        return sorted({mask.file for masks in self.masks.values() for mask in masks})

    @property
    def narrative_texts(self) -> list[str]:
        found = [one for narratives in self.narratives.values() for one in narratives]
        return sorted({text for one in found for text in (one.caption, one.recording, one.file)})

    @property
    def relations(self) -> list[str]:
        return sorted({row.relation for rows in self.relationships.values() for row in rows})

    def key_of(self, photo: Photo) -> str | None:
        """The key of a photo's author."""
        return None if photo.author is None else self.authors[photo.author][1]

    def name_of(self, photo: Photo) -> str:
        """What a photo's author is called with it."""
        usual = "" if photo.author is None else self.names.get(photo.author + 1, "")
        return usual if photo.name is None else photo.name


def arrays(dataset: Dataset) -> DatasetArrays:
    """What the index is built from. Row ids in the database are places plus one."""
    keys = sorted({key for _, key in dataset.authors})
    slugs = sorted({slug for _, slug in dataset.licenses})
    mids = sorted(dataset.mids)
    author_rows = [next(i for i, (_, key) in enumerate(dataset.authors, 1) if key == wanted) for wanted in keys]
    usual = dict(zip(keys, (dataset.names.get(row, "") for row in author_rows), strict=True))
    credited = {
        number: dataset.name_of(photo)
        for number, photo in enumerate(dataset.photos)
        if dataset.name_of(photo) != usual.get(dataset.key_of(photo) or "", "")
    }
    return DatasetArrays(
        image_keys=np.array([photo.key for photo in dataset.photos], np.int64),
        subsets=np.array([SUBSETS.index(photo.subset) for photo in dataset.photos], np.uint8),
        licenses=np.array([slugs.index(dataset.licenses[photo.license][1]) for photo in dataset.photos], np.uint16),
        authors=np.array([_author_number(dataset, keys, photo) for photo in dataset.photos], np.uint32),
        md5=np.array([photo.md5 for photo in dataset.photos], "S16"),
        photos=np.array([photo.photo for photo in dataset.photos], np.uint64),
        titles=Texts.of(photo.title for photo in dataset.photos),
        author_names=Texts.of(dataset.names.get(row, "") for row in author_rows),
        credited=np.array(sorted(credited), np.uint32),
        credited_names=Texts.of(credited[number] for number in sorted(credited)),
        license_slugs=slugs,
        author_keys=Texts.of(keys),
        author_ids=np.array(author_rows, np.int32),
        label_mids=mids,
        sources=dataset.sources,
        annotations=np.array(sorted(_words(dataset, mids)), np.uint64),
        hierarchy=frozenset(HierarchyEdge(*step) for step in dataset.hierarchy),
        boxes=np.array(_box_rows(dataset, mids), BOX_ROW),
        relationships=np.array(_relationship_rows(dataset, mids), RELATIONSHIP_ROW),
        relation_words=dataset.relations,
        points=np.array(_point_rows(dataset, mids), POINT_ROW),
        point_texts=dataset.point_texts,
        masks=np.array(_mask_rows(dataset, mids), MASK_ROW),
        mask_files=dataset.mask_files,
        narratives=np.array(_narrative_rows(dataset), NARRATIVE_ROW),
        narrative_texts=dataset.narrative_texts,
    )


def _author_number(dataset: Dataset, keys: list[str], photo: Photo) -> int:
    return NO_AUTHOR if photo.author is None else keys.index(dataset.authors[photo.author][1])


def _words(dataset: Dataset, mids: list[str]) -> Iterable[int]:
    images = {photo.image_id: number for number, photo in enumerate(dataset.photos)}
    sources = dataset.sources
    for (image_id, mid, source), confidence in dataset.annotations.items():
        yield images[image_id] << 32 | mids.index(mid) << 16 | sources.index(source) << 8 | confidence


def _box_rows(dataset: Dataset, mids: list[str]) -> list[tuple[Any, ...]]:
    return [
        (
            *(image, number, mids.index(box.mid), dataset.sources.index(box.source), code_of(box), box.area),
            *(corners_of(box), (0,) * CLICK_WORDS),
        )
        for image, photo in enumerate(dataset.photos)
        for number, box in enumerate(dataset.boxes.get(photo.image_id, ()))
    ]


def _relationship_rows(dataset: Dataset, mids: list[str]) -> list[tuple[Any, ...]]:
    return [
        (
            *(image, number, mids.index(row.subject), dataset.relations.index(row.relation), mids.index(row.object)),
            (*astuple(row.subject_box), *astuple(row.object_box)),
        )
        for image, photo in enumerate(dataset.photos)
        for number, row in enumerate(dataset.relationships.get(photo.image_id, ()))
    ]


def _point_rows(dataset: Dataset, mids: list[str]) -> list[tuple[Any, ...]]:
    return [
        (
            *(image, number, mids.index(one.mid), dataset.sources.index(one.source), VERDICTS.index(one.verdict)),
            *(one.votes, dataset.point_texts.index(one.text), (one.x, one.y)),
        )
        for image, photo in enumerate(dataset.photos)
        for number, one in enumerate(dataset.points.get(photo.image_id, ()))
    ]


def _mask_rows(dataset: Dataset, mids: list[str]) -> list[tuple[Any, ...]]:
    return [
        (
            *(image, number, mids.index(one.mid), dataset.mask_files.index(one.file), one.box_id, _iou(one)),
            (one.x_min, one.x_max, one.y_min, one.y_max),
        )
        for image, photo in enumerate(dataset.photos)
        for number, one in enumerate(dataset.masks.get(photo.image_id, ()))
    ]


def _iou(mask: Mask) -> int:
    return -1 if mask.iou is None else round(mask.iou * IOU_UNIT)


def _narrative_rows(dataset: Dataset) -> list[tuple[Any, ...]]:
    place = dataset.narrative_texts.index
    return [
        (image, number, one.annotator, place(one.caption), place(one.recording), place(one.file), one.begin)
        for image, photo in enumerate(dataset.photos)
        for number, one in enumerate(dataset.narratives.get(photo.image_id, ()))
    ]


def code_of(box: Box) -> int:
    """A box's attributes, packed."""
    return packed({attribute: int(value) for attribute, value in box.attributes})


def corners_of(box: Box) -> tuple[float, float, float, float]:
    return box.x_min, box.x_max, box.y_min, box.y_max


def store(dataset: Dataset) -> None:
    """Write a data set into the database's empty tables."""
    _store_images(dataset)
    labels = {mid: number for number, mid in enumerate(dataset.mids, 1)}
    sources = {name: number for number, name in enumerate(dataset.sources, 1)}
    _store_annotations(dataset, labels, sources)
    _store_boxes(dataset, labels, sources)
    _store_relationships(dataset, labels)
    _store_masks(dataset, labels)
    _store_narratives(dataset)
    _store_points(dataset, labels, sources)


def _store_images(dataset: Dataset) -> None:
    Author.objects.bulk_create(
        Author(id=i, profile_url=url, key=key, name=dataset.names.get(i, ""))
        for i, (url, key) in enumerate(dataset.authors, 1)
    )
    License.objects.bulk_create(License(id=i, url=url, slug=slug) for i, (url, slug) in enumerate(dataset.licenses, 1))
    Label.objects.bulk_create(Label(id=i, mid=mid, name=mid) for i, mid in enumerate(dataset.mids, 1))
    HierarchyRow.objects.bulk_create(HierarchyRow(parent=a, child=b, is_part=part) for a, b, part in dataset.hierarchy)
    Source.objects.bulk_create(Source(id=i, name=name) for i, name in enumerate(dataset.sources, 1))
    Image.objects.bulk_create(
        Image(
            id=photo.key,
            subset=SUBSETS.index(photo.subset),
            author_id=None if photo.author is None else photo.author + 1,
            license_id=photo.license + 1,
            original_md5=base64.b64encode(photo.md5).decode(),
            title=photo.title,
            author_name=photo.name,
        )
        for photo in dataset.photos
    )


def _store_annotations(dataset: Dataset, labels: dict[str, int], sources: dict[str, int]) -> None:
    rows = [
        (key_from_image_id(image_id), labels[mid], sources[source], confidence)
        for (image_id, mid, source), confidence in dataset.annotations.items()
    ]
    table = Annotation._meta.db_table
    with connection.cursor() as cursor:  # thousands of rows, for many tests: no object is made for each
        cursor.executemany(
            f"INSERT INTO {table} (image_id, label_id, source_id, confidence) VALUES (%s, %s, %s, %s)", rows
        )


def _store_boxes(dataset: Dataset, labels: dict[str, int], sources: dict[str, int]) -> None:
    BoxAnnotation.objects.bulk_create(
        BoxAnnotation(
            image_id=key_from_image_id(image_id),
            number=number,
            label_id=labels[box.mid],
            source_id=sources[box.source],
            x_min=box.x_min,
            x_max=box.x_max,
            y_min=box.y_min,
            y_max=box.y_max,
            area=box.area,
            attributes=code_of(box),
        )
        for image_id, boxes in dataset.boxes.items()
        for number, box in enumerate(boxes)
    )


def _store_relationships(dataset: Dataset, labels: dict[str, int]) -> None:
    RelationshipAnnotation.objects.bulk_create(
        RelationshipAnnotation(
            image_id=key_from_image_id(image_id),
            number=number,
            subject_id=labels[row.subject],
            relation=row.relation,
            object_id=labels[row.object],
            **{f"subject_{side}": value for side, value in asdict(row.subject_box).items()},
            **{f"object_{side}": value for side, value in asdict(row.object_box).items()},
        )
        for image_id, rows in dataset.relationships.items()
        for number, row in enumerate(rows)
    )


def _store_masks(dataset: Dataset, labels: dict[str, int]) -> None:
    MaskAnnotation.objects.bulk_create(
        MaskAnnotation(
            image_id=key_from_image_id(image_id),
            number=number,
            label_id=labels[one.mid],
            **{name: value for name, value in asdict(one).items() if name not in ("mid", "iou")},
            iou=_iou(one),
        )
        for image_id, masks in dataset.masks.items()
        for number, one in enumerate(masks)
    )


def _store_narratives(dataset: Dataset) -> None:
    NarrativeAnnotation.objects.bulk_create(
        NarrativeAnnotation(image_id=key_from_image_id(image_id), number=number, **asdict(one))
        for image_id, narratives in dataset.narratives.items()
        for number, one in enumerate(narratives)
    )


def _store_points(dataset: Dataset, labels: dict[str, int], sources: dict[str, int]) -> None:
    PointAnnotation.objects.bulk_create(
        PointAnnotation(
            image_id=key_from_image_id(image_id),
            number=number,
            label_id=labels[point.mid],
            source_id=sources[point.source],
            x=point.x,
            y=point.y,
            verdict=VERDICTS.index(point.verdict),
            **{f"{verdict}_votes": votes for verdict, votes in zip(VERDICTS, point.votes, strict=True)},
            text=point.text,
        )
        for image_id, points in dataset.points.items()
        for number, point in enumerate(points)
    )

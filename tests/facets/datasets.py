"""Small data sets as plain values, and what becomes of them: arrays for the index, rows for the database."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from browse.arrays import NO_AUTHOR, DatasetArrays
from browse.image_ids import key_from_image_id
from browse.models import Annotation, Author, Image, Label, License, Source
from browse.query.values import SUBSETS


@dataclass(frozen=True)
class Photo:
    """An image. author: place among the data set's authors; license: among its licences; md5: 16 bytes or b"".

    photo: id at Flickr, 0 where unknown.
    """

    image_id: str
    subset: str = "train"
    license: int = 0
    author: int | None = None
    md5: bytes = b""
    photo: int = 0

    @property
    def key(self) -> int:
        return key_from_image_id(self.image_id)


@dataclass(frozen=True)
class Dataset:
    """Photos by ImageID; annotations as (image_id, MID, source) -> hundredths.

    authors: (profile URL, key), licenses: (URL, slug), one for each row of the tables; keys and slugs may repeat.
    """

    photos: tuple[Photo, ...]
    mids: tuple[str, ...]
    annotations: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    authors: tuple[tuple[str, str], ...] = ()
    licenses: tuple[tuple[str, str], ...] = (("https://creativecommons.org/licenses/by/2.0/", "cc-by-2.0"),)

    @property
    def sources(self) -> list[str]:
        return sorted({source for _, _, source in self.annotations})


def arrays(dataset: Dataset) -> DatasetArrays:
    """What the index is built from. Row ids in the database are places plus one."""
    keys = sorted({key for _, key in dataset.authors})
    slugs = sorted({slug for _, slug in dataset.licenses})
    mids = sorted(dataset.mids)
    author_rows = [next(i for i, (_, key) in enumerate(dataset.authors, 1) if key == wanted) for wanted in keys]
    return DatasetArrays(
        image_keys=np.array([photo.key for photo in dataset.photos], np.int64),
        subsets=np.array([SUBSETS.index(photo.subset) for photo in dataset.photos], np.uint8),
        licenses=np.array([slugs.index(dataset.licenses[photo.license][1]) for photo in dataset.photos], np.uint16),
        authors=np.array([_author_number(dataset, keys, photo) for photo in dataset.photos], np.uint32),
        md5=np.array([photo.md5 for photo in dataset.photos], "S16"),
        photos=np.array([photo.photo for photo in dataset.photos], np.uint64),
        license_slugs=slugs,
        author_keys=keys,
        author_ids=np.array(author_rows, np.int32),
        label_mids=mids,
        label_ids=np.array([dataset.mids.index(mid) + 1 for mid in mids], np.int32),
        sources=dataset.sources,
        annotations=np.array(sorted(_words(dataset, mids)), np.uint64),
    )


def _author_number(dataset: Dataset, keys: list[str], photo: Photo) -> int:
    return NO_AUTHOR if photo.author is None else keys.index(dataset.authors[photo.author][1])


def _words(dataset: Dataset, mids: list[str]) -> Iterable[int]:
    images = {photo.image_id: number for number, photo in enumerate(dataset.photos)}
    sources = dataset.sources
    for (image_id, mid, source), confidence in dataset.annotations.items():
        yield images[image_id] << 32 | mids.index(mid) << 16 | sources.index(source) << 8 | confidence


def store(dataset: Dataset) -> None:
    """Write a data set into the database's empty tables."""
    Author.objects.bulk_create(
        Author(id=i, profile_url=url, key=key) for i, (url, key) in enumerate(dataset.authors, 1)
    )
    License.objects.bulk_create(License(id=i, url=url, slug=slug) for i, (url, slug) in enumerate(dataset.licenses, 1))
    Label.objects.bulk_create(Label(id=i, mid=mid, name=mid) for i, mid in enumerate(dataset.mids, 1))
    Source.objects.bulk_create(Source(id=i, name=name) for i, name in enumerate(dataset.sources, 1))
    Image.objects.bulk_create(
        Image(
            id=photo.key,
            subset=SUBSETS.index(photo.subset),
            author_id=None if photo.author is None else photo.author + 1,
            license_id=photo.license + 1,
            original_md5=base64.b64encode(photo.md5).decode(),
        )
        for photo in dataset.photos
    )
    Annotation.objects.bulk_create(
        Annotation(
            image_id=key_from_image_id(image_id),
            label_id=dataset.mids.index(mid) + 1,
            source_id=dataset.sources.index(source) + 1,
            confidence=confidence,
        )
        for (image_id, mid, source), confidence in dataset.annotations.items()
    )

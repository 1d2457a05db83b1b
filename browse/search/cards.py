"""Images as pages and API show them: a row of the image table with its credit and its pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from browse.models import Annotation, Image, Subset
from browse.query.pairs import by_source, merge, with_curator
from browse.query.values import State
from browse.rights import LicenseInfo, license_from_url
from browse.search.blind import asked
from browse.search.names import Names


@dataclass(frozen=True)
class Pair:
    """An image's label. machine: hundredths; human: "yes" or "no"; annotations: (source, hundredths), machine first."""

    mid: str
    name: str
    machine: int | None
    human: str | None
    state: State
    confidence: int
    annotations: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ImageCard:
    """An image. What the data set does not say is None; license_url is as it stands there.

    pairs     of every state, by confidence, largest first, then MID.
    withheld  labels, as (MID, name), whose pairs are kept from who reads until they answer (browse.search.blind).
    """

    image_id: str
    subset: str
    title: str | None
    author_name: str | None
    author_url: str | None
    author_key: str | None
    license_slug: str
    license_url: str | None
    landing_url: str | None
    original_url: str | None
    original_size: int | None
    original_md5: str | None
    thumbnail_url: str | None
    rotation: int | None
    pairs: tuple[Pair, ...]
    withheld: tuple[tuple[str, str], ...] = ()

    @property
    def license(self) -> LicenseInfo:
        """Everything known of the license."""
        return license_from_url(self.license_url or "")

    def pairs_of(self, mids: Iterable[str]) -> list[Pair]:
        """The pairs with these labels, in the order of `pairs`."""
        wanted = frozenset(mids)
        return [pair for pair in self.pairs if pair.mid in wanted]

    @property
    def license_name(self) -> str:
        """Such as "CC BY 2.0"."""
        return self.license.short_name


Says = Mapping[int, Mapping[str, bool]]
"""What curators say, by image key and MID."""


def read_cards(keys: Iterable[int], names: Names, says: Says) -> dict[int, ImageCard]:
    """The images with these database keys, those that there are, by key. Two queries."""
    images = list(Image.objects.with_credit().filter(pk__in=list(keys)))
    rows = Annotation.objects.filter(image_id__in=[image.pk for image in images])
    annotations: dict[int, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for image, label, source, confidence in rows.values_list("image_id", "label_id", "source_id", "confidence"):
        annotations[image][names.labels[label][0]].append((names.sources[source], confidence))
    for key in annotations.keys() | says.keys():
        own = annotations[key]
        own |= {mid: with_curator(own.get(mid, ()), yes=yes) for mid, yes in says.get(key, {}).items()}
    withheld: dict[int, list[str]] = defaultdict(list)
    for key, mid in sorted(asked()):
        withheld[key].append(mid)
    return {image.pk: _card(image, annotations[image.pk], names, withheld.get(image.pk, [])) for image in images}


def _card(image: Image, annotations: dict[str, list[tuple[str, int]]], names: Names, withheld: list[str]) -> ImageCard:
    pairs = (_pair(mid, names.by_mid[mid], words) for mid, words in annotations.items() if mid not in withheld)
    author = image.author
    return ImageCard(
        image_id=image.image_id,
        subset=Subset(image.subset).label,
        title=image.title or None,
        author_name=image.credited_name or None,
        author_url=(author.profile_url or None) if author else None,
        author_key=author.key if author else None,
        license_slug=image.license.slug,
        license_url=image.license.url or None,
        landing_url=image.landing_url or None,
        original_url=image.original_url or None,
        original_size=image.original_size,
        original_md5=image.original_md5 or None,
        thumbnail_url=image.thumbnail_url or None,
        rotation=image.rotation,
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.confidence, pair.mid))),
        withheld=tuple((mid, names.by_mid.get(mid, mid)) for mid in withheld),
    )


def _pair(mid: str, name: str, annotations: list[tuple[str, int]]) -> Pair:
    verdict = merge(annotations)
    return Pair(
        mid=mid,
        name=name,
        machine=verdict.machine,
        human={True: "yes", False: "no", None: None}[verdict.human],
        state=verdict.state,
        confidence=verdict.confidence,
        annotations=tuple(sorted(annotations, key=lambda annotation: by_source(annotation[0]))),
    )

"""Which pictures the sample has: scene, size and labels of each, and its JPEG file.

Picture n depends on n alone, so that a smaller sample is the beginning of a larger one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from random import Random

from PIL import Image, ImageOps

from browse.sample.labels import COLOURS
from browse.sample.painting import closeups, nature, outdoors, towns
from browse.sample.painting.scene import Scene

_QUALITY = 80
KINDS: tuple[type[Scene], ...] = (
    *(outdoors.Sea, outdoors.Mountains, towns.City, nature.Forest, outdoors.Desert, outdoors.SnowVillage),
    *(closeups.StillLife, closeups.Table, nature.Blossom, nature.FlowerField, nature.Cat, nature.Dog, nature.Birds),
    *(towns.Street, towns.Canal, outdoors.Balloons, outdoors.NightSky, nature.Underwater),
    *(closeups.Pattern, closeups.Composition, closeups.ColorField, closeups.Surface),
)
_DECK = tuple(kind for kind in KINDS for _ in range(kind.share))
"""One round of pictures; each round is shuffled anew."""
_SIZES: tuple[tuple[int, int], ...] = (
    *((640, 480), (640, 480), (640, 480), (640, 480), (640, 427), (640, 427), (640, 427), (640, 427)),
    *((480, 640), (480, 640), (480, 640), (427, 640), (427, 640), (512, 640)),
    *((640, 360), (640, 360), (640, 512), (640, 400), (640, 640), (640, 640), (500, 500)),
    *((640, 256), (640, 213), (240, 640), (360, 640)),
)


@dataclass(frozen=True)
class Picture:
    """Picture `number` of the sample. Copies of one picture have equal files, so `seed` is the first one's."""

    number: int
    image_id: str
    seed: str
    scene: Scene
    size: tuple[int, int]
    grey: bool

    @property
    def subset(self) -> str:
        return "validation" if self.number % 5 in (1, 3) else "train"

    @property
    def labels(self) -> frozenset[str]:
        """The keys of all labels that are right."""
        seen = set(self.scene.labels)
        if self.grey:
            seen = (seen - COLOURS) | {"black and white"}
        if self.size[0] > 2 * self.size[1]:
            seen.add("panorama")
        return frozenset(seen)

    @property
    def silent(self) -> bool:
        """The machine found nothing on this one: one in sixty, every third of them in validation."""
        return self.number % 60 == 37 + (self.number // 60 % 3 == 1)

    def image(self) -> Image.Image:
        painted = self.scene.drawn(*self.size, self.seed).render(grain=3.4 if self.grey else 2.4)
        return ImageOps.autocontrast(painted.convert("L"), cutoff=0.5) if self.grey else painted

    def jpeg(self) -> bytes:
        """The picture's file; the same bytes each time with the same versions of Pillow, NumPy and LunaSVG."""
        target = BytesIO()
        self.image().save(target, "JPEG", quality=_QUALITY)
        return target.getvalue()


def picture(number: int) -> Picture:
    """Picture `number`, from 0 on."""
    first = _first_copy(number)
    seed = f"sample picture {first}"
    random = Random(seed)  # noqa: S311  # drawing lots for a picture needs no secrecy
    scene = _round(first // len(_DECK))[first % len(_DECK)](random)
    grey = random.random() < 0.05 and "black and white" not in scene.labels
    return Picture(number, _image_id(number), seed, scene, random.choice(_SIZES), grey)


def _first_copy(number: int) -> int:
    """The picture of which this is a copy, mostly itself: there are pairs and triples, within and across subsets."""
    if number % 120 == 59:
        return number - (13 if number % 240 == 59 else 15)
    if number % 200 in (133, 134):
        return number - (number % 200 - 131)
    return number


@lru_cache(maxsize=64)
def _round(number: int) -> list[type[Scene]]:
    random = Random(f"sample round {number}")  # noqa: S311  # as above
    return random.sample(_DECK, len(_DECK))


def _image_id(number: int) -> str:
    """An ImageID; as in V1 some look like a number."""
    image_id = sha256(f"sample image {number}".encode()).hexdigest()[:16]
    digits = "".join(str(int(digit, 16) % 10) for digit in image_id)
    return {21: digits, 42: f"{digits[:4]}e{digits[5:]}"}.get(number % 150, image_id)

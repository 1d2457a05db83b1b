"""What curators say, by the numbers of images and labels: rulings on pairs, and hidden images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Counts, ImageNumbers

NONE = -1
"""The number of what is not there: a pair's class, an image, a label."""

Words = npt.NDArray[np.int8]
"""1 yes, 0 no, NONE nobody's."""


@dataclass(frozen=True)
class CurationInput:
    """What is laid over a data set, by the numbers of images and labels.

    rulings, says    int64[verdicts] image << 32 | label, ascending; bool[verdicts], yes or no
    hidden           uint32, ascending
    """

    rulings: Counts
    says: npt.NDArray[np.bool_]
    hidden: ImageNumbers

    @classmethod
    def of(
        cls,
        image_keys: npt.NDArray[np.int64],
        labels: Mapping[str, int],
        rulings: Mapping[tuple[int, str], bool],
        hidden: Iterable[int],
    ) -> CurationInput:
        """Rulings by image key and MID, and the keys of hidden images; those that there are not are left out."""
        codes, words = numbered(image_keys, labels, rulings)
        images = numbers(image_keys, list(hidden))
        return cls(codes, words == 1, np.unique(images[images >= 0]).astype(np.uint32))

    def among(self, images: ImageNumbers) -> CurationInput:
        """The same of some images only."""
        mine = np.isin((self.rulings >> 32).astype(np.uint32), images)
        return CurationInput(self.rulings[mine], self.says[mine], np.intersect1d(self.hidden, images))

    def between(self, first: int, last: int) -> CurationInput:
        """The same of the images from `first` to before `last`, without rulings on hidden ones."""
        mine = slice(*np.searchsorted(self.rulings, [first << 32, last << 32]).tolist())
        hidden = self.hidden[slice(*np.searchsorted(self.hidden, [first, last]).tolist())]
        seen = ~np.isin(self.rulings[mine] >> 32, hidden)
        return CurationInput(self.rulings[mine][seen], self.says[mine][seen], hidden)

    @property
    def images(self) -> ImageNumbers:
        """The image of each ruling."""
        return (self.rulings >> 32).astype(np.uint32)

    @property
    def labels(self) -> npt.NDArray[np.uint16]:
        """The label of each ruling."""
        return (self.rulings & 0xFFFF).astype(np.uint16)


def numbered(
    image_keys: npt.NDArray[np.int64], labels: Mapping[str, int], rulings: Mapping[tuple[int, str], bool | None]
) -> tuple[Counts, Words]:
    """Rulings by image key and MID as image << 32 | label, ascending, with the words; of what there is."""
    of_label = np.array([labels.get(mid, NONE) for _, mid in rulings], np.int64)
    images = numbers(image_keys, [key for key, _ in rulings])
    words = np.array([NONE if yes is None else int(yes) for yes in rulings.values()], np.int8)
    known = (of_label >= 0) & (images >= 0)
    codes = (images[known] << 32) | of_label[known]
    order = np.argsort(codes)
    return codes[order], words[known][order]


def numbers(image_keys: npt.NDArray[np.int64], keys: list[int]) -> Counts:
    """The numbers of images by their keys, NONE where there is no such image."""
    wanted = np.array(keys, np.int64)
    places = np.searchsorted(image_keys, wanted)
    known = places < len(image_keys)
    known[known] = image_keys[places[known]] == wanted[known]
    return np.where(known, places, NONE).astype(np.int64)

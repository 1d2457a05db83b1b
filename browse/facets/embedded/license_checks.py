"""What the newest license check of each image says, by the numbers of images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.correction_entries import replaced
from browse.facets.embedded.kernels import ImageNumbers
from browse.facets.embedded.rulings import numbers
from browse.query.values import LICENSE_CHECKS, CheckOutcome


@dataclass(frozen=True)
class LicenseChecks:
    """The images whose license was checked. Immutable.

    images   uint32, ascending
    results  int8[images]: the place of each one's newest check among LICENSE_CHECKS
    """

    images: ImageNumbers
    results: npt.NDArray[np.int8]

    @classmethod
    def nothing(cls) -> LicenseChecks:
        """No image was checked."""
        return cls(np.empty(0, np.uint32), np.empty(0, np.int8))

    def with_changes(self, image_keys: npt.NDArray[np.int64], checks: Mapping[int, CheckOutcome]) -> LicenseChecks:
        """With other newest checks of some images, by key; images that there are not are left out."""
        found = numbers(image_keys, list(checks))
        known = np.flatnonzero(found >= 0)
        order = known[np.argsort(found[known])]
        images = found[order].astype(np.uint32)
        results = np.array([LICENSE_CHECKS.index(check) for check in checks.values()], np.int8)[order]
        all_images, (all_results,) = replaced(
            self.images, [self.results], np.isin(self.images, images), images, [results]
        )
        return LicenseChecks(all_images, all_results)

    def having(self, check: CheckOutcome) -> ImageNumbers:
        """The images, ascending, whose newest check says this; of `unchecked` none."""
        images: ImageNumbers = self.images[self.results == LICENSE_CHECKS.index(check)]
        return images

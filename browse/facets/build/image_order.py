"""Values of images, sorted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.uint64]
Images = npt.NDArray[np.uint32]


def sorted_with(values: Values, images: Images) -> tuple[Values, Images]:
    """Values from the smallest on, and the image of each; images with the same value ascend.

    images: ascending, one for each value. Where a value and its image fit into one word of 64 bits, these words are
    sorted, which takes half the time of a stable order.
    """
    bits = int(images[-1]).bit_length() if len(images) else 0
    if len(values) and int(values.max()).bit_length() + bits > 64:
        order = np.argsort(values, kind="stable")
        return values[order], images[order]
    words = values << np.uint64(bits) | images
    words.sort()
    return words >> np.uint64(bits), (words & np.uint64((1 << bits) - 1)).astype(np.uint32)

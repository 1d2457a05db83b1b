"""The random order of images: the same for the same seed, in every engine and in every training set."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_SIGN = np.uint64(1 << 63)
_STEPS = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST = np.uint64(31)
_AT_ONCE = 1 << 16
"""So few that what is made on the way stays in the processor's cache."""

Words = npt.NDArray[np.uint64]


def mix(words: Words) -> Words:
    """The output function of splitmix64. Steele, Lea, Flood (2014), Fast Splittable Pseudorandom Number Generators."""
    mixed = words.copy()
    for shift, factor in _STEPS:
        mixed ^= mixed >> shift
        mixed *= factor
    mixed ^= mixed >> _LAST
    return mixed


def random_places(keys: npt.NDArray[np.int64], seed: int) -> Words:
    """uint64: where each image, by its database key, stands in the order of `sort=random` with this seed."""
    salt = mix(np.array([seed], np.uint64)) ^ _SIGN
    places = np.empty(len(keys), np.uint64)
    for start in range(0, len(keys), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        places[some] = mix(keys[some].view(np.uint64) ^ salt)
    return places

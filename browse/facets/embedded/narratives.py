"""Narratives: which images have a caption with some words, and those of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from browse.domain.narratives import Narrative
from browse.facets.embedded import kernels
from browse.facets.embedded.boxes import visible_images
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset
from browse.facets.index.classes import Mask
from browse.facets.index.narrative_tables import NarrativeTables
from browse.facets.index.open_index import Index
from browse.query.values import TextPart, TextQuery


def images_with_caption(index: Index, text: TextQuery) -> Bitset:
    """The images that have a narrative whose caption has all parts of a text."""
    tables = index.narratives
    words: Bitset = np.zeros(index.width, np.uint64)
    owners = np.ascontiguousarray(tables.owners[captioned(tables, text)])
    kernels.set_bits(words, owners, np.zeros(1, np.int64), np.array([len(owners)]))
    return words


def captioned(tables: NarrativeTables, text: TextQuery) -> Mask:
    """Which narratives have a caption with all parts of a text."""
    found = np.ones(len(tables), np.bool_)
    for part in text.parts:
        found &= _having(tables, part) != part.excluded
    return found


def _having(tables: NarrativeTables, part: TextPart) -> Mask:
    """Which narratives have every word of a part."""
    last = len(part.words) - 1
    found = np.ones(len(tables), np.bool_)
    for place, word in enumerate(part.words):
        having = np.zeros(len(tables), np.bool_)
        having[tables.words.having(word, begins=part.begins and place == last)] = True
        found &= having
    return found


def narratives_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
    """For visible images by their keys all narratives in file order; images without any are left out."""
    if not len(overlay.index.narratives):
        return {}
    found = {key: _narratives(overlay.index.narratives, image) for key, image in visible_images(overlay, keys)}
    return {key: narratives for key, narratives in found.items() if narratives}


def _narratives(tables: NarrativeTables, image: int) -> tuple[Narrative, ...]:
    here = tables.of_image(image)
    return tuple(
        Narrative(
            annotator=int(tables.annotators[place]),
            caption=tables.captions[place],
            recording=tables.recordings[place],
            file=tables.files[int(tables.file_numbers[place])],
            begin=int(tables.begins[place]),
        )
        for place in range(here.start, here.stop)
    )

"""Relationships: which images a term holds for, how many each relation and each triplet has, and those of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shortest
from browse.domain.relationships import Relationship, Sides
from browse.facets.embedded import kernels
from browse.facets.embedded.boxes import visible_images
from browse.facets.embedded.corrections import Corrections, all_images
from browse.facets.embedded.kernels import Bitset
from browse.facets.index.open_index import Index
from browse.query.relation_terms import RelationTerm, Side

Mask = npt.NDArray[np.bool_]
Triplet = tuple[str, str, str]
Columns = tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16], npt.NDArray[np.uint16]]


def images_with(overlay: Corrections, term: RelationTerm) -> Bitset:
    """The visible images that have such a relationship."""
    words = _images_of(overlay.index, _triplets(overlay.index, term))
    if overlay.visible is not None:
        np.bitwise_and(words, overlay.visible, out=words)
    return words


def _triplets(index: Index, term: RelationTerm) -> Mask:
    """The triplets that a term asks for."""
    tables = index.relationships
    return _asked_for(index, term, (tables.triplet_subjects, tables.triplet_relations, tables.triplet_objects))


def _asked_for(index: Index, term: RelationTerm, columns: Columns) -> Mask:
    """Of which subjects, relations and objects a term asks for."""
    subjects, relations, objects = columns
    chosen = np.ones(len(subjects), np.bool_)
    if term.relation is not None:
        chosen &= relations == index.relationships.words.index(term.relation)
    for side, labels in ((term.subject, subjects), (term.object, objects)):
        if side is not None:
            chosen &= np.isin(labels, _labels(index, side))
    return chosen


def rows_asked_for(index: Index, terms: Sequence[RelationTerm]) -> Mask:
    """Which relationships, by image, one of these terms asks for; all of them without terms."""
    tables = index.relationships
    found = np.full(len(tables), not terms)
    for term in terms:
        found |= _asked_for(index, term, (tables.subjects, tables.relation_numbers, tables.objects))
    return found


def _labels(index: Index, side: Side) -> npt.NDArray[np.int64]:
    label = index.label_numbers[side.mid]
    return index.below.with_own(label) if side.below else np.array([label])


def _images_of(index: Index, triplets: Mask) -> Bitset:
    """The images, hidden ones too, that have one of some triplets."""
    tables, words = index.relationships, np.zeros(index.width, np.uint64)
    if triplets.any():
        offsets = tables.triplet_offsets
        kernels.set_bits(words, tables.triplet_images, offsets[:-1][triplets], offsets[1:][triplets])
    return words


def relation_counts(index: Index, words: Bitset) -> list[tuple[str, int]]:
    """The images of a set with each relation, largest first, ties by word; none where there are none."""
    tables = index.relationships
    counts = [
        (word, int(kernels.count_listed(words, tables.of_relation(number)))) for number, word in enumerate(tables.words)
    ]
    return sorted((one for one in counts if one[1]), key=lambda one: (-one[1], one[0]))


def triplet_counts(overlay: Corrections) -> list[tuple[Triplet, int]]:
    """How many visible images each triplet has, largest first, ties by the triplet; none without any."""
    index, tables = overlay.index, overlay.index.relationships
    everything = all_images(index) if overlay.visible is None else overlay.visible
    found = []
    columns = (tables.triplet_subjects, tables.triplet_relations, tables.triplet_objects)
    for place, (subject, relation, object_) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        images = tables.triplet_images[tables.triplet_offsets[place] : tables.triplet_offsets[place + 1]]
        if count := int(kernels.count_listed(everything, images)):
            found.append(((index.labels[subject], tables.words[relation], index.labels[object_]), count))
    return sorted(found, key=lambda one: (-one[1], one[0]))


def relationships_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
    """For visible images by their keys all relationships in file order; images without any are left out."""
    if not len(overlay.index.relationships):
        return {}
    found = {key: _relationships(overlay.index, image) for key, image in visible_images(overlay, keys)}
    return {key: rows for key, rows in found.items() if rows}


def _relationships(index: Index, image: int) -> tuple[Relationship, ...]:
    tables = index.relationships
    here = tables.of_image(image)
    numbers = (column[here].tolist() for column in (tables.subjects, tables.relation_numbers, tables.objects))
    return tuple(
        Relationship(
            index.labels[subject], tables.words[relation], index.labels[object_], Sides(*sides[:4]), Sides(*sides[4:])
        )
        for subject, relation, object_, sides in zip(*numbers, shortest(tables.corners[here]).tolist(), strict=True)
    )

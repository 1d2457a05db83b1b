"""Compiles, or loads from disk, every kernel that queries use, so that no measurement waits for it.

A site compiles what its first page and an image's need before it answers, the rest in a process beside its workers
(`browse/facets/embedded/compiling.py`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from browse.domain.box_clicks import CLICK_WORDS
from browse.domain.box_rows import BOX_ROW
from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.hierarchy import HierarchyEdge
from browse.domain.masks import MASK_ROW
from browse.domain.narratives import NARRATIVE_ROW
from browse.domain.points import POINT_ROW
from browse.domain.relationships import RELATIONSHIP_ROW
from browse.domain.texts import Texts
from browse.facets.build.annotation_digests import annotation_digests
from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.index.store import open_generation
from browse.query.box_terms import BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.texts import parse_text
from browse.query.values import LICENSE_CHECKS, CheckOutcome, ConfidenceRange, Query, Sort, State, Term

_MIDS = ["/m/a", "/m/b"]
_ROUGH = 64
_LONG = 5000
"""Letters of a title for which the vocabulary needs more room than it begins with."""


def warm(first_done: Callable[[], object] = lambda: None) -> None:
    """Build tiny indexes and ask them one question of each kind. 15 s of the processor, 1.5 s once kernels are kept.

    first_done  called once that was built and asked which an import of images and labels builds and the first pages ask
    """
    with _opened(_images_and_labels()) as engine:
        _ask_as_first_pages(engine)
    first_done()
    with _opened(_all_kinds()) as engine:
        changed = engine.overlay.with_changes(
            {(0, "/m/a"): False, (1, "/m/a"): True}, {2: True}, {3: CheckOutcome.GONE}
        )
        for one, query in product((engine, engine.with_overlay(changed)), _queries()):
            one.page(query, number=1, size=1)
            one.after(query, 1, size=1)
            one.count(query)
            one.facets(query)
            one.similar(0, top=2)
            one.triplet_counts()
            for largest_first in (False, True):
                one.box_page(query, [BoxTerm("/m/a")], largest_first=largest_first, number=1, size=1)
            selected = one.selected(query, limit=2)
            selected.annotations(), selected.pairs(), selected.labels()
            selected.masks(), selected.relationships(), selected.points(), selected.narratives()
            selected.images_by_mask_file(), selected.images_by_narrative_file()


@contextmanager
def _opened(arrays: DatasetArrays) -> Iterator[EmbeddedEngine]:
    """An engine over an index of these, made as an import makes one."""
    with tempfile.TemporaryDirectory(prefix="openimages-warm-") as folder:
        annotation_digests(arrays, lambda *_: None)
        engine = open_generation(Path(folder), build_generation(arrays, Path(folder), dataset="warm-up"))
        yield engine
        engine.close()


def _ask_as_first_pages(engine: EmbeddedEngine) -> None:
    """What the page of all images asks, that of one of them, and that of a label."""
    for query in (Query(), Query(sort=Sort.RANDOM, seed=1), Query(label=(Term("/m/a"),))):
        engine.page(query, number=1, size=1)
        engine.facets(query)
    engine.similar(0, top=2)


def _queries() -> list[Query]:
    a, b = Term("/m/a"), Term("/m/b", ConfidenceRange(50, 100))
    return [
        Query(),
        Query(label=(a,), sort=Sort.CONFIDENCE),
        Query(any=(a, b), without=(Term("/m/a", states=frozenset({State.ABSENT})),), sort=Sort.RANDOM, seed=1),
        Query(label=(b,), subsets=frozenset({"train"}), licenses=frozenset({"x"}), authors=frozenset({"x"})),
        Query(label=(a,), without=(b,)),
        Query(label=(Term("/m/b", below=True),)),
        Query(label=(BoxTerm("/m/b", below=True),)),
        Query(label=(BoxTerm("/m/a"),), any=(BoxTerm("/m/b", least=2),)),
        Query(label=(RelationTerm(relation="on"),), any=(PointTerm("/m/a"),)),
        Query(text=parse_text("x y -z"), ids=frozenset({"8" + "0" * 15}), license_checks=frozenset(LICENSE_CHECKS)),
    ]


def _images_and_labels() -> DatasetArrays:
    n = _ROUGH
    images = np.arange(n, dtype=np.uint64)
    annotations = (images << np.uint64(32)) | ((images % np.uint64(2)) << np.uint64(16)) | np.uint64(80)
    subsets, authors = np.concatenate([np.zeros(n - 1, np.uint8), np.ones(1, np.uint8)]), np.zeros(n, np.uint32)
    for mapped in (annotations, subsets, authors):
        mapped.flags.writeable = False  # as they come from an import, for which numba compiles apart
    return DatasetArrays(
        image_keys=images.astype(np.int64),
        subsets=subsets,
        licenses=np.zeros(n, np.uint16),
        authors=authors,
        md5=np.zeros(n, "S16"),
        photos=np.zeros(n, np.uint64),
        titles=Texts.of(["x y", "é", "z" * _LONG, *([""] * (n - 3))]),
        author_names=Texts.of(["x"]),
        credited=np.arange(1, dtype=np.uint32),
        credited_names=Texts.of(["y"]),
        license_slugs=["x"],
        author_keys=Texts.of(["x"]),
        author_ids=np.ones(1, np.int32),
        label_mids=_MIDS,
        sources=["machine"],
        annotations=annotations,
    )


def _all_kinds() -> DatasetArrays:
    return replace(
        _images_and_labels(),
        hierarchy=frozenset({HierarchyEdge("/m/b", "/m/a", False)}),
        boxes=np.array([(n, 0, n % 2, 0, 0, 100, (0, 0.1, 0, 0.1), (0,) * CLICK_WORDS) for n in range(2)], BOX_ROW),
        relationships=np.array([(n, 0, 0, 0, 1, (0.1,) * 8) for n in range(2)], RELATIONSHIP_ROW),
        relation_words=["on"],
        points=np.array([(n, 0, n % 2, 0, 0, (1, 0, 0), 0, (0.1, 0.1)) for n in range(2)], POINT_ROW),
        point_texts=[""],
        masks=np.array([(n, 0, n % 2, 0, 7, -1, (0, 0.1, 0, 0.1)) for n in range(2)], MASK_ROW),
        mask_files=[""],
        narratives=np.array([(n, 0, 1, 0, 0, 0, 0) for n in range(2)], NARRATIVE_ROW),
        narrative_texts=["a word"],
    )

"""The files of narratives: by image, and the words of their captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts
from browse.facets.build.boxes import check_rows, offsets_of, write_fields
from browse.facets.build.pair_chunks import Pairs, Report
from browse.facets.build.row_digests import DigestedRows, Names, Rows
from browse.facets.build.texts import write_words
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {
    "narrative_images": "image",
    "narrative_annotators": "annotator",
    "narrative_begins": "begin",
}
_AT_ONCE = 10_000


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where narratives are not by image, or name what there is not."""
    texts = dict.fromkeys(("caption", "recording", "file"), len(arrays.narrative_texts))
    check_rows("narratives", arrays.narratives, {"image": len(arrays.image_keys), **texts})


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's narratives in file order."""
    rows = arrays.narratives
    writer.array("narrative_offsets", offsets_of(rows, "image", len(arrays.image_keys)).astype(np.uint32))
    write_fields(rows, _BY_IMAGE, writer)
    files, numbers = np.unique(rows["file"], return_inverse=True)
    writer.array("narrative_files", numbers.astype(np.uint32))
    writer.texts("narrative_file", [arrays.narrative_texts[number] for number in files.tolist()])
    report("list narratives by image", len(rows), len(rows))


def write_texts(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each narrative's caption and voice recording, and word -> the narratives whose caption has it."""
    rows = arrays.narratives
    for name in ("caption", "recording"):
        texts = _texts(arrays.narrative_texts, rows[name])
        writer.array(f"{name}_text", texts.data)
        writer.array(f"{name}_text_offsets", np.concatenate([[0], texts.ends]))
        if name == "caption":
            write_words(name, texts, None, writer, report)


def _texts(among: Sequence[str], numbers: npt.NDArray[np.uint32]) -> Texts:
    """The text of each row."""
    parts = [
        Texts.of(among[number] for number in numbers[start : start + _AT_ONCE].tolist())
        for start in range(0, len(numbers), _AT_ONCE)
    ]
    lengths = np.concatenate([np.empty(0, np.int64), *(np.diff(part.ends, prepend=0) for part in parts)])
    return Texts(np.concatenate([np.empty(0, np.uint8), *(part.data for part in parts)]), np.cumsum(lengths))


def digested_narratives(arrays: DatasetArrays) -> DigestedRows:
    """What the data set digest holds of narratives. docs/dataset-digest.md gives the byte layout."""
    names = (Names("caption", arrays.narrative_texts), Names("recording", arrays.narrative_texts))
    return DigestedRows("narratives", arrays.narratives, names, _tail)


def _tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    annotators = np.ascontiguousarray(rows["annotator"])
    return annotators.view(np.uint8).reshape(len(rows), 2), [annotators]


SECTIONS = (write_by_image, write_texts)

"""Annotations of a query's images as CSV in V1's columns, curators' words among them; made column by column.

A row is four numbers: the place of its image in the batch, of its label and of its source among all of these by code
point, and its confidence. So thousands are put in order and become text at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.csv_text import csv_header, harmless, quoted_cells
from browse.domain.text_columns import image_ids_of, joined_lines
from browse.exports.downloads import BATCH_READ
from browse.exports.matches import Matches
from browse.models import Annotation
from browse.models.keys import one_of, rows_of
from browse.query.pairs import CURATOR

LABEL_COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")
_FIELDS = ("image_id", "label_id", "source_id", "confidence")
_IMAGE, _LABEL, _SOURCE, _CONFIDENCE = range(4)

Numbers = npt.NDArray[np.int64]
"""Rows of four columns."""


def decimal(hundredths: int) -> str:
    """A confidence as V1 writes it: 0.8, 1.0, and 0.85 where it must."""
    return f"{hundredths / 100:.2f}" if hundredths % 10 else f"{hundredths / 100:.1f}"


_DECIMALS = pa.array([decimal(hundredths) for hundredths in range(101)])


def labels_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """V1's header line and a line for each annotation of the images, in the query's order. Raises SearchError.

    By image, then by source, the largest confidence first, then by MID. The lines of a batch of images are one piece.
    """
    yield csv_header(LABEL_COLUMNS, safe=safe)
    labels = _Texts({number: mid for number, (mid, _) in matches.names.labels.items()})
    sources = _Texts({**matches.names.sources, -1: CURATOR}, safe=safe)
    for keys in matches.batches():
        rows, shown = matches.read(keys, partial(_rows, keys, labels, sources))
        rows = _with_words(rows, _words(keys, matches.says_of(keys), labels), sources.place[CURATOR])
        if len(shown) < len(keys):
            rows = rows[np.isin(rows[:, _IMAGE], np.flatnonzero(np.isin(keys, shown)))]
        order = np.lexsort((rows[:, _LABEL], -rows[:, _CONFIDENCE], rows[:, _SOURCE], rows[:, _IMAGE]))
        image, label, source, confidence = rows[order].T
        ids = image_ids_of(np.array(keys, np.int64))
        columns = (
            ids.take(pa.array(image)),
            sources.of(source),
            labels.of(label),
            _DECIMALS.take(pa.array(confidence)),
        )
        yield joined_lines(columns).decode()
        yield BATCH_READ


class _Texts:
    """Texts that row ids stand for, each told by its place among them by code point. safe: as spreadsheets may have it.

    place   of each text.
    """

    def __init__(self, by_id: Mapping[int, str], *, safe: bool = False) -> None:
        self.place = {text: place for place, text in enumerate(sorted({*by_id.values()}))}
        self._ids = np.array(sorted(by_id), np.int64)
        self._places = np.array([self.place[by_id[number]] for number in self._ids.tolist()], np.int64)
        self._cells = pa.array(quoted_cells([*map(harmless, self.place)] if safe else [*self.place]), pa.string())

    def places_of(self, ids: Numbers) -> Numbers:
        """Of the texts of some row ids. Raises LookupError for one that there was not."""
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        if (self._ids[at] != ids).any():
            raise LookupError("labels or sources that were not there")
        found: Numbers = self._places[at]
        return found

    def of(self, places: Numbers) -> pa.Array:
        """The cells of CSV at these places."""
        return self._cells.take(pa.array(places))


def _rows(keys: list[int], labels: _Texts, sources: _Texts) -> Numbers:
    """The data set's own words on these images. One query. Raises LookupError."""
    found = rows_of(Annotation.objects.filter(image_id__in=one_of(keys)).values_list(*_FIELDS))
    rows: Numbers = np.fromiter(chain.from_iterable(found), np.int64, 4 * len(found)).reshape(-1, 4)
    order = np.argsort(keys)
    rows[:, _IMAGE] = order[np.searchsorted(np.array(keys, np.int64)[order], rows[:, _IMAGE])]
    rows[:, _LABEL] = labels.places_of(rows[:, _LABEL])
    rows[:, _SOURCE] = sources.places_of(rows[:, _SOURCE])
    return rows


def _words(keys: list[int], says: dict[int, dict[str, bool]], labels: _Texts) -> Iterable[tuple[int, int, int]]:
    """Curators' words: image and label by place, confidence."""
    place = {key: number for number, key in enumerate(keys)} if says else {}
    return ((place[key], labels.place[mid], 100 * yes) for key, said in says.items() for mid, yes in said.items())


def _with_words(rows: Numbers, words: Iterable[tuple[int, int, int]], curator: int) -> Numbers:
    """The rows with curators' words, in the place of what the data set has of these already."""
    said = [(image, label, curator, confidence) for image, label, confidence in words]
    if not said:
        return rows
    ruled = {row[:3] for row in said}
    of_curators = np.flatnonzero(rows[:, _SOURCE] == curator)
    replaced = [at for at in of_curators.tolist() if tuple(rows[at, :3].tolist()) in ruled]
    return np.concatenate([np.delete(rows, replaced, axis=0), np.array(said, np.int64)])

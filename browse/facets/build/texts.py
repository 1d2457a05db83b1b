"""The sections of an index that say which titles and authors' names have a word."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts
from browse.facets.build.pair_chunks import Pairs, Report
from browse.facets.build.vocabulary import Vocabulary
from browse.facets.embedded.kernels import Counts, ImageNumbers
from browse.facets.index.writer import GenerationWriter


def write_titles(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Word -> the images whose title has it."""
    write_words("title", arrays.titles, None, writer, report)


def write_names(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Word -> the authors whose usual name has it, and word -> the images credited to another name that has it."""
    write_words("author", arrays.author_names, None, writer, report)
    write_words("credited", arrays.credited_names, np.asarray(arrays.credited), writer, report)
    writer.array("credited_images", arrays.credited)


def write_words(name: str, texts: Texts, owners: ImageNumbers | None, writer: GenerationWriter, report: Report) -> None:
    """Write the words of texts and who has each: `owners`, one for each text, or the texts by number."""
    vocabulary = Vocabulary.of(texts, report, f"find words of {name}s")
    words = vocabulary.sorted()
    writer.array(f"{name}_word_text", words.text)
    writer.array(f"{name}_word_text_offsets", _offsets(words.ends))
    writer.array(f"{name}_word_offsets", _offsets(np.cumsum(words.sizes)))
    with writer.file(f"{name}_word_places") as out:
        for listed in vocabulary.having(words):
            out.append(listed if owners is None else owners[listed])
            del listed  # before the next are made


def _offsets(ends: Counts) -> npt.NDArray[np.uint32]:
    if len(ends) and int(ends[-1]) > 0xFFFFFFFF:
        raise ValueError(f"{int(ends[-1]):,} words, or bytes of them; an index holds 4,294,967,295")
    return np.concatenate([[0], ends]).astype(np.uint32)


SECTIONS = (write_titles, write_names)
"""What writes the files about words, in this order."""

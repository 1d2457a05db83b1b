"""The images whose title, or author's name, has the words of a text."""

from __future__ import annotations

import numpy as np

from browse.domain.text_words import words as words_of
from browse.facets.embedded import kernels
from browse.facets.embedded.kernels import Bitset, ImageNumbers
from browse.facets.index.open_index import Index
from browse.query.values import TextField, TextPart, TextQuery


def images_with(index: Index, text: TextQuery) -> Bitset:
    """The images that have all parts of a text."""
    wanted = [part for part in text.parts if not part.excluded]
    found = _having(index, wanted[0])
    for part in wanted[1:]:
        np.bitwise_and(found, _having(index, part), out=found)
    for part in text.parts:
        if part.excluded:
            kernels.and_not(found, _having(index, part))
    return found


def authors_named(index: Index, text: str) -> ImageNumbers:
    """The numbers of the authors whose usual name has, for each word of a text, a word that begins with it, and of the
    one whose key it is.
    """
    named: ImageNumbers | None = None
    for word in dict.fromkeys(words_of(text)):
        having = np.unique(index.author_words.having(word, begins=True))
        named = having if named is None else np.intersect1d(named, having, assume_unique=True)
    own = index.authors.find(text)
    found = np.empty(0, np.uint32) if named is None else named
    return found if own is None else np.union1d(found, np.array([own], np.uint32))


def _having(index: Index, part: TextPart) -> Bitset:
    """The images that have every word of a part."""
    last = len(part.words) - 1
    asked = dict.fromkeys((word, part.begins and place == last) for place, word in enumerate(part.words))
    found: Bitset | None = None
    for word, begins in asked:
        words: Bitset = np.zeros(index.width, np.uint64)
        if part.field is not TextField.TITLE:
            _add_by_name(words, index, word, begins=begins)
        if part.field is not TextField.AUTHOR:
            _add(words, index.title_words.having(word, begins=begins))
        found = words if found is None else np.bitwise_and(found, words, out=found)
    assert found is not None
    return found


def _add_by_name(words: Bitset, index: Index, word: str, *, begins: bool) -> None:
    """Add to an empty set the images whose author's name, as it stands with them, has a word."""
    authors = index.author_words.having(word, begins=begins)
    offsets = index.author_offsets
    kernels.set_bits(words, index.author_images, offsets[authors], offsets[authors + np.uint32(1)])
    if len(authors) and len(index.credited_images):
        kernels.put_bits(words, index.credited_images, np.zeros(len(index.credited_images), np.bool_))
    _add(words, index.credited_words.having(word, begins=begins))


def _add(words: Bitset, images: ImageNumbers) -> None:
    kernels.set_bits(words, images, np.zeros(1, np.int64), np.array([len(images)]))

"""Finding labels while somebody types: by words of their names, else by the nearest spelling."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from browse.domain.spelling import Spellings
from browse.domain.text_words import words
from browse.search.labels import NamedLabel
from browse.search.names import Names, names_of
from browse.search.snapshot import Snapshot

MOST_WORDS_MISSPELT = 10
"""Longer texts are no label's name."""


class LabelFinder:
    """Labels by the words of their names, the data set's and curators' taken together.

    Results have the counts that they are asked for with; the largest count comes first, ties by MID.

    by_mid: names now; renamed: the data set's own, of labels that curators call otherwise.
    """

    def __init__(self, by_mid: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        self._by_mid, self._renamed = by_mid, renamed
        self._names: dict[tuple[str, ...], list[str]] = {}
        self._places: dict[str, list[str]] = {}
        for mid, name in by_mid.items():
            own = [tuple(words(one)) for one in (name, renamed.get(mid, "")) if one]
            for one in own:
                self._names.setdefault(one, []).append(mid)
            for word in {word for one in own for word in one}:
                self._places.setdefault(word, []).append(mid)
        self._sorted = sorted(self._places)

    def find(self, text: str, counts: Mapping[str, int], *, most: int) -> list[NamedLabel]:
        """Labels whose names have all words of a text, the last perhaps as a beginning, or whose MID it is.

        Those of exactly this name or MID are among the first `most`, whatever their counts.
        """
        asked, exact = words(text), self._exact(text)
        found = exact | (self._with_all(asked) if asked else set())
        ranked = sorted(found, key=lambda mid: (mid not in exact, -counts.get(mid, 0), mid))
        chosen = sorted(ranked[:most], key=lambda mid: (-counts.get(mid, 0), mid))
        return [self._label(mid, counts) for mid in chosen]

    def nearest(self, text: str, counts: Mapping[str, int], *, most: int) -> list[NamedLabel]:
        """Labels whose names have all words of a text but for slips: those with the fewest slips first."""
        asked = dict.fromkeys(words(text))
        if not 0 < len(asked) <= MOST_WORDS_MISSPELT:
            return []
        slips: dict[str, int] | None = None
        for word in asked:
            own = self._slips(word)
            slips = own if slips is None else {mid: slips[mid] + own[mid] for mid in slips.keys() & own.keys()}
            if not slips:
                return []
        assert slips is not None
        ranked = sorted(slips, key=lambda mid: (slips[mid], -counts.get(mid, 0), mid))
        return [self._label(mid, counts) for mid in ranked[:most]]

    def _label(self, mid: str, counts: Mapping[str, int]) -> NamedLabel:
        return NamedLabel(mid, self._by_mid[mid], counts.get(mid, 0), self._renamed.get(mid, ""))

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self._sorted)

    def _slips(self, word: str) -> dict[str, int]:
        """The labels with a word that this one may be meant for, and the fewest slips with which."""
        found: dict[str, int] = {}
        for near, slips in sorted(self._spellings.near(word).items(), key=lambda item: -item[1]):
            found |= dict.fromkeys(self._places[near], slips)
        return found

    def _exact(self, text: str) -> set[str]:
        mids, name = (text.strip(), f"/{text.strip()}"), tuple(words(text))
        return {*(self._names.get(name, ()) if name else ()), *(mid for mid in mids if mid in self._by_mid)}

    def _with_all(self, asked: Sequence[str]) -> set[str]:
        found = self._beginning(asked[-1])
        for word in asked[:-1]:
            found.intersection_update(self._places.get(word, ()))
        return found

    def _beginning(self, start: str) -> set[str]:
        found: set[str] = set()
        for place in range(bisect_left(self._sorted, start), len(self._sorted)):
            if not self._sorted[place].startswith(start):
                break
            found.update(self._places[self._sorted[place]])
        return found


_finder: tuple[Names, LabelFinder] | None = None
_counts: tuple[str, Mapping[str, int]] | None = None


def label_finder(snapshot: Snapshot) -> LabelFinder:
    """That of a version's names, made once: verdicts leave names as they are."""
    global _finder  # noqa: PLW0603 - kept beside the one engine of the process
    names, kept = names_of(snapshot.version), _finder
    if kept is None or kept[0] is not names:
        kept = _finder = (names, LabelFinder(names.by_mid, names.renamed))
    return kept[1]


def label_counts(snapshot: Snapshot) -> Mapping[str, int]:
    """For every label the count of `label=MID`, asked once for each version."""
    global _counts  # noqa: PLW0603 - kept beside the one engine of the process
    kept = _counts
    if kept is None or kept[0] != snapshot.version:
        kept = _counts = (snapshot.version, snapshot.engine.label_counts())
    return kept[1]

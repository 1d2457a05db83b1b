"""All images of a query, however many: in batches, from one index generation, with bounded memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from django.conf import settings

from browse.facets.embedded import EmbeddedEngine
from browse.query.values import Query
from browse.search import Snapshot, consistently
from browse.search.snapshot import still_shown

KEYS_AT_ONCE = 50_000
"""The engine selects anew for each batch: few large ones cost less. A batch takes about 2 MB."""


@dataclass(frozen=True)
class Matches:
    """The images that match a query, of the version at which they were first asked for."""

    count: int
    version: str
    _engine: EmbeddedEngine
    _query: Query
    _first: list[int]

    def batches(self, at_most: int = 1000) -> Iterator[list[int]]:
        """Database keys in the query's order, in lists of at most so many. Raises SearchError.

        Rows belong to the keys only while the tables are the ones that the index was built from: so after reading
        the rows of a batch `still_shown` must be asked, before anything is made of them.
        """
        keys = self._first
        for page in count(2):
            for start in range(0, len(keys), at_most):
                yield keys[start : start + at_most]
            if len(keys) < KEYS_AT_ONCE:
                return
            keys = _page(self._engine, self._query, page)

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """What curators said of these images at that version, by key and MID."""
        return self._engine.overlay.says_of(keys)

    def still_shown(self, keys: list[int]) -> list[int]:
        """The keys without those hidden since. Raises ChangingError where an import came between."""
        return still_shown(keys, self.version)


def matching(query: Query) -> Matches:
    """The images of a query. Raises SearchError, and UnknownValueError, now and not on the way."""

    def first(snapshot: Snapshot) -> Matches:
        found = snapshot.engine.page(query, number=1, size=KEYS_AT_ONCE, deadline=snapshot.deadline)
        return Matches(found.count, snapshot.version, snapshot.engine, query, found.keys)

    return consistently(first)


def _page(engine: EmbeddedEngine, query: Query, number: int) -> list[int]:
    deadline = time.monotonic() + settings.QUERY_DEADLINE_S
    return engine.page(query, number=number, size=KEYS_AT_ONCE, deadline=deadline).keys

"""All images of a query, however many: in batches, from one index generation, with bounded memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import TypeVar

from django.conf import settings

from browse.facets.engine import Engine, SelectedImages
from browse.query.values import Query
from browse.search import Snapshot, consistently
from browse.search.names import Names, names_of
from browse.search.snapshot import read_of_version

Rows = TypeVar("Rows")

KEYS_AT_ONCE = 50_000
"""The engine selects anew for each batch: few large ones cost less. A batch takes about 2 MB."""
BATCH = 1000
FIRST_KEYS = 200
"""Of the first batch, so that a file begins soon: about as many images as have lines that are worth sending."""


@dataclass(frozen=True)
class Matches:
    """The images that match a query, of the version at which they were first asked for.

    count: how many there are here; where a limit was given, so many at most, the first in the query's order.
    """

    query: Query
    count: int
    version: str
    names: Names
    _engine: Engine
    _first: list[int]
    _left_out: set[int] = field(default_factory=set)

    @property
    def digest(self) -> str:
        """The data set digest; empty where the index was built without it."""
        return self._engine.digest

    def batches(self, at_most: int = BATCH, *, first: int = FIRST_KEYS) -> Iterator[list[int]]:
        """Database keys in the query's order, in lists of at most so many, a shorter one first. Raises SearchError.

        Rows belong to the keys only in the tables that the index was built from: so they are read through `read`.
        """
        keys, left, size = self._first, self.count, min(first, at_most)
        for page in count(2):
            keys = keys[:left]
            start = 0
            while start < len(keys):
                yield keys[start : start + size]
                start, size = start + size, at_most
            left -= len(keys)
            if len(keys) < KEYS_AT_ONCE or not left:
                return
            keys = _page(self._engine, self.query, page)

    def having(self, records: int) -> Matches:
        """The same images, none of which is read where there is nothing to be had of them."""
        return self if records else replace(self, _first=[])

    @property
    def has_rotations(self) -> bool:
        """Whether the data set knows the rotation of any image."""
        return self._engine.has_rotations

    @property
    def has_clicks(self) -> bool:
        """Whether the data set knows the extreme clicks of any box."""
        return self._engine.has_clicks

    @cached_property
    def selected(self) -> SelectedImages:
        """The same images as a set, to count what they have. Raises QueryTimeoutError."""
        return self._engine.selected(self.query, limit=self.count, deadline=_deadline())

    @property
    def annotations(self) -> Engine:
        """What gives images' boxes, relationships, points, masks and narratives, to be read through `read`."""
        return self._engine

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one."""
        return self._engine.below(mid)

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """What curators said of these images at that version, by key and MID."""
        return self._engine.says_of(keys)

    def read(self, keys: list[int], rows: Callable[[], Rows]) -> tuple[Rows, list[int]]:
        """What `rows` finds in this version's tables, and the keys without those hidden since. Raises ChangingError.

        An image that was left out once stays so, or a file that is made in two passes would have half of it.
        """
        found, shown = read_of_version(self.version, keys, rows)
        if len(shown) < len(keys):
            self._left_out.update({*keys}.difference(shown))
        return found, [key for key in shown if key not in self._left_out] if self._left_out else shown


def matching(query: Query, *, limit: int | None = None) -> Matches:
    """The images of a query. Raises SearchError, and UnknownValueError, now and not on the way."""
    return consistently(lambda snapshot: matching_in(snapshot, query, limit=limit))


def matching_in(snapshot: Snapshot, query: Query, *, limit: int | None = None) -> Matches:
    """As `matching`, of one version of the data set."""
    found = snapshot.engine.page(query, number=1, size=KEYS_AT_ONCE, deadline=snapshot.deadline)
    number = found.count if limit is None else min(found.count, limit)
    return Matches(query, number, snapshot.version, names_of(snapshot.version), snapshot.engine, found.keys)


def _page(engine: Engine, query: Query, number: int) -> list[int]:
    return engine.page(query, number=number, size=KEYS_AT_ONCE, deadline=_deadline()).keys


def _deadline() -> float:
    return time.monotonic() + settings.QUERY_DEADLINE_S

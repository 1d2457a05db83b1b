"""Authors of a run's images, with the largest of their names, laid over those of the database."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.merging.text_places import TextPlaces
from browse.rights import author_key

_USUAL_PROFILE = r"^https?://www\.flickr\.com/people/(?P<account>[A-Za-z0-9@_-]+)/?$"
_WAITING_ROWS = 100_000
"""So many rows of authors who may be new are looked through at once, at least."""


class _AuthorNames:
    """Distinct author_url in the making, each with the largest of its names.

    What is new waits until there is much of it, since all that stands is hashed anew then.
    """

    def __init__(self) -> None:
        self._urls = self._names = pa.array([], pa.string())
        self._places = TextPlaces(self._urls)
        self._waiting: list[pa.Table] = []

    def take_in(self, table: pa.Table) -> None:
        """Rows of author_url and author; those without a URL are left out."""
        named = pc.fill_null(pc.not_equal(table["author_url"], ""), False)
        table = table if pc.all(named).as_py() else table.filter(named)
        names = pc.fill_null(table["author"].combine_chunks(), "")
        standing = _taken(self._names, self._places.of(table["author_url"].combine_chunks()))
        self._waiting.append(table.filter(pc.fill_null(pc.greater(names, standing), True)))
        if sum(map(len, self._waiting)) > max(_WAITING_ROWS, len(self._urls) // 2):
            self._settle()

    def _settle(self) -> None:
        waiting = _largest_names(pa.concat_tables(self._waiting)).combine_chunks()
        urls, names = (waiting[column].combine_chunks() for column in ("author_url", "author"))
        at = self._places.of(urls)
        known = np.flatnonzero(at >= 0)
        renamed = np.full(len(self._names), -1)
        renamed[at[known]] = known
        new = pa.array(at < 0)
        standing = pc.coalesce(_taken(names, renamed), self._names)
        self._names = pa.concat_arrays([standing, names.filter(new)])
        self._urls = pa.concat_arrays([self._urls, urls.filter(new)])
        self._places = TextPlaces(self._urls)
        self._waiting = []

    def table(self) -> pa.Table:
        """All of them by URL."""
        if self._waiting:
            self._settle()
        return pa.table({"author_url": self._urls, "author": self._names}).sort_by("author_url").combine_chunks()


def _taken(texts: pa.Array, places: npt.NDArray[np.int64]) -> pa.Array:
    """The texts at some places, null for -1."""
    return texts.take(pa.array(places, mask=places < 0))


def author_names(tables: Iterable[pa.Table]) -> pa.Table:
    """Distinct author_url, each with the largest of its names, of image tables; rows without a URL left out."""
    found = _AuthorNames()
    for table in tables:
        found.take_in(table.select(["author_url", "author"]))
    return found.table()


def _largest_names(table: pa.Table) -> pa.Table:
    largest = table.group_by("author_url").aggregate([("author", "max")])
    return pa.table({"author_url": largest["author_url"], "author": pc.fill_null(largest["author_max"], "")})


def merge_authors(existing: pa.Table, found: pa.Table) -> tuple[pa.Table, bool]:
    """Rows for the Author table (id, profile_url, key, name) by id, and whether any is new or renamed.

    `existing` has the same columns; `found` is what `author_names` gives.
    """
    place = pc.index_in(existing["profile_url"], value_set=found["author_url"].combine_chunks())
    run_name = found["author"].take(place)
    names = pc.coalesce(run_name, existing["name"])
    renamed = bool(pc.any(pc.not_equal(names, existing["name"])).as_py())
    fresh = found.filter(pc.invert(pc.is_in(found["author_url"], value_set=existing["profile_url"].combine_chunks())))
    following = (pc.max(existing["id"]).as_py() or 0) + 1
    added = pa.table(
        {
            "id": pa.array(np.arange(following, following + len(fresh), dtype=np.int32)),
            "profile_url": fresh["author_url"].cast(pa.string()),
            "key": author_keys(fresh["author_url"].combine_chunks()),
            "name": fresh["author"].cast(pa.string()),
        }
    )
    kept = existing.set_column(existing.column_names.index("name"), "name", names)
    return pa.concat_tables([kept, added]).combine_chunks(), renamed or bool(len(fresh))


def author_keys(urls: pa.Array) -> pa.Array:
    """`author_key` of each URL; profiles written as usual are told at once."""
    keys = pc.struct_field(pc.extract_regex(urls, _USUAL_PROFILE), "account")
    others = pc.is_null(keys)
    found = [author_key(url) or "" for url in urls.filter(others).to_pylist()]
    return pc.replace_with_mask(keys, others, pa.array(found, pa.string()))

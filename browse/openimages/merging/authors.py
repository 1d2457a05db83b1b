"""Authors of a run's images, with the largest of their names, laid over those of the database."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from browse.rights import author_key

_USUAL_PROFILE = r"^https?://www\.flickr\.com/people/(?P<account>[A-Za-z0-9@_-]+)/?$"


def author_names(tables: Iterable[pa.Table]) -> pa.Table:
    """Distinct author_url, each with the largest of its names, of image tables; rows without a URL left out."""
    found: list[pa.Table] = []
    for table in tables:
        found.append(_largest_names(table.select(["author_url", "author"])))
        if len(found) >= 16:
            found = [_largest_names(pa.concat_tables(found))]
    empty = pa.table({"author_url": pa.array([], pa.string()), "author": pa.array([], pa.string())})
    return _largest_names(pa.concat_tables([empty, *found])).sort_by("author_url").combine_chunks()


def _largest_names(table: pa.Table) -> pa.Table:
    named = table.filter(pc.and_(pc.is_valid(table["author_url"]), pc.not_equal(table["author_url"], "")))
    largest = named.group_by("author_url").aggregate([("author", "max")])
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

"""The tables of one index generation on one shard. Pure text.

img      one row an image, by key, with all that it has.
post     one row a pair, by label, class and key, with what most queries need of the image: nothing is joined.
beside   for labels on many images, by label and class: how many of these have a pair of each other label and class.
word     words of titles, and of names that images are credited to, with the images that have them.
author   all authors of the data set on every shard, numbered from 1 in the order of keys; author_word: words of names.
photo    photo ids at Flickr; md5: the first four bytes of MD5s.
whole    what is small and of all images: names, hierarchy, figures; the same bytes on every shard.
shard    which of how many shards this is, and how many rows all its tables have: one row for the first shard, two
         for the second, so that one look at the parts tells both.

Keys are those of the database. A class is a raw class of `index.classes` plus one, so that 0 is none; authors and none
likewise. Labels, licenses, and words for relations are numbered as the index numbers them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from browse.facets.index.layout import NAME_DIGITS

PREFIX = "openimages_"
BUILDING = "openimages_building_"
_LAYOUT = "v3"
"""Of these tables; a database of another one is not used, and filled anew."""

BASE = {
    "key": "Int64",
    "subset": "UInt8",
    "license": "UInt16",
    "author": "UInt32",
    "annotations": "UInt32",
    "kinds": "UInt8",
    "labels": "Array(UInt16)",
    "classes": "Array(UInt16)",
}
"""What curators' changes are made of, and what `post` repeats. kinds: a bit for each of KINDS that the image has."""

FURTHER = {
    "box_labels": "Array(UInt16)",
    "box_sources": "Array(UInt8)",
    "box_attributes": "Array(UInt16)",
    "box_areas": "Array(UInt16)",
    "box_corners": "Array(Float32)",
    "relation_subjects": "Array(UInt16)",
    "relation_words": "Array(UInt16)",
    "relation_objects": "Array(UInt16)",
    "relation_corners": "Array(Float32)",
    "point_labels": "Array(UInt16)",
    "point_sources": "Array(UInt8)",
    "point_verdicts": "Array(UInt8)",
    "point_votes": "Array(UInt16)",
    "point_texts": "Array(String)",
    "point_places": "Array(Float32)",
    "mask_labels": "Array(UInt16)",
    "mask_files": "Array(String)",
    "mask_box_ids": "Array(UInt32)",
    "mask_ious": "Array(Int32)",
    "mask_corners": "Array(Float32)",
    "narrative_annotators": "Array(UInt16)",
    "narrative_captions": "Array(String)",
    "narrative_recordings": "Array(String)",
    "narrative_files": "Array(String)",
    "narrative_begins": "Array(Int64)",
    "narrative_words": "Array(Array(String))",
}
"""What only `img` has."""

BESIDE = {
    "label": "UInt16",
    "class": "UInt16",
    "subset": "UInt8",
    "other": "UInt16",
    "other_class": "UInt16",
    "images": "UInt32",
}
_PAIRS = ("post", "beside")

_SYNCED = "fsync_after_insert = 1, fsync_part_directory = 1"
_OF_PAIRS = "index_granularity = 1024, max_bytes_to_merge_at_max_space_in_pool = 1"
"""Most labels have few pairs, and no fewer rows than this are read of one. Parts are merged once, when all is there."""


def database(name: str, prefix: str = PREFIX) -> str:
    """The database of a generation."""
    return f"{prefix}{name}_{_LAYOUT}"


def is_ours(db: str) -> bool:
    """Whether a database is a generation, whole or not, of these tables or other ones; none that only begins so."""
    return re.fullmatch(f"({PREFIX}|{BUILDING})[0-9a-f]{{{NAME_DIGITS}}}_v[0-9]+", db) is not None


def _columns(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def tables(db: str) -> list[str]:
    """The statements that make a generation's tables in a database."""
    made = {
        "img": (_columns(BASE | FURTHER), "key"),
        "post": (f"label UInt16, class UInt16, {_columns(BASE)}", "label, class, key"),
        "beside": (_columns(BESIDE), "label, class, subset, other, other_class"),
        "word": ("place LowCardinality(String), word String, key Int64", "place, word, key"),
        "credited": ("key Int64", "key"),
        "author": ("number UInt32, key String, id Int32, images UInt32, INDEX numbers number TYPE minmax", "key"),
        "author_word": ("word String, author UInt32", "word, author"),
        "photo": ("photo UInt64, key Int64", "photo, key"),
        "md5": ("head UInt32, key Int64", "head, key"),
        "whole": ("name String, dtype String, data String", "name"),
        "shard": ("shards UInt32, lines UInt64", "shards"),
    }
    return [f"CREATE DATABASE {db}"] + [
        f"CREATE TABLE {db}.{name} ({columns}) ENGINE = MergeTree ORDER BY ({order})"
        f" SETTINGS {_SYNCED}{f', {_OF_PAIRS}' if name in _PAIRS else ''}"
        for name, (columns, order) in made.items()
    ]


def fill_post(db: str) -> str:
    """The statement that makes `post` of `img`."""
    base = ", ".join(BASE)
    return f"""INSERT INTO {db}.post (label, class, {base}) SELECT l, c, {base} FROM {db}.img
               ARRAY JOIN labels AS l, classes AS c"""  # noqa: S608 - of this module's own names


def fill_beside(db: str, labels: Iterable[int]) -> str:
    """The statement that counts in `beside` what stands beside some labels in `post`."""
    among = ", ".join(map(str, labels))
    return f"""INSERT INTO {db}.beside ({", ".join(BESIDE)}) SELECT label, class, subset, l, c, count() FROM {db}.post
               ARRAY JOIN labels AS l, classes AS c WHERE label IN ({among})
               GROUP BY label, class, subset, l, c"""  # noqa: S608 - as above


def rows_in(db: str) -> str:
    """The expression that counts all rows of a database, and those of its table `shard`."""
    counted = "(sum(rows), sumIf(rows, table = 'shard'))"
    return f"(SELECT {counted} FROM system.parts WHERE active AND database = '{db}')"  # noqa: S608 - as above

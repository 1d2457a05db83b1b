"""The order of a query's images."""
# ruff: noqa: S608 - statements are put together from this room's own texts; values go as parameters

from __future__ import annotations

from browse.facets.reference.conditions import box_itself, satisfies
from browse.facets.reference.tables import Tables
from browse.query.values import Query, Sort

_U64 = (1 << 64) - 1


def in_order(tables: Tables, query: Query) -> list[int]:
    """The database keys of the images that match a query, in its order."""
    if query.sort is Sort.CONFIDENCE:
        assert query.first_pair is not None
        pair = satisfies(query, query.first_pair, tables.below)
        sql = f"""SELECT c.id, MAX(p.confidence) FROM chosen c JOIN pair p ON p.image_id = c.id
                  WHERE {pair.sql} GROUP BY c.id"""
        found = tables.ask(sql, query, pair.parameters)
        return [key for key, _ in sorted(found, key=lambda row: (-row[1], row[0]))]
    if query.sort in (Sort.BOXES, Sort.AREA) and query.first_box is not None:
        box = box_itself(query.first_box, tables.below)
        measure = "COUNT(*)" if query.sort is Sort.BOXES else "MAX(b.area)"
        sql = f"""SELECT c.id, {measure} FROM chosen c
                  JOIN browse_boxannotation b ON b.image_id = c.id AND {box.sql} GROUP BY c.id"""
        found = tables.ask(sql, query, box.parameters)
        return [key for key, _ in sorted(found, key=lambda row: (-row[1], row[0]))]
    keys = [key for (key,) in tables.ask("SELECT id FROM chosen ORDER BY id", query)]
    if query.sort is Sort.RANDOM:
        salt = mix(query.seed or 0)
        keys.sort(key=lambda key: mix((key + (1 << 63)) ^ salt))
    return keys


def mix(word: int) -> int:
    """The output function of splitmix64, on unsigned 64-bit numbers."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _U64
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _U64
    return word ^ (word >> 31)

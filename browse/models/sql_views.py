"""Views for people who bring SQL: `oi_images`, `oi_labels`, `oi_dict`, with the columns of the data set's own tables.

They show what the site shows: images that were taken down are not there, and a curator's verdict stands as an
annotation of the source `curator`. They can only be read.

An import renames tables. On PostgreSQL a view would stay with the old ones, so each selects from a function whose
text is looked up by name whenever it is used; the planner puts it into the query. On SQLite renaming a table changes
the views that name it, so they are dropped before and made again after (`loading/shadow_tables.py`).
"""
# ruff: noqa: S608 - statements are put together from this module's own texts

from __future__ import annotations

_COLUMNS = {
    "oi_images": (
        "image_id text, subset text, original_url text, original_landing_url text, license text, "
        "author_profile_url text, author text, title text, original_size bigint, original_md5 text, "
        "thumbnail_300k_url text, rotation smallint"
    ),
    "oi_labels": "image_id text, source text, label_name text, confidence double precision",
    "oi_dict": "label_name text, label_display_name text",
}
VIEWS = tuple(_COLUMNS)

_HIDDEN = """
    SELECT h.image_key FROM browse_hiding h WHERE h.hidden AND NOT EXISTS (
        SELECT 1 FROM browse_hiding n
        WHERE n.image_key = h.image_key AND (n.at > h.at OR (n.at = h.at AND n.id > h.id)))"""
_RULING = """
    SELECT image_key, mid, says FROM (
        SELECT v.image_key, v.mid, v.says,
               ROW_NUMBER() OVER (PARTITION BY v.image_key, v.mid ORDER BY v.at DESC, v.id DESC) AS place
        FROM browse_verdict v
        WHERE v.says <> 'undo' AND NOT EXISTS (SELECT 1 FROM browse_verdict u WHERE u.undoes_id = v.id)
    ) standing WHERE place = 1 AND says <> 'unsure'"""
_BODIES = {
    "oi_images": f"""
SELECT {{image_id}} AS image_id, CASE i.subset WHEN 0 THEN 'train' WHEN 1 THEN 'validation' ELSE 'test' END AS subset,
       i.original_url AS original_url, i.landing_url AS original_landing_url, l.url AS license,
       COALESCE(a.profile_url, '') AS author_profile_url, COALESCE(i.author_name, a.name, '') AS author,
       i.title AS title, i.original_size AS original_size, i.original_md5 AS original_md5,
       i.thumbnail_url AS thumbnail_300k_url, i.rotation AS rotation
FROM browse_image i JOIN browse_license l ON l.id = i.license_id LEFT JOIN browse_author a ON a.id = i.author_id
WHERE i.id NOT IN ({_HIDDEN})""",
    "oi_labels": f"""
SELECT {{label_image_id}} AS image_id, s.name AS source, l.mid AS label_name, {{confidence}} AS confidence
FROM browse_annotation i JOIN browse_source s ON s.id = i.source_id JOIN browse_label l ON l.id = i.label_id
WHERE i.image_id NOT IN ({_HIDDEN})
  AND (s.name <> 'curator' OR (i.image_id, l.mid) NOT IN (SELECT r.image_key, r.mid FROM ({_RULING}) r))
UNION ALL
SELECT {{image_id}} AS image_id, 'curator' AS source, r.mid AS label_name,
       CASE r.says WHEN 'yes' THEN {{one}} ELSE {{zero}} END AS confidence
FROM ({_RULING}) r JOIN browse_image i ON i.id = r.image_key JOIN browse_label l ON l.mid = r.mid
WHERE i.id NOT IN ({_HIDDEN})""",
    "oi_dict": """
SELECT l.mid AS label_name, COALESCE(NULLIF((
           SELECT n.display_name FROM browse_labelnote n WHERE n.mid = l.mid ORDER BY n.at DESC, n.id DESC LIMIT 1
       ), ''), l.name) AS label_display_name
FROM browse_label l""",
}
_LEAST = "(-9223372036854775807 - 1)"
_WORDS = {
    "sqlite": {
        "image_id": f"printf('%016x', CASE WHEN i.id >= 0 THEN i.id + {_LEAST} ELSE i.id - {_LEAST} END)",
        "label_image_id": (
            f"printf('%016x', CASE WHEN i.image_id >= 0 THEN i.image_id + {_LEAST} ELSE i.image_id - {_LEAST} END)"
        ),
        "confidence": "i.confidence / 100.0",
        "one": "1.0",
        "zero": "0.0",
    },
    "postgresql": {
        "image_id": f"lpad(to_hex(i.id # {_LEAST}), 16, '0')",
        "label_image_id": f"lpad(to_hex(i.image_id # {_LEAST}), 16, '0')",
        "confidence": "i.confidence / 100.0::double precision",
        "one": "1.0::double precision",
        "zero": "0.0::double precision",
    },
}


def create(vendor: str) -> list[str]:
    """The statements that make the views, on `postgresql` or `sqlite`."""
    made = []
    for name, body in _BODIES.items():
        select = body.format(**_WORDS[vendor])
        if vendor == "postgresql":
            columns = _COLUMNS[name]
            made.append(
                f"CREATE FUNCTION {name}_rows() RETURNS TABLE ({columns}) LANGUAGE sql STABLE AS $view${select}$view$"
            )
            select = f"SELECT * FROM {name}_rows()"
        made.append(f"CREATE VIEW {name} AS {select}")
    return made


def drop(vendor: str) -> list[str]:
    """The statements that remove the views, where they are there."""
    views = [f"DROP VIEW IF EXISTS {name}" for name in VIEWS]
    return views + ([f"DROP FUNCTION IF EXISTS {name}_rows()" for name in VIEWS] if vendor == "postgresql" else [])

"""The shapes of the API's answers, as JSON Schema. Keys are always there, but for those that a parameter adds."""

from __future__ import annotations

from typing import Any

from browse.query.values import STATES, SUBSETS, Role

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
TEXT_OR_NULL: Json = {"type": ["string", "null"]}
NUMBER: Json = {"type": "integer", "minimum": 0}
NUMBER_OR_NULL: Json = {"type": ["integer", "null"], "minimum": 0}
CONFIDENCE: Json = {"type": "number", "minimum": 0, "maximum": 1}
SHARE_OR_NULL: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1, "description": "Unrounded."}
CONFIDENCE_OR_NULL: Json = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
QUERY: Json = {"type": "string", "description": "A query string, without a leading ?."}
QUERY_OR_NULL: Json = {"type": ["string", "null"], "description": "Null where 20 terms stand already."}
STATE: Json = {"type": "string", "enum": list(STATES)}
SUBSET: Json = {"type": "string", "enum": list(SUBSETS)}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _with_optional(described: Json, **properties: Json) -> Json:
    return described | {"properties": described["properties"] | properties}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _values(value: Json) -> Json:
    return _list(_object(value=value, count=NUMBER, query=QUERY))


_AGREEMENT: dict[str, Json] = {
    "machine": NUMBER,
    "yes": NUMBER,
    "no": NUMBER,
    "precision": SHARE_OR_NULL,
    "precision_low": SHARE_OR_NULL,
    "precision_high": SHARE_OR_NULL,
    "coverage": SHARE_OR_NULL,
}
_COMPARISON: dict[str, Json] = {
    **_AGREEMENT,
    "missed": NUMBER,
    "absent": NUMBER,
    "levels": _list(_object(confidence=CONFIDENCE, **_AGREEMENT, at_least=_object(**_AGREEMENT))),
}
_THRESHOLD: Json = {**CONFIDENCE_OR_NULL, "description": "Only where p is given."}

SCHEMAS: dict[str, Json] = {
    "Image": _object(
        image_id={"type": "string", "pattern": "^[0-9a-f]{16}$"},
        subset=SUBSET,
        title=TEXT_OR_NULL,
        author=TEXT_OR_NULL,
        author_url=TEXT_OR_NULL,
        author_key=TEXT_OR_NULL,
        license=_object(slug=TEXT, name=TEXT, url=TEXT_OR_NULL),
        landing_url=TEXT_OR_NULL,
        original_url=TEXT_OR_NULL,
        original_size=NUMBER_OR_NULL,
        original_md5={**TEXT_OR_NULL, "description": "Base64 of the 16 bytes."},
        thumbnail=_object(
            url={**TEXT, "description": "Relative to the site, or absolute."},
            width=NUMBER_OR_NULL,
            height=NUMBER_OR_NULL,
        ),
        attribution=_object(text=TEXT, html=TEXT),
        labels=_list(
            _object(
                mid=TEXT,
                name=TEXT,
                machine=CONFIDENCE_OR_NULL,
                human={"type": ["string", "null"], "enum": ["yes", "no", None]},
                state=STATE,
                confidence=CONFIDENCE,
                sources=_list(_object(source=TEXT, confidence=CONFIDENCE)),
            )
        ),
    ),
    "ImagePage": _object(count=NUMBER, page=NUMBER, per_page=NUMBER, query=QUERY, results=_list(_ref("Image"))),
    "Facets": _object(
        count=NUMBER,
        query=QUERY,
        labels=_list(_object(mid=TEXT, name=TEXT, count=NUMBER, query=QUERY_OR_NULL)),
        authors=_list(_object(key=TEXT, name=TEXT, count=NUMBER, query=QUERY)),
        subsets=_values(SUBSET),
        licenses=_values(TEXT),
        states=_values(STATE),
        confidence=_values(CONFIDENCE),
        terms=_list(
            _object(
                role={"type": "string", "enum": list(Role)},
                term=TEXT,
                confidence=_values(CONFIDENCE),
                states=_values(STATE),
            )
        ),
    ),
    "LabelPage": _object(
        count=NUMBER, page=NUMBER, per_page=NUMBER, results=_list(_object(mid=TEXT, name=TEXT, count=NUMBER))
    ),
    "LabelComparison": _with_optional(
        _object(
            mid=TEXT,
            name=TEXT,
            images=_object(**dict.fromkeys(SUBSETS, NUMBER)),
            trainable={"type": "boolean"},
            **_COMPARISON,
        ),
        recommended_threshold=_THRESHOLD,
    ),
    "Comparison": _with_optional(_object(**_COMPARISON), recommended_threshold=_THRESHOLD),
    "BadQuery": _object(
        errors=_list(_object(parameter=TEXT, value=TEXT, message=TEXT)),
        nearest={**QUERY, "description": "A valid query made of what was right."},
    ),
    "Failure": _object(errors=_list(_object(message=TEXT))),
}

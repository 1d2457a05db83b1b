"""The shapes of the API's answers, as JSON Schema. Keys are always there, but for those that a parameter adds."""

from __future__ import annotations

from typing import Any

from browse.domain.boxes import Attribute
from browse.domain.points import VERDICTS
from browse.query.box_terms import AREAS, ATTRIBUTE_VALUES, NUMBERS, format_area, format_number
from browse.query.fields import FACETS, Facet, Field
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
QUERY_OR_NULL: Json = {"type": ["string", "null"], "description": "Null if there are 20 terms already."}
STATE: Json = {"type": "string", "enum": list(STATES)}
SUBSET: Json = {"type": "string", "enum": list(SUBSETS)}


def object_of(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _with_optional(described: Json, **properties: Json) -> Json:
    return described | {"properties": described["properties"] | properties}


def list_of(items: Json) -> Json:
    return {"type": "array", "items": items}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _values(value: Json) -> Json:
    return list_of(object_of(value=value, count=NUMBER, query=QUERY))


_ROLE: Json = {"type": "string", "enum": list(Role)}
_TERM = _with_optional(
    object_of(role=_ROLE, term=TEXT),
    confidence=_values(CONFIDENCE),
    states=_values(STATE),
    attributes=_values({"type": "string", "enum": [*ATTRIBUTE_VALUES]}),
    areas=_values({"type": "string", "enum": [format_area(area) for area in AREAS]}),
    numbers=_values({"type": "string", "enum": [format_number(number) for number in NUMBERS]}),
)
"""A term has the lists of its kind: the first two are of pairs, the others of boxes."""


def _facet_value(field: Field, facet: Facet) -> Json:
    """A value of the facet of a field: a confidence as a number, one of a few words, or any text."""
    if facet.number:
        return CONFIDENCE
    return {key: value for key, value in field.kind.schema.items() if key in ("type", "enum")}


_AGREEMENT: dict[str, Json] = {
    "machine": NUMBER,
    "yes": NUMBER,
    "no": NUMBER,
    "precision": SHARE_OR_NULL,
    "precision_low": SHARE_OR_NULL,
    "precision_high": SHARE_OR_NULL,
    "coverage": SHARE_OR_NULL,
}
VERIFIED_ALONE: Json = {
    **SHARE_OR_NULL,
    "description": "Of the verified pairs alone, not of all that a threshold at this confidence keeps. Unrounded.",
}
EXPECTED: Json = {
    **SHARE_OR_NULL,
    "description": "Of the images of label=MID@t-1, t being this confidence: those that raters confirmed or added, and "
    "of the unverified ones the share that raters confirmed at similar confidences. Null below 30 verified pairs. "
    "Unrounded.",
}
_AT_LEAST: dict[str, Json] = {**_AGREEMENT, "precision": VERIFIED_ALONE}
_EXPECTED: dict[str, Json] = dict.fromkeys(
    ("expected_precision", "expected_precision_low", "expected_precision_high"), EXPECTED
)


def _comparison(at_least: dict[str, Json]) -> dict[str, Json]:
    return {
        **_AGREEMENT,
        "missed": NUMBER,
        "absent": NUMBER,
        "levels": list_of(object_of(confidence=CONFIDENCE, **_AGREEMENT, at_least=object_of(**at_least))),
    }


_THRESHOLD: Json = {**CONFIDENCE_OR_NULL, "description": "Only where p is given."}

_COUNTED_LABELS = list_of(object_of(mid=TEXT, name=TEXT, count=NUMBER, query=QUERY_OR_NULL))
SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
YES_OR_UNKNOWN: Json = {"type": ["boolean", "null"], "description": "Null where it is not recorded."}
BOX: Json = object_of(
    mid=TEXT,
    name=TEXT,
    source=TEXT,
    **dict.fromkeys(("x_min", "x_max", "y_min", "y_max"), SHARE),
    **{attribute.value: YES_OR_UNKNOWN for attribute in Attribute},
)
BOXES: Json = {
    **list_of(BOX),
    "description": "Only with include=boxes, in the order of the files. Coordinates are the files' numbers: shares of "
    "the stored picture's width and height, before rotation.",
}

_SIDE = object_of(mid=TEXT, name=TEXT, **dict.fromkeys(("x_min", "x_max", "y_min", "y_max"), SHARE))
RELATIONSHIPS: Json = {
    **list_of(object_of(subject=_SIDE, relation=TEXT, object=_SIDE)),
    "description": "Only with include=relationships, in the order of the files; coordinates as of boxes. Where the "
    "relation is `is`, the object is an attribute of the subject and both boxes are the same.",
}

POINTS: Json = {
    **list_of(
        object_of(
            mid=TEXT,
            name=TEXT,
            source=TEXT,
            x=SHARE,
            y=SHARE,
            verdict={"type": "string", "enum": list(VERDICTS)},
            yes_votes=NUMBER,
            no_votes=NUMBER,
            unsure_votes=NUMBER,
            text={**TEXT_OR_NULL, "description": "What was asked, where that was not the label's name."},
        )
    ),
    "description": "Only with include=points, in the order of the files; coordinates as of boxes.",
}

MASKS: Json = {
    **list_of(
        object_of(
            mid=TEXT,
            name=TEXT,
            box_id={"type": "string", "pattern": "^[0-9a-f]{8}$"},
            x_min=SHARE,
            x_max=SHARE,
            y_min=SHARE,
            y_max=SHARE,
            predicted_iou={**SHARE, "type": ["number", "null"]},
            mask_path={**TEXT, "description": "The name of the mask's picture in the release's zips."},
            url={**TEXT, "description": "The same picture on this site, where its zip is there; else 404."},
        )
    ),
    "description": "Only with include=masks, in the order of the files; the sides are of the mask's box.",
}
_NUMBER_OF_FILE: Json = {"type": "number"}
NARRATIVES: Json = {
    **list_of(
        _with_optional(
            object_of(annotator_id=NUMBER, caption=TEXT, voice_recording=TEXT_OR_NULL),
            timed_caption={
                **list_of(object_of(utterance=TEXT, start_time=_NUMBER_OF_FILE, end_time=_NUMBER_OF_FILE)),
                "type": ["array", "null"],
            },
            traces={
                **list_of(list_of(object_of(x=_NUMBER_OF_FILE, y=_NUMBER_OF_FILE, t=_NUMBER_OF_FILE))),
                "type": ["array", "null"],
                "description": "x and y as of boxes, but also beyond the picture; t in seconds.",
            },
        )
    ),
    "description": "Only with include=narratives, in the order of the files. timed_caption and traces only at the "
    "address of one image; null where the file that has them is not there.",
}

SCHEMAS: dict[str, Json] = {
    "Image": _with_optional(
        object_of(
            image_id={"type": "string", "pattern": "^[0-9a-f]{16}$"},
            subset=SUBSET,
            title=TEXT_OR_NULL,
            author=TEXT_OR_NULL,
            author_url=TEXT_OR_NULL,
            author_key=TEXT_OR_NULL,
            license=object_of(slug=TEXT, name=TEXT, url=TEXT_OR_NULL),
            landing_url=TEXT_OR_NULL,
            original_url=TEXT_OR_NULL,
            original_size=NUMBER_OR_NULL,
            original_md5={**TEXT_OR_NULL, "description": "Base64 of the 16 bytes."},
            thumbnail=object_of(
                url={**TEXT, "description": "Relative to the site, or absolute."},
                width=NUMBER_OR_NULL,
                height=NUMBER_OR_NULL,
            ),
            attribution=object_of(text=TEXT, html=TEXT),
            labels=list_of(
                object_of(
                    mid=TEXT,
                    name=TEXT,
                    machine=CONFIDENCE_OR_NULL,
                    human={"type": ["string", "null"], "enum": ["yes", "no", None]},
                    state=STATE,
                    confidence=CONFIDENCE,
                    sources=list_of(object_of(source=TEXT, confidence=CONFIDENCE)),
                )
            ),
            rotation={
                "type": ["integer", "null"],
                "description": "Degrees counter-clockwise by which the original and its boxes are to be turned.",
            },
        ),
        withheld={
            **list_of(object_of(mid=TEXT, name=TEXT)),
            "description": "Only for who is signed in and has this picture before them in a task: labels that they are "
            "asked about. What others say of them is hidden until they have answered.",
        },
        boxes=BOXES,
        relationships=RELATIONSHIPS,
        points=POINTS,
        masks=MASKS,
        narratives=NARRATIVES,
    ),
    "ImagePage": object_of(count=NUMBER, page=NUMBER, per_page=NUMBER, query=QUERY, results=list_of(ref("Image"))),
    "Facets": _with_optional(
        object_of(
            count=NUMBER,
            query=QUERY,
            labels=_COUNTED_LABELS,
            authors=list_of(object_of(key=TEXT, name=TEXT, count=NUMBER, query=QUERY)),
            **{facet.name: _values(_facet_value(field, facet)) for field, facet in FACETS if not facet.optional},
            terms=list_of(_TERM),
        ),
        hierarchy={
            **_COUNTED_LABELS,
            "description": "Labels that have others below them, each with all of these; absent without a hierarchy.",
        },
        **{facet.name: _values(_facet_value(field, facet)) for field, facet in FACETS if facet.optional},
        box_labels=_COUNTED_LABELS,
        relations=list_of(object_of(value=TEXT, count=NUMBER, query=QUERY_OR_NULL)),
    ),
    "LabelPage": object_of(
        count=NUMBER, page=NUMBER, per_page=NUMBER, results=list_of(object_of(mid=TEXT, name=TEXT, count=NUMBER))
    ),
    "Suggestions": object_of(
        labels=list_of(object_of(mid=TEXT, name=TEXT, count=NUMBER, query=QUERY)),
        nearest={"type": "boolean", "description": "Whether no label has these words, so that the nearest are given."},
        authors=list_of(object_of(key=TEXT, name=TEXT, count=NUMBER, query=QUERY)),
        images=list_of(
            object_of(
                image_id={"type": "string", "pattern": "^[0-9a-f]{16}$"},
                subset=SUBSET,
                title=TEXT_OR_NULL,
                author=TEXT_OR_NULL,
            )
        ),
        count={**NUMBER_OR_NULL, "description": "Images of q=TEXT; null where TEXT is not a valid q."},
        query={"type": ["string", "null"], "description": "The query string of q=TEXT; null with the count."},
    ),
    "LabelComparison": _with_optional(
        object_of(
            mid=TEXT,
            name=TEXT,
            images=object_of(**dict.fromkeys(SUBSETS, NUMBER)),
            trainable={"type": "boolean"},
            **_comparison(_AT_LEAST | _EXPECTED),
        ),
        recommended_threshold=_THRESHOLD,
    ),
    "Comparison": _with_optional(object_of(**_comparison(_AT_LEAST)), recommended_threshold=_THRESHOLD),
    "BadQuery": object_of(
        errors=list_of(object_of(parameter=TEXT, value=TEXT, message=TEXT)),
        nearest={**QUERY, "description": "A valid query made of the valid parts."},
    ),
    "Failure": object_of(errors=list_of(object_of(message=TEXT))),
}

_EACH = {name: SCHEMAS["Image"]["properties"][name] for name in SCHEMAS["Image"]["required"]}
SCHEMAS["SimilarImages"] = object_of(
    results=list_of(object_of(likeness={"type": "number", "exclusiveMinimum": 0, "maximum": 1}, **_EACH))
)

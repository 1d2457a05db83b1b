"""A preview of a training set as JSON, and the schemas of recipe and preview."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import reverse

from browse.api.schemas import (
    CONFIDENCE,
    CONFIDENCE_OR_NULL,
    NUMBER,
    QUERY_OR_NULL,
    SHARE_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    Json,
    list_of,
    object_of,
    ref,
)
from browse.domain.comparison import Estimate
from browse.models import SetBuild
from browse.query.box_terms import ATTRIBUTE_VALUES
from browse.query.values import MAX_SEED, SUBSETS
from browse.sets.formats.registry import FORMATS
from browse.sets.formats.writer import BoxInfo
from browse.sets.manifest import FILES
from browse.sets.pictures import is_picture
from browse.sets.preview import LabelPreview, LeftOutPreview, Preview, SetPreview
from browse.sets.recipe import (
    LEAST_SIDE,
    MOST_LABELS,
    MOST_SIDE,
    RECIPES_OWN,
    VERSION,
    Apart,
    Duplicates,
    Negatives,
    Pairs,
    PictureKind,
    Take,
    as_values,
)
from browse.sets.site_builds import files_folder

_NUMBER_OR_NULL: Json = {"type": ["integer", "null"], "minimum": 0}
_PERCENT: Json = {"type": "integer", "minimum": 0, "maximum": 100}
_SEED: Json = {"type": "integer", "minimum": 0, "maximum": MAX_SEED}
_EXPECTED: dict[str, Json] = {
    "expected_precision": SHARE_OR_NULL,
    "expected_precision_low": SHARE_OR_NULL,
    "expected_precision_high": SHARE_OR_NULL,
}
_LEFT_OUT = list_of(object_of(mid=TEXT, name=TEXT, why=TEXT, reached=SHARE_OR_NULL))
_BY_REASON = list_of(object_of(reason=TEXT, images=NUMBER))


def _words(words: Any) -> Json:
    return {"type": "string", "enum": list(words)}


def _optional(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": [], "additionalProperties": False}


RECIPE_SCHEMA: Json = {
    "type": "object",
    "properties": {
        "version": {"type": "integer", "enum": [VERSION]},
        "images": {"type": "string", "description": "A query string: only these images."},
        "labels": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_LABELS,
            "items": {
                **_optional(
                    mid=TEXT, at=CONFIDENCE, precision={**CONFIDENCE, "exclusiveMinimum": 0}, take=_words(Take)
                ),
                "required": ["mid"],
                "description": "With either at or precision, unless take is verified.",
            },
        },
        "negatives": _words(Negatives),
        "splits": {
            "oneOf": [
                _words(["official"]),
                _optional(
                    shares=_optional(**dict.fromkeys(SUBSETS, _PERCENT)),
                    seed=_SEED,
                ),
            ]
        },
        "apart": list_of(_words(Apart)),
        "caps": _optional(
            **dict.fromkeys(("positives", "negatives"), _NUMBER_OR_NULL),
            **dict.fromkeys(("least_positives", "least_negatives"), NUMBER),
            **dict.fromkeys(("images", "bytes"), _NUMBER_OR_NULL),
            seed=_SEED,
        ),
        "duplicates": _words(Duplicates),
        "pictures": {
            "oneOf": [
                _words(PictureKind),
                {
                    **_optional(
                        kind=_words(PictureKind),
                        side={"type": "integer", "minimum": LEAST_SIDE, "maximum": MOST_SIDE},
                    ),
                    "required": ["kind"],
                    "description": "side: of rendered pictures.",
                },
            ]
        },
        "pairs": _words(Pairs),
        "boxes": {
            "oneOf": [
                {"type": "null"},
                _optional(
                    labels={"oneOf": [_words([RECIPES_OWN]), list_of(TEXT)]},
                    attributes=list_of(_words(ATTRIBUTE_VALUES)),
                    area={"type": "number", "minimum": 0, "maximum": 1},
                    masks={"type": "boolean"},
                ),
            ],
            "description": "Which boxes the set has; area: the smallest, as a share of the picture; masks: whether "
            "COCO files have the masks of those that have one.",
        },
    },
    "required": ["labels"],
    "additionalProperties": False,
}
"""What a request gives; docs/training-sets.md says what every part means."""

SET_SCHEMAS: dict[str, Json] = {
    "Recipe": RECIPE_SCHEMA,
    "SetPreview": object_of(
        recipe={"type": "object", "properties": RECIPE_SCHEMA["properties"], "required": []},
        recipe_sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        candidates=NUMBER,
        images=NUMBER,
        taken_down=NUMBER,
        labels=list_of(
            object_of(
                mid=TEXT,
                name=TEXT,
                class_name=TEXT,
                threshold=CONFIDENCE_OR_NULL,
                why=TEXT,
                verified=NUMBER,
                unverified=NUMBER,
                negatives=NUMBER,
                **_EXPECTED,
                queries=object_of(verified=QUERY_OR_NULL, unverified=QUERY_OR_NULL, negatives=QUERY_OR_NULL),
            )
        ),
        left_out_labels=_LEFT_OUT,
        set={"oneOf": [{"type": "null"}, ref("SetNumbers")]},
    ),
    "SetNumbers": object_of(
        images=NUMBER,
        splits=list_of(object_of(split=TEXT, images=NUMBER)),
        labels=list_of(
            object_of(
                mid=TEXT,
                positives=NUMBER,
                negatives=NUMBER,
                **_EXPECTED,
                splits=list_of(object_of(split=TEXT, positives=NUMBER, negatives=NUMBER)),
            )
        ),
        authors=NUMBER,
        licenses=list_of(object_of(name=TEXT, url=TEXT_OR_NULL, images=NUMBER)),
        bytes=NUMBER,
        unknown_sizes=NUMBER,
        fetch_hours={"type": "number"},
        known_dead=NUMBER,
        left_out=_BY_REASON,
        left_out_labels=_LEFT_OUT,
        boxes={
            **object_of(
                boxes=NUMBER,
                images=NUMBER,
                box_hash={"type": "string", "pattern": "^[0-9a-f]{64}$"},
                masks={"type": ["integer", "null"]},
                labels=list_of(object_of(mid=TEXT, name=TEXT, class_name=TEXT, boxes=NUMBER, images=NUMBER)),
            ),
            "type": ["object", "null"],
        },
    ),
    "SetRequest": {
        **_optional(recipe=ref("Recipe"), formats=list_of(_words(FORMATS)), title={"type": "string", "maxLength": 200}),
        "required": ["recipe"],
    },
    "TrainingSet": object_of(
        uid=TEXT,
        title=TEXT,
        recipe_sha256=TEXT,
        formats=list_of(_words(FORMATS)),
        state=_words(SetBuild.State.values),
        doing=TEXT,
        done=NUMBER,
        total=NUMBER,
        message=TEXT,
        dataset_version=TEXT,
        dataset_digest=TEXT,
        row_hash=TEXT,
        files=list_of(TEXT),
    ),
    "BadRecipe": object_of(errors=list_of(object_of(parameter=TEXT, value=TEXT, message=TEXT))),
}


def preview_json(found: Preview) -> Json:
    """A preview as SetPreview has it."""
    return {
        "recipe": as_values(found.recipe),
        "recipe_sha256": found.recipe.name,
        "candidates": found.candidates,
        "images": found.teaching,
        "taken_down": found.hidden,
        "labels": [_label(label) for label in found.labels],
        "left_out_labels": [_left_out(label) for label in found.left_out_labels],
        "set": None if found.made is None else _numbers(found.made),
    }


def build_json(build: SetBuild) -> Json:
    """A set that somebody asked for as TrainingSet has it; files: addresses of a finished one's but pictures."""
    wanted = build.training_set
    return {
        "uid": str(wanted.uid),
        "title": wanted.title,
        "recipe_sha256": wanted.recipe_hash,
        "formats": wanted.formats.split(),
        "state": build.state,
        "doing": build.doing,
        "done": build.done,
        "total": build.total,
        "message": build.message,
        "dataset_version": build.version,
        "dataset_digest": build.digest,
        "row_hash": build.row_hash,
        "files": [reverse("browse:set-file", args=[wanted.uid, name]) for name in _files(build)],
    }


def _files(build: SetBuild) -> list[str]:
    if build.state != SetBuild.State.DONE:
        return []
    names = (files_folder(build.training_set.uid) / FILES).read_text().splitlines()
    return [name for name in names if not is_picture(name)]


def _label(label: LabelPreview) -> Json:
    return {
        "mid": label.mid,
        "name": label.name,
        "class_name": label.class_name,
        "threshold": None if label.threshold is None else label.threshold / 100,
        "why": label.why,
        "verified": label.verified,
        "unverified": label.unverified,
        "negatives": label.negatives,
        **_expected(label.expected),
        "queries": dict(zip(("verified", "unverified", "negatives"), label.queries, strict=True)),
    }


def _expected(found: Estimate | None) -> Json:
    values = (None, None, None) if found is None else (found.share, found.low, found.high)
    return dict(zip(_EXPECTED, values, strict=True))


def _left_out(label: LeftOutPreview) -> Json:
    return {"mid": label.mid, "name": label.name, "why": label.why, "reached": label.reached}


def _numbers(made: SetPreview) -> Json:
    return {
        "images": made.images,
        "splits": [{"split": name, "images": images} for name, images in made.splits.items()],
        "labels": [
            {
                "mid": one.mid,
                "positives": one.positives,
                "negatives": one.negatives,
                **_expected(one.expected),
                "splits": [
                    {"split": name, "positives": positives, "negatives": negatives}
                    for name, (positives, negatives) in made.by_split[one.mid].items()
                ],
            }
            for one in made.classes
        ],
        "authors": made.authors,
        "licenses": [{"name": name, "url": url or None, "images": images} for name, url, images in made.licenses],
        "bytes": made.bytes,
        "unknown_sizes": made.unknown_sizes,
        "fetch_hours": round(made.fetch_hours, 3),
        "known_dead": made.dead,
        "left_out": [{"reason": reason, "images": images} for reason, images in made.left_out.items()],
        "left_out_labels": [_left_out(label) for label in made.left_out_labels],
        "boxes": None if made.boxes is None else _boxes(made.boxes),
    }


def _boxes(found: BoxInfo) -> Json:
    labels = [asdict(one) for one in found.classes]
    return {
        "boxes": found.boxes,
        "images": found.images,
        "box_hash": found.sha256,
        "masks": found.masks,
        "labels": labels,
    }

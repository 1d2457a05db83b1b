"""The OpenAPI document: parameters come from browse.definitions, the answers' shapes stand in schemas.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from browse.api.answers import VERSION_HEADER
from browse.api.schemas import SCHEMAS
from browse.definitions import (
    COMPARISON_PARAMETERS,
    FACETS_EXTRA,
    IMAGES_EXTRA,
    LABELS_TAKE,
    QUERY_PARAMETERS,
    parameters_named,
)
from browse.parameters import Parameter

Json = dict[str, Any]

DESCRIPTION = (
    "Images of the Open Images data set, their credit, and what machines and human raters say is on them. "
    "The parameters are those of the pages: take the query string of a page and put it behind /api/images or "
    "/api/facets. Only GET and HEAD are allowed; no key is needed. Anything unknown, misspelt, malformed, empty or "
    "given twice where it may not repeat is answered 400 with what is allowed, and with the nearest valid query. "
    f"Every answer carries {VERSION_HEADER}: equal versions mean equal counts, orders and facets."
)


@dataclass(frozen=True)
class Operation:
    """One address: its parameters, and the schema of its answer. example: an address to try; in_path: of PATHS."""

    path: str
    name: str
    summary: str
    takes: Mapping[str, Parameter]
    answer: str
    example: str
    in_path: str = ""


OPERATIONS = (
    Operation(
        "/api/images",
        "images",
        "One page of a query's images, in its order. After the last page: no results, and the true count.",
        parameters_named({*IMAGES_EXTRA, *QUERY_PARAMETERS}),
        "ImagePage",
        "/api/images?confidence=0.8-1&per_page=5",
    ),
    Operation(
        "/api/images/{image_id}",
        "image",
        "One image with its credit and all its labels.",
        {},
        "Image",
        "",
        in_path="image_id",
    ),
    Operation(
        "/api/facets",
        "facets",
        "For each value of each facet the count of the page that choosing it leads to, and that page's query string. "
        "Order and paging are checked and make no difference.",
        parameters_named({*FACETS_EXTRA, *QUERY_PARAMETERS}),
        "Facets",
        "/api/facets?state=rejected&top=10",
    ),
    Operation(
        "/api/labels",
        "labels",
        "Labels by name or MID, the largest count first; each count is that of label=MID.",
        parameters_named(LABELS_TAKE),
        "LabelPage",
        "/api/labels?q=dog",
    ),
    Operation(
        "/api/labels/{mid}",
        "label",
        "One label: images by subset, and how often raters confirmed what the machine gave, by confidence. "
        "Raters judged what was proposed to them; what nobody proposed is unknown, so there is no recall.",
        COMPARISON_PARAMETERS,
        "LabelComparison",
        "",
        in_path="mid",
    ),
    Operation(
        "/api/compare",
        "compare",
        "The same of all labels together. Shares are unrounded, and null where there is nothing to divide by.",
        COMPARISON_PARAMETERS,
        "Comparison",
        "/api/compare?subset=validation&p=0.95",
    ),
)


def _in_path(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


PATHS: dict[str, Json] = {
    "image_id": _in_path(
        "image_id",
        "The ImageID.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "16 lower-case hex digits"},
    ),
    "mid": _in_path(
        "mid",
        "The MID without its first slash; slashes inside stay as they are.",
        {"type": "string", "description": "such as m/06ht1", "examples": ["m/06ht1"]},
    ),
}
"""The parameters that are part of an address."""


def document() -> Json:
    """The OpenAPI 3.1 document as a JSON value."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open Images viewer", "version": "1", "description": DESCRIPTION},
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": SCHEMAS, "headers": {VERSION_HEADER: _version_header()}},
    }


def _version_header() -> Json:
    return {"description": "<index generation>.<revision>, or none.", "schema": {"type": "string"}}


def _operation(operation: Operation) -> Json:
    path_parameters = [PATHS[operation.in_path]] if operation.in_path else []
    query_parameters = [_parameter(name, parameter) for name, parameter in operation.takes.items()]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": path_parameters + query_parameters,
        "responses": _responses(operation),
    }


def _parameter(name: str, parameter: Parameter) -> Json:
    schema = {"type": "array", "items": parameter.kind.schema} if parameter.repeats else parameter.kind.schema
    repeats = {"style": "form", "explode": True} if parameter.repeats else {}
    description = parameter.help_text + (" May be repeated." if parameter.repeats else "")
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **repeats}


def _responses(operation: Operation) -> Json:
    missing = {"404": _answer("There is no such thing.", "Failure")} if operation.in_path else {}
    return {
        "200": _answer("The answer.", operation.answer),
        "304": {"description": "As If-None-Match has it.", "headers": _headers()},
        "400": _answer("Parameters that cannot be taken.", "BadQuery"),
        **missing,
        "503": _answer("Not now: see Retry-After, and the message for what to run.", "Failure"),
    }


def _answer(description: str, schema: str) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "headers": _headers(), "content": content}


def _headers() -> Json:
    return {VERSION_HEADER: {"$ref": f"#/components/headers/{VERSION_HEADER}"}}

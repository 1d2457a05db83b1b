"""The OpenAPI document: parameters come from browse.definitions, the answers' shapes stand in schemas.py, files in
files.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from browse.api.answers import VERSION_HEADER
from browse.api.curation_shapes import SECURITY_SCHEMES, rows_paths, rows_schemas
from browse.api.examples import NONE, Examples
from browse.api.files import FileOperation, file_operations
from browse.api.schemas import SCHEMAS
from browse.api.set_shapes import SET_SCHEMAS
from browse.domain.dataset_digest import DIGEST_HEADER
from browse.requests.definitions import (
    COMPARISON_PARAMETERS,
    FACETS_EXTRA,
    IMAGES_EXTRA,
    LABELS_TAKE,
    QUERY_PARAMETERS,
    SET_PREVIEW_PARAMETERS,
    SUGGEST_TAKES,
    parameters_named,
)
from browse.requests.parameters import Parameter
from browse.views.responses import RECORDS_HEADER

Json = dict[str, Any]
JSON_TYPE = "application/json"

DESCRIPTION = (
    "Images of the Open Images data set, their credit, and what machines and human raters say is on them. "
    "The parameters are the same as for the pages: append the query string of a page to /api/images or "
    "/api/facets. Reading needs no key. Only GET and HEAD are allowed, and POST for training sets and, with a personal "
    "token, for verdicts, flags, license checks and collections. Anything unknown, "
    "misspelled, malformed, empty or repeated where that is not allowed gets a 400 that says what is allowed and gives "
    "the nearest valid query. "
    f"Every response has {VERSION_HEADER}: equal versions mean equal counts, orders and facets. {DIGEST_HEADER} "
    "identifies the data set, without changes made here: it is the same on every site with the same data."
)


@dataclass(frozen=True)
class Operation:
    """One address: its parameters, and the schema of its answer; in_path: of PATHS.

    example: an address to try, with examples of the data set by the names of parameters in braces.
    examples: by what name those of a parameter stand, where not by its own.
    """

    path: str
    name: str
    summary: str
    takes: Mapping[str, Parameter]
    answer: str
    example: str
    in_path: str = ""
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PostOperation:
    """An address that a JSON body is sent to: the schemas of body and answer; no body where none is needed.

    for_accounts: whether it wants a session and the token of a form (X-CSRFToken).
    """

    path: str
    name: str
    summary: str
    takes: Mapping[str, Parameter]
    body: str
    answer: str
    success: str = "200"
    in_path: str = ""
    for_accounts: bool = False


POST_OPERATIONS = (
    PostOperation(
        "/api/sets/preview",
        "set-preview",
        "What a training set of this recipe would hold: thresholds, counts, expected precision; with part=set also "
        "splits and what is left out. Nothing is stored.",
        SET_PREVIEW_PARAMETERS,
        "Recipe",
        "SetPreview",
    ),
    PostOperation(
        "/api/sets",
        "make-set",
        "Have the training set of a recipe built, in the background. The answer's uid leads to it.",
        {},
        "SetRequest",
        "TrainingSet",
        success="201",
        for_accounts=True,
    ),
    PostOperation(
        "/api/sets/{uid}/cancel",
        "cancel-set",
        "End the build of one's own set.",
        {},
        "",
        "TrainingSet",
        in_path="uid",
        for_accounts=True,
    ),
    PostOperation(
        "/api/sets/{uid}/resume",
        "resume-set",
        "Go on with the build of one's own set, where it was interrupted.",
        {},
        "",
        "TrainingSet",
        in_path="uid",
        for_accounts=True,
    ),
)


OPERATIONS = (
    Operation(
        "/api/images",
        "images",
        "One page of a query's images, in its order. Past the last page: no results, and the true count.",
        parameters_named({*IMAGES_EXTRA, *QUERY_PARAMETERS}),
        "ImagePage",
        "/api/images?confidence=0.8-1&per_page=5",
    ),
    Operation(
        "/api/images/{image_id}",
        "image",
        "One image with its credit and all its labels.",
        parameters_named({"include"}),
        "Image",
        "/api/images/{image_id}",
        in_path="image_id",
    ),
    Operation(
        "/api/images/{image_id}/similar",
        "similar_images",
        "The 24 images whose labels are most like this one's, the most alike first, with likeness: the cosine of the "
        "labels that each has, a rarer label weighing more. Images with the same MD5 are left out.",
        {},
        "SimilarImages",
        "/api/images/{image_id}/similar",
        in_path="image_id",
    ),
    Operation(
        "/api/facets",
        "facets",
        "For each value of each facet, the count and the query string of the page that choosing it leads to. "
        "Order and paging are validated but make no difference.",
        parameters_named({*FACETS_EXTRA, *QUERY_PARAMETERS}),
        "Facets",
        "/api/facets?state=rejected&top=10",
    ),
    Operation(
        "/api/labels",
        "labels",
        "Labels by name or MID, largest count first; each count is that of label=MID.",
        LABELS_TAKE,
        "LabelPage",
        "/api/labels?q={name}",
        examples=(("q", "name"),),
    ),
    Operation(
        "/api/suggest",
        "suggest",
        "What a text may mean, for search boxes: at most 5 labels whose names have its words in any order, the last "
        "one perhaps as a beginning, or else the labels spelt most like it; at most 5 authors, found by name, key or "
        "profile; at most 5 images, found by ImageID or its first 4 or more digits, ID.jpg, subset/ID, the address of "
        "a Flickr page or picture, a photo ID, or an MD5 in base64 or hex, in the order of ImageIDs; and how many "
        "images q=TEXT has, null where the text is not a valid q. Largest counts first; a label of exactly this name "
        "is always among them.",
        SUGGEST_TAKES,
        "Suggestions",
        "/api/suggest?q={name}",
        examples=(("q", "name"),),
    ),
    Operation(
        "/api/labels/{mid}",
        "label",
        "One label: images by subset, and how often raters confirmed machine labels, by confidence. "
        "Raters only saw proposed labels, so precision can be measured but recall cannot. "
        "The precision under at_least is that of the verified pairs alone. expected_precision is that of the images "
        "of label=MID@t-1, verified or not, whose confidences are distributed differently; it is null below 30 "
        "verified pairs.",
        COMPARISON_PARAMETERS,
        "LabelComparison",
        "/api/labels/{mid}",
        in_path="mid",
    ),
    Operation(
        "/api/compare",
        "compare",
        "The same for all labels together. Shares are unrounded, and null where there is nothing to divide by.",
        COMPARISON_PARAMETERS,
        "Comparison",
        "/api/compare?subset=validation&p=0.95",
    ),
    Operation(
        "/api/sets/{uid}",
        "set",
        "A training set that somebody asked for: how far its build has come, and the addresses of its files.",
        {},
        "TrainingSet",
        "/api/sets/{uid}",
        in_path="uid",
    ),
)


def _in_path(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


PATHS: dict[str, Json] = {
    "uid": _in_path("uid", "The set.", {"type": "string", "format": "uuid", "description": "a UUID"}),
    "image_id": _in_path(
        "image_id",
        "The ImageID.",
        {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "16 lower-case hex digits"},
    ),
    "mid": _in_path(
        "mid",
        "The MID, with or without its first slash; slashes may stay as they are or be written %2F.",
        {"type": "string", "description": "such as m/06ht1"},
    ),
}
"""The parameters that are part of an address."""


def document(examples: Examples = NONE, digest: str = "") -> Json:
    """The OpenAPI 3.1 document as a JSON value, with examples of the data set at hand.

    `x-dataset-digest` is the data set digest where there is one.
    """
    dataset = {"x-dataset-digest": digest} if digest else {}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open Images viewer", "version": "1", "description": DESCRIPTION, **dataset},
        "paths": {
            **{operation.path: {"get": _operation(operation, examples)} for operation in OPERATIONS},
            **{operation.path: {"post": _post_operation(operation)} for operation in POST_OPERATIONS},
            **rows_paths(),
            **{operation.path: {"get": _file_operation(operation)} for operation in file_operations()},
        },
        "components": {
            "schemas": SCHEMAS | SET_SCHEMAS | rows_schemas(),
            "headers": HEADERS,
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


HEADERS: dict[str, Json] = {
    VERSION_HEADER: {"description": "<index generation>.<revision>, or none.", "schema": {"type": "string"}},
    DIGEST_HEADER: {
        "description": "The data set digest. Responses without it are from an index built before there was one, "
        "or there is no data set.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    RECORDS_HEADER: {
        "description": "Number of rows or entries in the file, not counting a header line; fewer arrive only if "
        "images are hidden during the download.",
        "schema": {"type": "integer", "minimum": 0},
    },
}


def example_address(operation: Operation, examples: Examples) -> str:
    """An address to try; empty where the data set has no example of it."""
    try:
        return operation.example.format_map({name: quote(str(value)) for name, value in examples.items()})
    except KeyError:
        return ""


def _file_operation(operation: FileOperation) -> Json:
    page = {"text/html": {"schema": {"type": "string"}}}
    content = {operation.media_type: {"schema": {"type": "object" if operation.media_type == JSON_TYPE else "string"}}}
    header = f" Its columns: {', '.join(operation.columns)}." if operation.columns else ""
    away = {"404": "The data set has no such rows, or what they are made of is not on this site."}
    failures = {"400": "Invalid parameters.", **(away if operation.needs_rows else {})}
    failures["503"] = "Temporarily unavailable: see Retry-After."
    unchanged = {"304": {"description": "Not modified.", "headers": _headers()}}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_parameter(name, parameter) for name, parameter in operation.takes.items()],
        "responses": {
            "200": {
                "description": f"The file.{header}",
                "headers": _headers(RECORDS_HEADER),
                "content": content,
            },
            **(unchanged if operation.has_etag else {}),
            **{
                status: {"description": text, "headers": _headers(), "content": page}
                for status, text in failures.items()
            },
        },
    }


def _operation(operation: Operation, examples: Examples) -> Json:
    path_parameters = [PATHS[operation.in_path]] if operation.in_path else []
    query_parameters = [_parameter(name, parameter) for name, parameter in operation.takes.items()]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_with_example(one, examples, operation) for one in path_parameters + query_parameters],
        "responses": _responses(operation),
    }


def _post_operation(operation: PostOperation) -> Json:
    content = {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{operation.body}"}}}
    body = {"requestBody": {"required": True, "content": content}} if operation.body else {}
    for_accounts = {"403": _answer("Only for accounts.", "Failure")} if operation.for_accounts else {}
    missing = {"404": _answer("Not found.", "Failure")} if operation.in_path else {}
    in_path = [PATHS[operation.in_path]] if operation.in_path else []
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*in_path, *(_parameter(name, parameter) for name, parameter in operation.takes.items())],
        **body,
        "responses": {
            operation.success: _answer("Success.", operation.answer),
            "400": _answer("Invalid parameters or an invalid recipe.", "BadRecipe"),
            **for_accounts,
            **missing,
            "503": _answer("Temporarily unavailable: see Retry-After, and the message for what to run.", "Failure"),
        },
    }


def _with_example(parameter: Json, examples: Examples, operation: Operation) -> Json:
    own = str(parameter["name"])
    name = dict(operation.examples).get(own, own)
    return parameter | {"example": examples[name]} if name in examples else parameter


def _parameter(name: str, parameter: Parameter) -> Json:
    schema = {"type": "array", "items": parameter.kind.schema} if parameter.repeats else parameter.kind.schema
    repeats = {"style": "form", "explode": True} if parameter.repeats else {}
    description = parameter.help_text + (" May be repeated." if parameter.repeats else "")
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **repeats}


def _responses(operation: Operation) -> Json:
    missing = {"404": _answer("Not found.", "Failure")} if operation.in_path else {}
    return {
        "200": _answer("Success.", operation.answer),
        "304": {"description": "Not modified.", "headers": _headers()},
        "400": _answer("Invalid parameters.", "BadQuery"),
        **missing,
        "503": _answer("Temporarily unavailable: see Retry-After, and the message for what to run.", "Failure"),
    }


def _answer(description: str, schema: str) -> Json:
    content = {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "headers": _headers(), "content": content}


def _headers(*more: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (VERSION_HEADER, DIGEST_HEADER, *more)}

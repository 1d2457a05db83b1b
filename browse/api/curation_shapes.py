"""The endpoints for scripts in the OpenAPI document: their rows, answers and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from browse.api.answers import VERSION_HEADER
from browse.api.curation import CHECK_FIELDS, FLAG_FIELDS, ITEM_FIELDS, VERDICT_FIELDS
from browse.api.schemas import NUMBER, TEXT, list_of, object_of, ref
from browse.curation.tokens import MOST_IN_A_MINUTE
from browse.requests.rows import KEY_GRAMMAR, KEY_HEADER, MOST_ROWS, RowField

Json = dict[str, Any]

ROWS_RULES = (
    f"At most {MOST_ROWS:,} rows, all of them or none: a row that cannot be taken is named by its place, counted from "
    "0, and its field. What stands already is not written again. Sent again under the same key, nothing is."
)
SECURITY_SCHEMES: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A personal token, made on the site under Access tokens, for some of the scopes verdicts, "
        "flags, license-checks and collections. It gives no more rights than its account has, and none on pages.",
    }
}
_KEY: Json = {
    "name": KEY_HEADER,
    "in": "header",
    "required": True,
    "description": f"A key of your own for this batch: {KEY_GRAMMAR}.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
}
_COLLECTION: Json = {
    "name": "uid",
    "in": "path",
    "required": True,
    "description": "The collection.",
    "schema": {"type": "string", "format": "uuid", "description": "a UUID"},
}


@dataclass(frozen=True)
class RowsOperation:
    """An address that takes rows: what a row has, and what the token must be for."""

    path: str
    name: str
    summary: str
    scope: str
    row: str
    fields: Mapping[str, RowField]


ROWS_OPERATIONS = (
    RowsOperation(
        "/api/verdicts", "give-verdicts", "Verdicts on labels of images.", "verdicts", "VerdictRow", VERDICT_FIELDS
    ),
    RowsOperation("/api/flags", "flag-images", "Flags on images, for reviewers.", "flags", "FlagRow", FLAG_FIELDS),
    RowsOperation(
        "/api/license-checks",
        "check-licenses",
        "Which licenses images have at their source.",
        "license-checks",
        "LicenseCheckRow",
        CHECK_FIELDS,
    ),
    RowsOperation(
        "/api/collections/{uid}/items",
        "change-collection",
        "Images put into one's own collection, or taken out of it.",
        "collections",
        "ItemRow",
        ITEM_FIELDS,
    ),
)


def rows_paths() -> dict[str, Json]:
    """The paths of these endpoints."""
    return {operation.path: {"post": _operation(operation)} for operation in ROWS_OPERATIONS}


def rows_schemas() -> dict[str, Json]:
    """The schemas that they name."""
    return {
        **{operation.row: _row(operation.fields) for operation in ROWS_OPERATIONS},
        "Batch": object_of(
            batch={"type": "string", "format": "uuid"},
            at={"type": "string", "format": "date-time"},
            rows=NUMBER,
            written={**NUMBER, "description": "Rows that were written; the others stood already."},
        ),
        "BadRows": object_of(errors=list_of(object_of(parameter=TEXT, value=TEXT, message=TEXT))),
    }


def _row(fields: Mapping[str, RowField]) -> Json:
    return {
        "type": "object",
        "properties": {name: _field(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.needed],
        "additionalProperties": False,
    }


def _field(field: RowField) -> Json:
    described: Json = {"type": "boolean" if field.is_boolean else "string", "description": field.help_text}
    if field.choices:
        return described | {"enum": list(field.choices)}
    return described if field.is_boolean else described | {"maxLength": field.longest}


def _operation(operation: RowsOperation) -> Json:
    rows = {**list_of(ref(operation.row)), "minItems": 1, "maxItems": MOST_ROWS}
    return {
        "operationId": operation.name,
        "summary": f"{operation.summary} Needs a token for {operation.scope}. {ROWS_RULES}",
        "security": [{"token": []}],
        "parameters": [_KEY, *([_COLLECTION] if "{uid}" in operation.path else [])],
        "requestBody": {"required": True, "content": {"application/json": {"schema": object_of(rows=rows)}}},
        "responses": {
            "200": _answer("Written, now or under this key before.", "Batch"),
            "400": _answer("Rows that cannot be taken: rows[3].mid is the field mid of the fourth row.", "BadRows"),
            "401": _answer("Without a valid token.", "Failure"),
            "403": _answer("The token or its account may not do this.", "Failure"),
            **({"404": _answer("Not found.", "Failure")} if "{uid}" in operation.path else {}),
            "409": _answer("The key was used for another batch.", "Failure"),
            "429": _answer(f"More than {MOST_IN_A_MINUTE} requests a minute: see Retry-After.", "Failure"),
            "503": _answer("Temporarily unavailable: see Retry-After.", "Failure"),
        },
    }


def _answer(description: str, schema: str) -> Json:
    headers = {VERSION_HEADER: {"$ref": f"#/components/headers/{VERSION_HEADER}"}}
    return {"description": description, "headers": headers, "content": {"application/json": {"schema": ref(schema)}}}

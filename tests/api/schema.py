"""Checks values against the schemas that the API publishes."""

from __future__ import annotations

import re
from typing import Any

from browse.api.curation_shapes import rows_schemas
from browse.api.schemas import SCHEMAS as QUERY_SCHEMAS
from browse.api.set_shapes import SET_SCHEMAS

SCHEMAS = QUERY_SCHEMAS | SET_SCHEMAS | rows_schemas()
KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "number": (int, float),
    "null": (type(None),),
}


def assert_conforms(value: Any, name: str) -> None:
    """The value is as the schema of this name says."""
    _check(value, SCHEMAS[name], name)


def _meant(schema: dict[str, Any]) -> dict[str, Any]:
    """What a schema refers to, or allows beside null."""
    if "$ref" in schema:
        found: dict[str, Any] = SCHEMAS[schema["$ref"].rpartition("/")[2]]
        return found
    null, other = schema["oneOf"]
    assert null == {"type": "null"}
    return dict(other)


def _check(value: Any, schema: dict[str, Any], where: str) -> None:
    if "$ref" in schema or "oneOf" in schema:
        if value is not None or "$ref" in schema:
            _check(value, _meant(schema), where)
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(kind for name in kinds for kind in KINDS[name])), f"{where}: {value!r}"
    if isinstance(value, dict):
        assert list(value) == [key for key in schema["properties"] if key in value], where
        assert set(schema["required"]) <= set(value), where
        for key, inner in value.items():
            _check(inner, schema["properties"][key], f"{where}.{key}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            _check(inner, schema["items"], f"{where}[{number}]")
    if "enum" in schema:
        assert value in schema["enum"], where
    if isinstance(value, str) and "pattern" in schema:
        assert re.search(schema["pattern"], value), where
    if isinstance(value, int | float):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where

"""The OpenAPI document as people read it: what is allowed in words, shapes as outlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from browse.api.examples import NONE, Examples
from browse.api.files import FileOperation, file_operations
from browse.api.openapi import OPERATIONS, document, example_address

STEP = "  "


@dataclass(frozen=True)
class ReadableParameter:
    """A parameter: what it does, and which values are allowed."""

    name: str
    description: str
    allowed: str


@dataclass(frozen=True)
class ReadableOperation:
    """An address with its parameters, an example to follow, and the outline of its answer."""

    name: str
    path: str
    summary: str
    parameters: list[ReadableParameter]
    example: str
    outline: str


def operations(examples: Examples = NONE) -> list[ReadableOperation]:
    """Every address of the API, with examples of the data set at hand."""
    described = document()
    schemas = described["components"]["schemas"]
    found = []
    for operation in OPERATIONS:
        parameters = _parameters(described["paths"][operation.path]["get"])
        outlined = outline(schemas[operation.answer], schemas)
        found.append(
            ReadableOperation(
                operation.name,
                operation.path,
                operation.summary,
                parameters,
                example_address(operation, examples),
                outlined,
            )
        )
    return found


def files() -> list[FileOperation]:
    """Every file that the site makes."""
    return list(file_operations())


def _parameters(entry: Mapping[str, Any]) -> list[ReadableParameter]:
    return [ReadableParameter(one["name"], one["description"], allowed(one["schema"])) for one in entry["parameters"]]


def failures() -> dict[str, str]:
    """Outlines of what comes with a status that is no success."""
    schemas = document()["components"]["schemas"]
    return {"400": outline(schemas["BadQuery"], schemas), "404, 405, 503": outline(schemas["Failure"], schemas)}


def allowed(schema: Mapping[str, Any]) -> str:
    """A parameter's values in words."""
    if "items" in schema:
        return allowed(schema["items"])
    if "oneOf" in schema:
        return " or ".join(allowed(one) for one in schema["oneOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "minimum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}"
    if "maxLength" in schema:
        return f"text of {schema['minLength']} to {schema['maxLength']} characters"
    return str(schema["description"])


def outline(schema: Mapping[str, Any], schemas: Mapping[str, Any], indent: str = "") -> str:
    """A JSON Schema as the JSON that it stands for, with a word for each value."""
    if "$ref" in schema:
        return outline(schemas[schema["$ref"].rpartition("/")[2]], schemas, indent)
    match schema["type"]:
        case "object":
            return _braces(schema["properties"], schemas, indent)
        case "array":
            return f"[{outline(schema['items'], schemas, indent)}, …]"
    if "enum" in schema:
        return " | ".join("null" if value is None else f'"{value}"' for value in schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " | ".join(kinds)


def _braces(properties: Mapping[str, Any], schemas: Mapping[str, Any], indent: str) -> str:
    inner = indent + STEP
    lines = [f'"{name}": {outline(schema, schemas, inner)}' for name, schema in properties.items()]
    if all("\n" not in line for line in lines) and len(indent) + sum(len(line) + 2 for line in lines) < 100:
        return "{" + ", ".join(lines) + "}"
    separator = ",\n"
    return "{\n" + separator.join(inner + line for line in lines) + f"\n{indent}}}"

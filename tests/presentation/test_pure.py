"""Presentation is pure: search hands it one value a page, and it looks nothing up itself."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import typing
from pathlib import Path

from django.db import models

from browse.facets.engine import Engine
from browse.search import Snapshot

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "browse" / "presentation").rglob("*.py"))
LOOKS_UP = (models.Model, models.QuerySet, models.Manager, Snapshot)


def taken_from_search(path: Path) -> list[tuple[str, object]]:
    """What a module imports from search: its name and itself."""
    imports = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return [
        (f"{node.module}.{alias.name}", getattr(importlib.import_module(node.module), alias.name))
        for node in imports
        if node.module and node.module.startswith("browse.search")
        for alias in node.names
    ]


def fields_of(value: object) -> list[object]:
    """The types that a dataclass's fields are made of, with those of the dataclasses in them."""
    if not (isinstance(value, type) and dataclasses.is_dataclass(value)):
        return []
    found: list[object] = []
    for hint in typing.get_type_hints(value).values():
        for part in parts_of(hint):
            found += [part, *fields_of(part)]
    return found


def looks_up(part: object) -> bool:
    """Whether this is a type whose values can be asked for more."""
    return isinstance(part, type) and (part is Engine or issubclass(part, LOOKS_UP))


def parts_of(hint: object) -> list[object]:
    """A type, and what stands in its brackets."""
    return [hint, *(part for inner in typing.get_args(hint) for part in parts_of(inner))]


def test_presentation_takes_values_from_search_and_no_way_to_ask() -> None:
    taken = [(path.stem, name, value) for path in MODULES for name, value in taken_from_search(path)]
    assert len(taken) > 40
    asking = [(module, name) for module, name, value in taken if inspect.isroutine(value) or looks_up(value)]
    assert asking == []


def test_the_values_it_takes_hold_no_rows_and_no_engine() -> None:
    taken = {name: value for path in MODULES for name, value in taken_from_search(path)}
    held = {name: fields_of(value) for name, value in taken.items()}
    assert sum(map(len, held.values())) > 100
    assert {(name, part) for name, parts in held.items() for part in parts if looks_up(part)} == set()

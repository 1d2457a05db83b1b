"""Functions are short: none over 50 lines, half of them at most 6, nine in ten at most 17."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for folder in ("browse", "viewer") for path in sorted((ROOT / folder).rglob("*.py"))]
LONGEST, USUAL, LONG = 50, 6, 17


def functions() -> dict[str, int]:
    """The lines of each function of the program, from `def` to its end, by file and name; migrations are as made."""
    found = {}
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                found[where] = (node.end_lineno or node.lineno) - node.lineno + 1
    return found


def test_no_function_is_long_and_most_are_tiny() -> None:
    lengths = functions()
    assert len(lengths) > 2000
    assert {where: lines for where, lines in lengths.items() if lines > LONGEST} == {}
    assert median(lengths.values()) <= USUAL
    assert quantiles(lengths.values(), n=10)[-1] <= LONG

"""Modules are short enough to be read in one go."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = [path for room in ("bench", "browse", "docs", "tests", "viewer") for path in (ROOT / room).rglob("*.py")]
LONGEST = 400


def test_no_module_is_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lengths) > 400
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}

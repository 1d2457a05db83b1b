"""How templates are written: an element a line, in lines of at most 120 characters; and how they are loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from viewer.template_loader import without_layout

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
LONGEST_LINE = 120
BLOCK_LEVEL = (
    "article|aside|details|dialog|div|dl|fieldset|figure|footer|form|header|li|link|main|nav|ol|p|section|select|"
    "table|tbody|thead|tr|ul"
)
OPENED = re.compile(rf"<(?:{BLOCK_LEVEL})\b")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_an_element_a_line(path: Path) -> None:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        assert len(line) <= LONGEST_LINE, f"line {number}"
        assert line == line.rstrip(), f"line {number}"
        assert len(OPENED.findall(line)) <= 1, f"line {number}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_types_no_limit_and_no_address_a_second_time(path: Path) -> None:
    """They come from the code: `{% limit %}`, `{% url %}`, or the context."""
    assert not re.findall(r'maxlength="[^{"]*"', path.read_text())
    assert not re.findall(r'(?:href|action|src|hx-get|hx-post)="/[^"]*"', path.read_text())


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ("<p>\n  <b>a</b>\n</p>\n", "<p><b>a</b></p>"),
        ("{% if x %}\n  <p>{{ x }}</p>\n{% endif %}", "{% if x %}<p>{{ x }}</p>{% endif %}"),
        ("<p>one\n  two</p>", "<p>one two</p>"),
        ("<p>one\n  <b>two</b>\n  three</p>", "<p>one <b>two</b> three</p>"),
        ('<img src="a"\n  alt="b">', '<img src="a" alt="b">'),
        ("{{ a }}\n{{ b }}", "{{ a }} {{ b }}"),
        ("<b>a</b> <b>b</b>", "<b>a</b> <b>b</b>"),
    ],
)
def test_line_breaks_between_tags_are_nothing_and_others_a_blank(written: str, loaded: str) -> None:
    assert without_layout(written) == loaded

"""Tags and filters of the templates: icons, limits, and numbers as people read them."""

from __future__ import annotations

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from browse.domain.comparison import MIN_VERIFIED
from browse.query.grammar import HIGHEST_PERCENT, LOWEST_PERCENT
from browse.query.texts import LONGEST_TEXT as LONGEST_WORDS
from browse.query.values import MAX_IDS, MAX_TERMS
from browse.requests.definitions import LONGEST_SEARCH, MOST_VERIFIED
from browse.requests.posted import LONGEST_LINE, LONGEST_TEXT

register = template.Library()

LIMITS: dict[str, float] = {
    "line": LONGEST_LINE,
    "text": LONGEST_TEXT,
    "search": LONGEST_SEARCH,
    "words": LONGEST_WORDS,
    "terms": MAX_TERMS,
    "ids": MAX_IDS,
    "most verified": MOST_VERIFIED,
    "lowest percent": LOWEST_PERCENT,
    "highest percent": HIGHEST_PERCENT,
    "verified": MIN_VERIFIED,
}
"""Numbers that pages name, or that their fields keep to, as the code behind them does."""


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The icon of this name from static/icons.svg, hidden from screen readers: words stand beside it.

    A page has dozens, and the file has one name for as long as the process runs.
    """
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def limit(name: str) -> float:
    """One of LIMITS. Raises KeyError."""
    return LIMITS[name]


@register.filter
def number(value: int) -> str:
    """A whole number with its thousands apart: 9,178,275."""
    return f"{value:,}"

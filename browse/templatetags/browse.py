"""Tags and filters of the templates: icons, and numbers as people read them."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of this name from static/icons.svg, hidden from screen readers: words stand beside it."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.filter
def number(value: int) -> str:
    """A whole number with its thousands apart: 9,178,275."""
    return f"{value:,}"

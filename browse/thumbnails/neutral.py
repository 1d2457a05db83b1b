"""The tile that stands where no picture can be shown: a quiet drawing with a few words."""

from __future__ import annotations

from html import escape

CONTENT_TYPE = "image/svg+xml"
GROUND, INK = "#646a74", "#ffffff"
"""A picture cannot know the page's theme: a middle grey is quiet on both, and carries white words legibly."""


def neutral_tile(words: str) -> bytes:
    """An SVG of 4:3 that reads on light and dark pages. The words are ours, never the data set's."""
    text = escape(words)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="320" height="240" role="img">'
        f"<title>{text}</title>"
        f'<rect width="320" height="240" fill="{GROUND}"/>'
        '<g fill="none" stroke="#c9cdd4" stroke-width="4" stroke-linejoin="round" stroke-linecap="round">'
        '<rect x="126" y="66" width="68" height="56" rx="6"/><circle cx="145" cy="84" r="5"/>'
        '<path d="m126 114 20-18 14 12 16-18 18 18"/></g>'
        '<text x="160" y="160" text-anchor="middle" font-family="system-ui,sans-serif" font-size="17" '
        f'fill="{INK}">{text}</text></svg>'
    ).encode()

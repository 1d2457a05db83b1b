"""The tile that stands where no picture can be shown: a quiet drawing with a few words."""

from __future__ import annotations

from html import escape

CONTENT_TYPE = "image/svg+xml"
LIGHT, DARK = ("#e9e8e3", "#565b63"), ("#2a2d32", "#b4b9c1")
"""Ground and ink. A picture in a page sees the colour scheme of what shows it; elsewhere the light one holds."""


def neutral_tile(words: str) -> bytes:
    """An SVG of 4:3 that reads on light and dark pages. The words are ours, never the data set's.

    It is larger than any picture of ours, by which scripts know it.
    """
    text, (ground, ink) = escape(words), LIGHT
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="1280" height="960" role="img">'
        f"<title>{text}</title>"
        "<style>@media (prefers-color-scheme: dark) "
        f"{{.g {{fill: {DARK[0]}}} .t {{fill: {DARK[1]}}} .s {{stroke: {DARK[1]}}}}}</style>"
        f'<rect class="g" width="320" height="240" fill="{ground}"/>'
        f'<g class="s" fill="none" stroke="{ink}" stroke-width="4" '
        'stroke-linejoin="round" stroke-linecap="round" opacity="0.7">'
        '<rect x="126" y="66" width="68" height="56" rx="6"/><circle cx="145" cy="84" r="5"/>'
        '<path d="m126 114 20-18 14 12 16-18 18 18"/></g>'
        '<text class="t" x="160" y="160" text-anchor="middle" font-family="system-ui,sans-serif" font-size="17" '
        f'fill="{ink}">{text}</text></svg>'
    ).encode()

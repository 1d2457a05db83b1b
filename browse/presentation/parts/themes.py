"""The theme that a reader chose, in a cookie that the site's pages and their scripts read."""

from __future__ import annotations

from dataclasses import dataclass

COOKIE = "theme"
KEPT_S = 365 * 86_400
SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")


@dataclass(frozen=True)
class Theme:
    """The theme of a page, and the one that its button leads to. `chosen` is empty for the system's."""

    name: str

    @property
    def chosen(self) -> str:
        return "" if self.name == SYSTEM else self.name

    @property
    def following(self) -> str:
        return THEMES[(THEMES.index(self.name) + 1) % len(THEMES)]


def theme_from_cookie(value: str) -> Theme:
    """The theme that the cookie names; the system's where it names none."""
    return Theme(value if value in THEMES else SYSTEM)

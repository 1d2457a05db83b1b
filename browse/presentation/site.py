"""What stands around every page: navigation, version, notices."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

PAGES = (
    ("Browse", "browse:index"),
    ("Labels", "browse:labels"),
    ("Compare", "browse:compare"),
    ("Statistics", "browse:stats"),
    ("Collections", "browse:collections"),
)


@dataclass(frozen=True)
class NavigationItem:
    """A page in the header; `name` is what a page says of itself to be marked there."""

    name: str
    text: str
    href: str


@dataclass(frozen=True)
class Site:
    """Header and footer. Empty addresses are of pages that this installation does not have."""

    version: str
    is_sample: bool
    navigation: tuple[NavigationItem, ...]
    sign_in: str
    api: str


def site(*, version: str = "", is_sample: bool = False) -> Site:
    """What stands around a page that was made from this version of the data set."""
    items = ((text, name, address_of(name)) for text, name in PAGES)
    return Site(
        version=version,
        is_sample=is_sample,
        navigation=tuple(NavigationItem(name.partition(":")[2], text, href) for text, name, href in items if href),
        sign_in=address_of("admin:login"),
        api=address_of("browse:api-docs"),
    )


def address_of(name: str) -> str:
    """The address of a page by its name; empty where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

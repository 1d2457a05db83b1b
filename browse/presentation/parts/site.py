"""What stands around every page: navigation, version, notices."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

COLLECTIONS = "browse:collections"
PAGES = (
    ("Browse", "browse:index"),
    ("Labels", "browse:labels"),
    ("Compare", "browse:compare"),
    ("Sets", "browse:sets"),
    ("Statistics", "browse:stats"),
    ("Collections", COLLECTIONS),
)


@dataclass(frozen=True)
class NavigationItem:
    """A page in the header; `name` is what a page says of itself to be marked there."""

    name: str
    text: str
    href: str


@dataclass(frozen=True)
class Site:
    """Header and footer. Empty addresses are of pages that this installation does not have.

    account: the user name of who is signed in, or empty. digest: the data set digest, or empty where it is not known.
    """

    version: str
    is_sample: bool
    navigation: tuple[NavigationItem, ...]
    account: str
    api: str
    digest: str


def site(
    *, has_collections: bool, version: str = "", digest: str = "", is_sample: bool = False, account: str = ""
) -> Site:
    """What stands around a page that was made from this version. has_collections: there are some for this account."""
    items = [(text, name, address_of(name)) for text, name in PAGES]
    shown = [item for item in items if item[2] and (item[1] != COLLECTIONS or has_collections)]
    return Site(
        version=version,
        is_sample=is_sample,
        navigation=tuple(NavigationItem(name.partition(":")[2], text, href) for text, name, href in shown),
        account=account,
        api=address_of("browse:api-docs"),
        digest=digest,
    )


def address_of(name: str) -> str:
    """The address of a page by its name; empty where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

"""Addresses of our own pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from browse.query.canonical import canonical
from browse.query.values import Query
from browse.requests.definitions import DEFAULT_PER_PAGE
from browse.requests.readers import IN_LISTING_ORDER, BrowseRequest

DEFAULT_SIZE = "m"
KEPT = frozenset({"per_page", "size"})


def with_query(path: str, query_string: str) -> str:
    """The path, with its query string where there is one."""
    return f"{path}?{query_string}" if query_string else path


@cache
def path_of(name: str) -> str:
    """The path of a page, by the name of an address without arguments; a page may have hundreds of links to it."""
    return reverse(f"browse:{name}")


def browse_address(query_string: str) -> str:
    """The browse page of a query string; of all images by ImageID where it is empty."""
    return with_query(path_of("index"), query_string or IN_LISTING_ORDER)


def images_address(query: Query) -> str:
    """The browse page of a query, with as many and as large tiles as usual."""
    return browse_address(canonical(query))


def own_address(image_id: str) -> str:
    """The page of an image by itself, not of a query."""
    return _before_image_id() + image_id


@cache
def _before_image_id() -> str:
    return reverse("browse:image", args=["0" * 16]).removesuffix("0" * 16)


def label_address(mid: str, **parameters: str | None) -> str:
    """The page of a label; parameters that are None are left out."""
    return page_address("label", mid.removeprefix("/"), **parameters)


def author_address(key: str) -> str:
    """The page of an author."""
    return page_address("author", key)


def page_address(name: str, *arguments: str, **parameters: str | None) -> str:
    """One of our pages by the name of its address; parameters that are None are left out."""
    given = {key: value for key, value in parameters.items() if value is not None}
    return with_query(reverse(f"browse:{name}", args=arguments), urlencode(given, safe="/"))


@dataclass(frozen=True)
class Links:
    """Links that lead from one browse page to others, keeping how many and how large its tiles are."""

    request: BrowseRequest

    def to(self, query: Query, *, page: int | None = None) -> str:
        """The browse page of a query."""
        return browse_address(self.request.page_address(query, page=page))

    def facets(self) -> str:
        """The facets of this query."""
        return with_query(path_of("facets"), self.request.address(self.request.query))

    def facet_labels(self, *, find: str | None = None, page: int | None = None) -> str:
        """All labels in this result, or those that a text matches."""
        return self._found("facet-labels", find, page)

    def facet_authors(self, *, find: str | None = None, page: int | None = None) -> str:
        """All authors in this result, or those that a text finds."""
        return self._found("facet-authors", find, page)

    def _found(self, name: str, find: str | None, page: int | None) -> str:
        parts = [self.request.address(self.request.query, page=page), urlencode({"find": find}) if find else ""]
        return with_query(path_of(name), "&".join(part for part in parts if part))

    def image(self, image_id: str) -> str:
        """The page of an image that stands on this page, from which one comes back here."""
        return with_query(own_address(image_id), self.request.address(self.request.query, page=self.page_in_link))

    @property
    def page_in_link(self) -> int | None:
        """The page's number where it is not the first."""
        return self.request.page if self.request.page > 1 else None

    def with_per_page(self, per_page: int) -> str:
        """This query with so many images a page."""
        return self._changed("per_page", per_page, DEFAULT_PER_PAGE)

    def with_size(self, size: str) -> str:
        """This page with larger or smaller tiles."""
        return self._changed("size", size, DEFAULT_SIZE)

    def _changed(self, name: str, value: object, default: object) -> str:
        given = (self.request.given | {name}) if value != default else (self.request.given - {name})
        request = replace(self.request, given=given, **{name: value})  # type: ignore[arg-type]
        page = self.page_in_link if name == "size" else None
        return browse_address(request.page_address(request.query, page=page))

    def kept(self, query: Query) -> list[tuple[str, str]]:
        """What a form must send along, as hidden fields, to lead to this query and something more."""
        return parse_qsl(self.request.page_address(query))


def look_address(links: Links, image_id: str) -> str:
    """The quick look at an image that stands on this page."""
    path, _, asked = links.image(image_id).partition("?")
    return with_query(f"{path}/look", asked)


def export(path: str, query: Query, *, safe: bool = False) -> str:
    """An export of this query; `safe` makes free text harmless for spreadsheets."""
    return credits_address(path, canonical(query), safe=safe)


def credits_address(path: str, asked: str, *, changes: tuple[str, ...] = (), safe: bool = False, page: int = 1) -> str:
    """Credits, as a page or file, of the images that a query string asks for, with what is said of changes."""
    parts = [asked, said_changes(changes), "safe=1" if safe else "", f"page={page}" if page > 1 else ""]
    return with_query(path, "&".join(part for part in parts if part))


def said_changes(changes: tuple[str, ...]) -> str:
    """The parameter that has credits say what was done to the images; empty where nothing was."""
    return f"changes={','.join(changes)}" if changes else ""

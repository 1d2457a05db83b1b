"""Addresses of our own pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from browse.definitions import DEFAULT_PER_PAGE
from browse.filters import BrowseRequest
from browse.query.canonical import canonical
from browse.query.values import Query

DEFAULT_SIZE = "m"
KEPT = frozenset({"per_page", "size"})


def with_query(path: str, query_string: str) -> str:
    """The path, with its query string where there is one."""
    return f"{path}?{query_string}" if query_string else path


def images_address(query: Query) -> str:
    """The browse page of a query, with as many and as large tiles as usual."""
    return with_query("/", canonical(query))


def own_address(image_id: str) -> str:
    """The page of an image by itself, not of a query."""
    return f"/image/{image_id}"


def label_address(mid: str, **parameters: str | None) -> str:
    """The page of a label; parameters that are None are left out."""
    return page_address("label", mid.removeprefix("/"), **parameters)


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
        return with_query("/", self.request.address(query, page=page))

    def facets(self) -> str:
        """The facets of this query."""
        return with_query("/facets", self.request.address(self.request.query))

    def facet_labels(self, *, q: str | None = None, page: int | None = None) -> str:
        """All labels in this result, or those that a text matches."""
        parts = [self.request.address(self.request.query, page=page), urlencode({"q": q}) if q else ""]
        return with_query("/facets/labels", "&".join(part for part in parts if part))

    def facet_authors(self, *, page: int | None = None) -> str:
        """All authors in this result."""
        return with_query("/facets/authors", self.request.address(self.request.query, page=page))

    def image(self, image_id: str) -> str:
        """The page of an image that stands on this page, from which one comes back here."""
        return with_query(f"/image/{image_id}", self.request.address(self.request.query, page=self.page_in_link))

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
        return with_query("/", request.address(request.query, page=page))

    def kept(self, query: Query) -> list[tuple[str, str]]:
        """What a form must send along, as hidden fields, to lead to this query and something more."""
        return parse_qsl(self.request.address(query))


def export(path: str, query: Query, *, safe: bool = False) -> str:
    """An export of this query; `safe` makes free text harmless for spreadsheets."""
    parts = [canonical(query), "safe=1" if safe else ""]
    return with_query(path, "&".join(part for part in parts if part))

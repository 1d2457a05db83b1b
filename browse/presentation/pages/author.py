"""The page of an author: how many images, under which licenses, some of them, and what can be done with all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from browse.presentation.parts.addresses import (
    author_address,
    export,
    images_address,
    own_address,
    page_address,
    path_of,
    with_query,
)
from browse.presentation.parts.counts import Count
from browse.presentation.parts.names import Names
from browse.presentation.parts.tiles import plain_tiles
from browse.query.canonical import canonical
from browse.query.values import Query
from browse.rights import web_link
from browse.search.authors import AuthorPage


def author_context(page: AuthorPage, names: Names) -> dict[str, Any]:
    """What the template takes."""
    query = page.query
    return {
        "name": page.name or page.key,
        "key": page.key,
        "profile": web_link(page.profile_url),
        "images": Count(page.count, images_address(query)),
        "licenses": [(names.license(slug), _under(query, slug, count)) for slug, count in page.licenses.items()],
        "tiles": plain_tiles(
            page.images, href=lambda image_id: with_query(own_address(image_id), canonical(query)), size="s"
        ),
        "credits": export(path_of("credits"), query),
        "report": author_report_address(page.key),
    }


def author_report_context(page: AuthorPage) -> dict[str, Any]:
    """What the template of the report takes, besides what was typed."""
    return {"name": page.name or page.key, "number": page.count, "back": author_address(page.key)}


def author_report_address(key: str) -> str:
    """Where somebody says that an author's photos are theirs."""
    return page_address("author-report", key)


def _under(query: Query, slug: str, count: int) -> Count:
    return Count(count, images_address(replace(query, licenses=frozenset({slug}))))

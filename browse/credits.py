"""Credit sheets: the credit of every image of a query, as CSV, Markdown, text and the rows of a page.

Each sheet is made line by line from an iterator of credits, so its length does not matter to memory. The
first lines say how many images there are, by which a sheet that was cut short is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from browse.image_ids import image_id_from_key
from browse.models import Image, credited_name
from browse.rights import Credit, attribution
from browse.rights.formats import markdown_text
from browse.rights.texts import one_line
from browse.search import TablesDifferError
from browse.spreadsheets import csv_lines, harmless

NOTE = "Licences are as listed in the data set; verify each one yourself."
CSV_COLUMNS = (
    "ImageID",
    "Title",
    "Author",
    "AuthorProfileURL",
    "SourceURL",
    "License",
    "LicenseURL",
    "Attribution",
)
_FIELDS = (
    *("pk", "title", "author_name", "author__name", "author__profile_url"),
    *("landing_url", "license__url", "original_url"),
)
CHARACTERS_AT_ONCE = 32_768


@dataclass(frozen=True)
class Heading:
    """What a sheet says of itself."""

    title: str
    """Such as "2,310 images with dog and beach"."""
    version: str


class Batches(Protocol):
    """Images of one version of the data set, in batches of database keys, as `browse.matching.Matches` gives them."""

    def batches(self) -> Iterator[list[int]]: ...

    def still_shown(self, keys: list[int]) -> list[int]: ...


def credits_of(matches: Batches) -> Iterator[Credit]:
    """The credit of each image, in the query's order, but for those hidden meanwhile. Raises SearchError.

    One query for a thousand.
    """
    for keys in matches.batches():
        images = {row["pk"]: row for row in Image.objects.filter(pk__in=keys).values(*_FIELDS)}
        for key in matches.still_shown(keys):
            if key not in images:
                raise TablesDifferError(f"an image ({key})")
            yield _credit(images[key])


def _credit(row: dict[str, Any]) -> Credit:
    return Credit(
        title=row["title"],
        author=credited_name(row["author_name"], row["author__name"]),
        author_url=row["author__profile_url"] or "",
        landing_url=row["landing_url"],
        license_url=row["license__url"],
        image_id=image_id_from_key(row["pk"]),
        original_url=row["original_url"],
    )


def csv_sheet(credited: Iterable[Credit], *, safe: bool = False) -> Iterator[str]:
    """A header line, and a line for each image. `safe` makes strangers' text harmless for spreadsheets."""
    text = harmless if safe else str
    rows = (
        (
            credit.image_id,
            text(credit.title_text),
            text(credit.author_text) if credit.is_author_known else "",
            credit.author_link or "",
            credit.source_link or "",
            text(one_line(credit.license.short_name)),
            credit.license.deed_url or "",
            attribution(credit).text,
        )
        for credit in credited
    )
    yield from csv_lines([CSV_COLUMNS])
    yield from csv_lines(rows)


def markdown_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """A title and a list of credits with links."""
    yield f"# Credits for {markdown_text(one_line(heading.title))}\n\n"
    yield f"Open Images, data set version {markdown_text(heading.version)}. {NOTE}\n\n"
    for credit in credited:
        yield f"- `{credit.image_id}` {attribution(credit).markdown}\n"


def text_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """A title and a line for each image."""
    yield f"Credits for {one_line(heading.title)}\n"
    yield f"Open Images, data set version {heading.version}. {NOTE}\n\n"
    for credit in credited:
        yield f"{credit.image_id}  {attribution(credit).text}\n"


def html_rows(credited: Iterable[Credit]) -> Iterator[str]:
    """The items of a page's list."""
    for credit in credited:
        image_id = escape(credit.image_id)
        link = f'<a href="/image/{image_id}">{image_id}</a>'
        yield f'<li id="i{image_id}">{link}<p>{attribution(credit).html}</p></li>\n'


def in_chunks(lines: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that are worth sending."""
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= CHARACTERS_AT_ONCE:
            yield "".join(piece)
            piece, size = [], 0
    if piece:
        yield "".join(piece)

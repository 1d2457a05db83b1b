"""Credit sheets: the credit of every image of a query, as CSV, Markdown, HTML, BibTeX, text and the rows of a page.

Each sheet is made line by line from an iterator of credits, so its length does not matter to memory. The
first lines say how many images there are, by which a sheet that was cut short is told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial
from html import escape
from itertools import islice
from typing import Any, Protocol, TypeVar

from browse.domain.csv_text import csv_columns, csv_header
from browse.domain.image_ids import image_id_from_key
from browse.exports.downloads import CSV, ExportFormat, Heading, Written
from browse.models import Image, credited_name
from browse.models.curation import all_checks
from browse.models.keys import one_of, rows_of
from browse.query.values import CheckOutcome
from browse.rights import Credit, attribution
from browse.rights.formats import markdown_text
from browse.rights.texts import one_line
from browse.search import TablesDifferError

Rows = TypeVar("Rows")

NOTE = "Licenses are as listed in the data set; verify each one yourself."
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
CHECKED_COLUMNS = (*CSV_COLUMNS, "LicenseCheck")
"""Of the site's own sheets, which tell what curators found."""
IN_DOUBT = "in doubt"
_DOUBT = "license in doubt"
_LINES_AT_ONCE = 100
_FIELDS = (
    *("pk", "title", "author_name", "author__name", "author__profile_url"),
    *("landing_url", "license__url", "original_url", "rotation"),
)


class Batches(Protocol):
    """Images of one version of the data set, in batches of database keys, as `browse.matching.Matches` gives them."""

    @property
    def count(self) -> int: ...

    def batches(self) -> Iterator[list[int]]: ...

    def read(self, keys: list[int], rows: Callable[[], Rows]) -> tuple[Rows, list[int]]: ...


def credits_of(matches: Batches, changes: tuple[str, ...] = ()) -> Iterator[Credit]:
    """The credit of each image, in the query's order, but for those hidden meanwhile. Raises SearchError.

    changes: what was done to the images. One query for a thousand, and one for the license checks.
    """
    doubted = in_doubt()
    for keys in matches.batches():
        yield from credits_in(*matches.read(keys, partial(image_rows, keys)), doubted, changes)


def in_doubt() -> frozenset[int]:
    """The keys of the images whose newest license check did not find it as listed. One query."""
    return frozenset(key for key, found in all_checks().items() if found is not CheckOutcome.AS_LISTED)


def image_rows(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What credits are made of, by database key. One query."""
    rows = rows_of(Image.objects.filter(pk__in=one_of(keys)).values_list(*_FIELDS))
    return {row[0]: dict(zip(_FIELDS, row, strict=True)) for row in rows}


def credits_in(
    rows: dict[int, dict[str, Any]], keys: Iterable[int], doubted: Container[int] = (), changes: tuple[str, ...] = ()
) -> Iterator[Credit]:
    """The credits of these images, in this order, of what `image_rows` gave. Raises TablesDifferError.

    doubted: of which the license is in doubt; changes: what was done to the images.
    """
    for key in keys:
        if key not in rows:
            raise TablesDifferError(f"an image ({key})")
        yield credit_of(rows[key], in_doubt=key in doubted, changes=changes)


def credit_of(row: dict[str, Any], *, in_doubt: bool = False, changes: tuple[str, ...] = ()) -> Credit:
    """The credit of one row that `image_rows` gave; in_doubt: what curators found of its license."""
    return Credit(
        title=row["title"],
        author=credited_name(row["author_name"], row["author__name"]),
        author_url=row["author__profile_url"] or "",
        landing_url=row["landing_url"],
        license_url=row["license__url"],
        image_id=image_id_from_key(row["pk"]),
        original_url=row["original_url"],
        in_doubt=in_doubt,
        changes=changes,
    )


def csv_sheet(credited: Iterable[Credit], *, safe: bool = False, is_checked: bool = False) -> Iterator[str]:
    """A header line, and a line for each image. `safe` is for spreadsheets. is_checked: with CHECKED_COLUMNS."""
    names = CHECKED_COLUMNS if is_checked else CSV_COLUMNS
    yield csv_header(names, safe=safe)
    rows = map(_csv_cells, credited)
    while some := [*islice(rows, _LINES_AT_ONCE)]:
        yield csv_columns(dict(zip(names, zip(*some, strict=True), strict=False)), safe=safe)


def _csv_cells(credit: Credit) -> tuple[str, ...]:
    """Of CHECKED_COLUMNS."""
    return (
        credit.image_id,
        credit.title_text,
        credit.author_text if credit.is_author_known else "",
        credit.author_link or "",
        credit.source_link or "",
        one_line(credit.license.short_name),
        credit.license.deed_url or "",
        attribution(credit).text,
        IN_DOUBT if credit.in_doubt else "",
    )


def markdown_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """A title and a list of credits with links."""
    yield f"# Credits for {markdown_text(one_line(heading.title))}\n\n"
    yield f"{markdown_text(heading.dataset)} {NOTE}\n\n"
    for credit in credited:
        yield f"- `{credit.image_id}` {attribution(credit).markdown}{_mark(credit, ' **', '**')}\n"


def text_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """A title and a line for each image."""
    yield f"Credits for {one_line(heading.title)}\n"
    yield f"{heading.dataset} {NOTE}\n\n"
    for credit in credited:
        yield f"{credit.image_id}  {attribution(credit).text}{_mark(credit, ' [', ']')}\n"


def html_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """A page of its own: a title and a list of credits with links, to be copied into other pages."""
    title = escape(f"Credits for {one_line(heading.title)}")
    yield f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<h1>{title}</h1>\n'
    yield f"<p>{escape(heading.dataset)} {NOTE}</p>\n<ul>\n"
    for credit in credited:
        yield f'<li id="i{escape(credit.image_id)}">{attribution(credit).html}{_mark(credit, *_STRONG)}</li>\n'
    yield "</ul>\n</html>\n"


def bibtex_sheet(heading: Heading, credited: Iterable[Credit]) -> Iterator[str]:
    """An entry for each image, after comments; for BibTeX and biblatex."""
    yield f"% Credits for {one_line(heading.title)}\n".replace("@", "(at)")
    yield f"% {heading.dataset} {NOTE}\n\n"
    for credit in credited:
        yield f"{_mark(credit, '% ', f': {credit.image_id}' + chr(10))}{attribution(credit).bibtex}\n"


def html_rows(credited: Iterable[Credit], address_of: Callable[[str], str]) -> Iterator[str]:
    """The items of a page's list; `address_of` is of an image's page, by ImageID."""
    for credit in credited:
        image_id = escape(credit.image_id)
        link = f'<a href="{escape(address_of(credit.image_id))}">{image_id}</a>'
        yield f'<li id="i{image_id}">{link}<p>{attribution(credit).html}{_mark(credit, *_STRONG)}</p></li>\n'


def _mark(credit: Credit, before: str, after: str) -> str:
    """What a sheet says of a license in doubt."""
    return f"{before}{_DOUBT}{after}" if credit.in_doubt else ""


_STRONG = (' <strong class="doubt">', "</strong>")


def _as_text(images: Batches, heading: Heading, safe: bool) -> Written:
    return Written(images.count, text_sheet(heading, credits_of(images, heading.changes)))


def _as_markdown(images: Batches, heading: Heading, safe: bool) -> Written:
    return Written(images.count, markdown_sheet(heading, credits_of(images, heading.changes)))


def _as_html(images: Batches, heading: Heading, safe: bool) -> Written:
    return Written(images.count, html_sheet(heading, credits_of(images, heading.changes)))


def _as_bibtex(images: Batches, heading: Heading, safe: bool) -> Written:
    return Written(images.count, bibtex_sheet(heading, credits_of(images, heading.changes)))


def _as_csv(images: Batches, heading: Heading, safe: bool) -> Written:
    return Written(images.count, csv_sheet(credits_of(images, heading.changes), safe=safe, is_checked=True))


CREDIT_SHEETS: tuple[ExportFormat[Batches], ...] = (
    ExportFormat(
        "credits",
        "txt",
        "text/plain",
        "Text",
        "One credit per line, with URLs.",
        _as_text,
        folder="",
        says_changes=True,
    ),
    ExportFormat(
        "credits",
        "md",
        "text/markdown",
        "Markdown",
        "A list of the images' credits, with links.",
        _as_markdown,
        folder="",
        says_changes=True,
    ),
    ExportFormat(
        "credits",
        "html",
        "text/html",
        "HTML",
        "A list of the images' credits with links, for pages of other people.",
        _as_html,
        folder="",
        says_changes=True,
    ),
    ExportFormat(
        "credits",
        "bib",
        "application/x-bibtex",
        "BibTeX",
        "One entry per image.",
        _as_bibtex,
        folder="",
        says_changes=True,
    ),
    ExportFormat(
        "credits",
        "csv",
        CSV,
        "CSV",
        "One row per image with its credit.",
        _as_csv,
        CHECKED_COLUMNS,
        folder="",
        says_changes=True,
    ),
)
"""The files that a page of credits leads to, in its order."""

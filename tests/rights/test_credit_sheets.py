"""Credit sheets: complete, escaped for each format, and made line by line."""

import csv
import io
import tracemalloc
from dataclasses import replace
from functools import partial

import pytest
from markdown_it import MarkdownIt

from browse.domain.csv_text import harmless
from browse.exports.credits import (
    CSV_COLUMNS,
    bibtex_sheet,
    csv_sheet,
    html_rows,
    html_sheet,
    markdown_sheet,
    text_sheet,
)
from browse.exports.downloads import CHARACTERS_AT_ONCE, Heading, in_chunks
from browse.presentation.parts.addresses import own_address
from browse.rights import Credit, attribution
from browse.rights.texts import one_line
from tests.rights.hostile import HOSTILE
from tests.rights.readers import read_html, without_isolates

BY_2_0 = "https://creativecommons.org/licenses/by/2.0/"
HEADING = Heading("49 images with [dog](x) at 0.8 or more", "0123456789ab.7")
PLAIN = Credit(
    title="Sunset",
    author="Jane Doe",
    author_url="https://www.flickr.com/people/janedoe/",
    landing_url="https://www.flickr.com/photos/janedoe/123",
    license_url=BY_2_0,
    image_id="000060e3121c7305",
)
CREDITS = [
    replace(PLAIN, title=text, author=text, image_id=f"{number:016x}") for number, text in enumerate(HOSTILE.values())
]


def read_csv(lines):
    """Header and rows as the csv module reads them."""
    header, *rows = csv.reader(io.StringIO("".join(lines).removeprefix("\ufeff"), newline=""), strict=True)
    assert tuple(header) == CSV_COLUMNS
    return [dict(zip(header, row, strict=True)) for row in rows]


class TestCsv:
    def test_a_row_has_title_author_source_and_license_with_addresses(self):
        assert read_csv(csv_sheet([PLAIN])) == [
            {
                "ImageID": "000060e3121c7305",
                "Title": "Sunset",
                "Author": "Jane Doe",
                "AuthorProfileURL": "https://www.flickr.com/people/janedoe/",
                "SourceURL": "https://www.flickr.com/photos/janedoe/123",
                "License": "CC BY 2.0",
                "LicenseURL": BY_2_0,
                "Attribution": attribution(PLAIN).text,
            }
        ]

    def test_what_is_unknown_is_empty(self):
        (row,) = read_csv(csv_sheet([Credit(image_id="000060e3121c7305")]))
        assert row == dict.fromkeys(CSV_COLUMNS, "") | {
            "ImageID": "000060e3121c7305",
            "License": "No license given",
            "Attribution": "Untitled photo by an unknown author. No license is given.",
        }

    def test_hostile_texts_come_back_as_they_are_on_one_line(self):
        rows = read_csv(csv_sheet(CREDITS))
        assert [(row["Title"], row["Author"]) for row in rows] == [
            (one_line(credit.title), one_line(credit.author)) for credit in CREDITS
        ]

    def test_a_line_is_an_image(self):
        assert len("".join(csv_sheet(CREDITS)).splitlines()) == len(CREDITS) + 1

    def test_the_option_makes_free_text_harmless_for_spreadsheets_and_changes_nothing_else(self):
        plain, safe = read_csv(csv_sheet(CREDITS)), read_csv(csv_sheet(CREDITS, safe=True))
        changed = {
            name for before, after in zip(plain, safe, strict=True) for name in before if before[name] != after[name]
        }
        assert changed == {"Title", "Author"}
        assert not [row for row in safe if any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())]
        marked = [row["Title"] for row in safe if row["Title"].startswith("'")]
        assert marked == [
            f"'{row['Title']}" for row in plain if row["Title"].startswith(("=", "+", "-", "@", "\t", "'"))
        ]

    def test_the_option_covers_a_license_that_is_free_text(self):
        (row,) = read_csv(csv_sheet([replace(PLAIN, license_url="=1+1")], safe=True))
        assert row["License"] == "'=1+1"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("a=1", "a=1"),
        ("'=1", "''=1"),
        ("'tis", "''tis"),
        ("\rx", "'\rx"),
        ("", ""),
        ("1", "1"),
    ],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text, safe):
    assert harmless(text) == safe


class TestMarkdown:
    def test_every_credit_is_an_item_of_one_list(self):
        tokens = MarkdownIt("commonmark").parse("".join(markdown_sheet(HEADING, CREDITS)))
        kinds = [token.type for token in tokens]
        assert kinds.count("bullet_list_open") == 1
        assert kinds.count("list_item_open") == len(CREDITS)
        assert not {"heading_open", "fence", "html_block", "code_block"} & set(kinds[3:])

    def test_the_rendered_list_has_three_links_for_each_credit_and_nothing_else(self):
        page = read_html(MarkdownIt("commonmark").render("".join(markdown_sheet(HEADING, CREDITS))))
        assert len(page.links) == 3 * len(CREDITS)
        assert {url for url, _ in page.links} == {PLAIN.landing_url, PLAIN.author_url, BY_2_0}
        assert page.elements == {"h1", "p", "ul", "li", "a", "code"}
        assert f"Credits for {HEADING.title}\n" in page.text


class TestText:
    def test_every_credit_is_a_line_after_the_heading(self):
        title, note, empty, *lines = "".join(text_sheet(HEADING, CREDITS)).splitlines()
        assert title == f"Credits for {HEADING.title}"
        assert note.startswith("Open Images, data set version 0123456789ab.7. ")
        assert not empty
        assert lines == [f"{credit.image_id}  {attribution(credit).text}" for credit in CREDITS]


class TestHtml:
    def test_every_credit_is_an_item_with_a_link_to_its_image(self):
        page = read_html("".join(html_rows(CREDITS, own_address)))
        assert page.elements == {"li", "p", "a"}
        assert [url for url, _ in page.links[::4]] == [f"/image/{credit.image_id}" for credit in CREDITS]
        assert without_isolates(page.text).splitlines() == [
            f'{credit.image_id}"{one_line(credit.title)}" by {one_line(credit.author)} is licensed under CC BY 2.0.'
            for credit in CREDITS
        ]


class TestChunks:
    def test_chunks_are_the_same_text_in_pieces_of_a_bounded_size(self):
        lines = [f"line {number}\n" for number in range(20_000)]
        chunks = list(in_chunks(lines))
        assert "".join(chunks) == "".join(lines)
        assert len(chunks) > 3
        assert max(map(len, chunks)) < CHARACTERS_AT_ONCE + 20

    def test_nothing_gives_no_chunk(self):
        assert list(in_chunks([])) == []

    @pytest.mark.parametrize(
        "sheet",
        [
            csv_sheet,
            lambda credits_: markdown_sheet(HEADING, credits_),
            lambda credits_: text_sheet(HEADING, credits_),
            partial(html_rows, address_of=own_address),
        ],
        ids=["csv", "markdown", "text", "html"],
    )
    def test_memory_does_not_grow_with_the_number_of_images(self, sheet):
        def peak_bytes(images):
            tracemalloc.start()
            size = sum(map(len, in_chunks(sheet(replace(PLAIN, image_id=f"{n:016x}") for n in range(images)))))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert size > images * 100
            return peak

        peak_bytes(100)
        assert peak_bytes(10_000) < peak_bytes(1_000) + 100_000 < 1_000_000


def test_a_license_in_doubt_is_marked_in_each_sheet_of_the_site():
    doubted = [PLAIN, replace(PLAIN, in_doubt=True)]
    rows = list(csv.reader("".join(csv_sheet(doubted, is_checked=True)).splitlines()))
    assert [row[-1] for row in rows] == ["LicenseCheck", "", "in doubt"]
    for sheet in (text_sheet, markdown_sheet, html_sheet, bibtex_sheet):
        assert "".join(sheet(HEADING, doubted)).count("license in doubt") == 1, sheet
    assert "".join(html_rows(doubted, own_address)).count("license in doubt") == 1

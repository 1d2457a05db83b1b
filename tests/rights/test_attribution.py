"""Credit in every format: what the form says, what is missing, and what strangers' text may not do."""

import csv
import html
import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from browse.rights import Credit, attribution, credit_of
from browse.rights.texts import isolated, one_line
from tests.rights.hostile import HOSTILE
from tests.rights.readers import read_bibtex, read_html, read_tex, without_isolates

CC = "https://creativecommons.org"
BY_2_0 = f"{CC}/licenses/by/2.0/"
CREDIT = Credit(
    title="Sunset at sea",
    author="Jane Doe",
    author_url="https://www.flickr.com/people/janedoe/",
    landing_url="https://www.flickr.com/photos/janedoe/123",
    license_url=BY_2_0,
    image_id="000060e3121c7305",
    original_url="https://c1.staticflickr.com/1/2/123_abc_o.jpg",
)
FORMATS = ("text", "html", "markdown", "bibtex", "json")
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

hostile = pytest.mark.parametrize("stranger", HOSTILE.values(), ids=HOSTILE.keys())


def read_markdown(text):
    """What a reader of the rendered Markdown sees."""
    return read_html(MARKDOWN.render(text))


class TestOrdinary:
    def test_text_is_title_author_source_license_with_addresses(self):
        assert attribution(CREDIT).text == (
            '"Sunset at sea" by Jane Doe (https://www.flickr.com/photos/janedoe/123) is licensed under CC BY 2.0 '
            "(https://creativecommons.org/licenses/by/2.0/)."
        )

    def test_html_links_title_author_and_license(self):
        title = '<a href="https://www.flickr.com/photos/janedoe/123">"Sunset at sea"</a>'
        author = '<a href="https://www.flickr.com/people/janedoe/">Jane Doe</a>'
        license_ = f'<a href="{BY_2_0}" rel="license">CC BY 2.0</a>'
        assert attribution(CREDIT).html == f"{title} by {author} is licensed under {license_}."

    def test_markdown_links_title_author_and_license(self):
        assert attribution(CREDIT).markdown == (
            '["Sunset at sea"](https://www.flickr.com/photos/janedoe/123) by '
            "[Jane Doe](https://www.flickr.com/people/janedoe/) is licensed under "
            "[CC BY 2.0](https://creativecommons.org/licenses/by/2.0/)."
        )

    def test_bibtex_is_one_entry(self):
        assert attribution(CREDIT).bibtex == (
            "@misc{openimages-000060e3121c7305,\n"
            "  title = {{Sunset at sea}},\n"
            "  author = {{Jane Doe}},\n"
            "  url = {https://www.flickr.com/photos/janedoe/123},\n"
            "  note = {CC BY 2.0, \\url{https://creativecommons.org/licenses/by/2.0/}},\n"
            "}\n"
        )

    def test_json_gives_the_parts(self):
        assert json.loads(attribution(CREDIT).json) == {
            "image_id": "000060e3121c7305",
            "title": "Sunset at sea",
            "author": "Jane Doe",
            "author_url": "https://www.flickr.com/people/janedoe/",
            "source_url": "https://www.flickr.com/photos/janedoe/123",
            "license": {
                "slug": "cc-by-2.0",
                "name": "Attribution 2.0 Generic",
                "short_name": "CC BY 2.0",
                "url": "https://creativecommons.org/licenses/by/2.0/",
            },
        }


PAGE = "(https://www.flickr.com/photos/janedoe/123)"
LICENSED = f"is licensed under CC BY 2.0 ({BY_2_0})."
JANE = f'"Sunset at sea" by Jane Doe {PAGE}'


class TestMissing:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            ({"title": ""}, f"Untitled photo by Jane Doe {PAGE} {LICENSED}"),
            ({"title": " \n\x00"}, f"Untitled photo by Jane Doe {PAGE} {LICENSED}"),
            ({"title": "\u3164 \u200b\u00ad\u2800"}, f"Untitled photo by Jane Doe {PAGE} {LICENSED}"),
            ({"author": ""}, f'"Sunset at sea" by janedoe {PAGE} {LICENSED}'),
            ({"author": "", "author_url": ""}, f'"Sunset at sea" by an unknown author {PAGE} {LICENSED}'),
            ({"landing_url": ""}, f'"Sunset at sea" by Jane Doe ({CREDIT.original_url}) {LICENSED}'),
            ({"landing_url": "javascript:alert(1)", "original_url": ""}, f'"Sunset at sea" by Jane Doe {LICENSED}'),
            ({"license_url": ""}, f"{JANE}. No license is given."),
            ({"license_url": "http://example.org/l"}, f"{JANE} is listed under this license: http://example.org/l"),
            ({"license_url": "all rights"}, f"{JANE} is listed under this license: all rights"),
            (
                {"license_url": "http://creativecommons.org/publicdomain/zero/1.0"},
                f"{JANE} is marked with CC0 1.0 Universal ({CC}/publicdomain/zero/1.0/).",
            ),
            (
                {"license_url": "https://creativecommons.org/publicdomain/mark/1.0/"},
                f"{JANE} is marked with Public Domain Mark 1.0 Universal ({CC}/publicdomain/mark/1.0/).",
            ),
        ],
    )
    def test_a_missing_part_is_said_or_left_out(self, changes, text):
        assert attribution(replace(CREDIT, **changes)).text == text

    def test_nothing_at_all(self):
        nothing = attribution(Credit())
        assert nothing.text == "Untitled photo by an unknown author. No license is given."
        assert read_html(nothing.html).text == nothing.text == read_markdown(nothing.markdown).text.strip()
        assert read_html(nothing.html).links == read_markdown(nothing.markdown).links == []
        assert read_bibtex(nothing.bibtex) == {
            "key": "openimages-image",
            "title": "{Untitled photo}",
            "note": "No license given",
        }
        assert json.loads(nothing.json) == {
            "image_id": None,
            "title": None,
            "author": None,
            "author_url": None,
            "source_url": None,
            "license": {
                "slug": "none",
                "name": "No license given",
                "short_name": "No license given",
                "url": None,
            },
        }

    def test_an_untitled_photo_is_linked_without_quotation_marks(self):
        untitled = attribution(replace(CREDIT, title=""))
        assert read_html(untitled.html).links[0] == (CREDIT.landing_url, "Untitled photo")
        assert read_markdown(untitled.markdown).links[0] == (CREDIT.landing_url, "Untitled photo")

    def test_an_unknown_author_is_no_author_in_bibtex_and_json(self):
        unknown = attribution(replace(CREDIT, author="", author_url="https://example.org/7"))
        assert "author" not in read_bibtex(unknown.bibtex)
        assert json.loads(unknown.json)["author"] is None
        assert json.loads(unknown.json)["author_url"] == "https://example.org/7"

    def test_an_unknown_license_is_linked_only_where_it_is_a_web_address(self):
        listed = attribution(replace(CREDIT, license_url="http://example.org/a_b(c)&copy;"))
        assert read_html(listed.html).links[2] == ("http://example.org/a_b(c)&copy;",) * 2
        assert read_markdown(listed.markdown).links[2] == ("http://example.org/a_b(c)&copy;",) * 2
        unlinked = attribution(replace(CREDIT, license_url="javascript:alert(1)"))
        assert len(read_html(unlinked.html).links) == len(read_markdown(unlinked.markdown).links) == 2


def expected_text(credit):
    """What HTML and Markdown, rendered, must read as."""
    return f'"{one_line(credit.title)}" by {one_line(credit.author)} is licensed under CC BY 2.0.'


def expected_links(credit):
    """The addresses and texts of the links that HTML and Markdown must have, and no others."""
    return [
        (credit.landing_url, f'"{one_line(credit.title)}"'),
        (credit.author_url, one_line(credit.author)),
        (BY_2_0, "CC BY 2.0"),
    ]


def check_every_format(credit):
    """Each format, read by a reader of its own, gives back exactly what went in, made one line."""
    given = attribution(credit)
    page = read_html(given.html)
    assert without_isolates(page.text) == expected_text(credit)
    assert [(url, without_isolates(text)) for url, text in page.links] == expected_links(credit)
    assert page.elements == {"a"}
    rendered = read_markdown(given.markdown)
    assert without_isolates(rendered.text.strip()) == expected_text(credit)
    assert [(url, without_isolates(text)) for url, text in rendered.links] == expected_links(credit)
    assert rendered.elements == {"p", "a"}
    fields = read_bibtex(given.bibtex)
    assert list(fields) == ["key", "title", "author", "url", "note"]
    assert read_tex(fields["title"].removeprefix("{").removesuffix("}")) == one_line(credit.title)
    assert read_tex(fields["author"].removeprefix("{").removesuffix("}")) == one_line(credit.author)
    parts = json.loads(given.json)
    assert (parts["title"], parts["author"]) == (one_line(credit.title), one_line(credit.author))
    assert "<" not in given.json
    assert without_isolates(given.text) == (
        f'"{one_line(credit.title)}" by {one_line(credit.author)} ({credit.landing_url}) is licensed under CC BY 2.0 '
        f"({BY_2_0})."
    )


class TestHostile:
    @hostile
    def test_a_strangers_title_is_only_text_in_every_format(self, stranger):
        check_every_format(replace(CREDIT, title=stranger))

    @hostile
    def test_a_strangers_name_is_only_text_in_every_format(self, stranger):
        check_every_format(replace(CREDIT, author=stranger))

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_any_title_and_name_are_only_text_in_every_format(self, title, author):
        if one_line(title) and one_line(author):
            check_every_format(replace(CREDIT, title=title, author=author))

    @given(st.text(alphabet="\\`*_{}[]()<>#+-.!|~&:$\"'=^@%,;/ \nab1", min_size=1))
    def test_any_punctuation_is_only_text_in_every_format(self, title):
        if one_line(title):
            check_every_format(replace(CREDIT, title=title, author=f"x{title}"))

    @hostile
    @pytest.mark.parametrize("form", FORMATS)
    def test_no_format_has_control_characters_or_directional_overrides(self, stranger, form):
        given_text = getattr(attribution(replace(CREDIT, title=stranger, author=stranger)), form)
        bad = {character for character in given_text if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}}
        assert bad <= ({"\n"} if form in {"bibtex", "json"} else set())
        assert not set(given_text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
        given_text.encode()

    @hostile
    @pytest.mark.parametrize("form", ["text", "html", "markdown"])
    def test_text_html_and_markdown_are_one_line(self, stranger, form):
        given_text = getattr(attribution(replace(CREDIT, title=stranger, author=stranger)), form)
        assert len(given_text.splitlines()) == 1

    @hostile
    @pytest.mark.parametrize("form", FORMATS)
    def test_hostile_addresses_become_no_links(self, stranger, form):
        bad = f"javascript:{stranger}"
        credit = replace(CREDIT, author_url=bad, landing_url=bad, original_url=bad, license_url="")
        given_text = getattr(attribution(credit), form)
        assert "javascript" not in given_text
        if form in {"html", "markdown"}:
            assert (read_html if form == "html" else read_markdown)(given_text).links == []

    @hostile
    def test_a_hostile_license_is_only_text(self, stranger):
        credit = replace(CREDIT, license_url=stranger)
        given = attribution(credit)
        assert credit.license.deed_url is None
        shown = without_isolates(read_html(given.html).text)
        assert shown.endswith(f"is listed under this license: {one_line(stranger)}")
        assert len(read_html(given.html).links) == 2
        assert without_isolates(read_markdown(given.markdown).text.strip()).endswith(one_line(stranger))
        assert read_tex(read_bibtex(given.bibtex)["note"]) == one_line(stranger)
        assert json.loads(given.json)["license"]["name"] == one_line(stranger)

    @pytest.mark.parametrize(
        "url",
        [
            'https://www.flickr.com/photos/x/1"><script>',
            "https://www.flickr.com/photos/x/1)](javascript:alert(1))",
            "https://www.flickr.com/photos/x/(1",
            "https://www.flickr.com/photos/x/1}, title={evil",
            "https://www.flickr.com/photos/x/%7D#_~&lt;",
        ],
    )
    def test_an_address_with_markup_stays_one_address(self, url):
        given = attribution(replace(CREDIT, landing_url=url))
        address = given.credit.source_link
        assert read_html(given.html).links[0][0] == address
        assert read_markdown(given.markdown).links[0][0] == address
        assert len(read_markdown(given.markdown).links) == 3
        assert read_bibtex(given.bibtex)["url"] == address
        assert json.loads(given.json)["source_url"] == address


class TestDirection:
    """Plain text has nothing but invisible characters to keep a right-to-left title from turning a line around."""

    def test_copied_text_of_left_to_right_titles_is_free_of_invisible_characters(self):
        text = attribution(replace(CREDIT, title="Café Ωmega 写真 🙂", author="Zoë")).text
        assert not [character for character in text if unicodedata.category(character) == "Cf"]

    def test_whatever_characters_a_text_has_those_from_right_to_left_are_isolated(self):
        for character in map(chr, range(0x10FFFF + 1)):
            is_wanted = unicodedata.bidirectional(character) in {"R", "AL", "AN"}
            assert (isolated(f"a{character}") != f"a{character}") == is_wanted

    def test_right_to_left_titles_and_names_are_isolated(self):
        given = attribution(replace(CREDIT, title="שלום", author="محمد"))
        assert given.text.startswith('"\u2068שלום\u2069" by \u2068محمد\u2069 (https://')
        assert given.markdown.startswith('["\u2068שלום\u2069"](https://')

    def test_a_title_cannot_leave_its_isolate(self):
        text = attribution(replace(CREDIT, title="שלום\u2069\u202eevil")).text
        assert text.startswith('"\u2068שלוםevil\u2069" by ')

    @given(st.text())
    def test_isolates_are_always_balanced(self, title):
        depth = 0
        for character in isolated(one_line(title)):
            depth += {"\u2068": 1, "\u2069": -1}.get(character, 0)
            assert depth in {0, 1}
        assert depth == 0

    def test_sources_for_programs_carry_no_isolates(self):
        given = attribution(replace(CREDIT, title="שלום", author="محمد"))
        assert without_isolates(given.bibtex) == given.bibtex
        assert without_isolates(given.json) == given.json


def test_the_credit_of_a_picture_takes_its_words_and_leaves_out_what_is_unknown():
    class Picture:
        image_id = "000060e3121c7305"
        title = None
        author_name = "Jane Doe"
        author_url = None
        landing_url = None
        original_url = None
        license_url = BY_2_0

    assert credit_of(Picture()) == Credit(author="Jane Doe", license_url=BY_2_0, image_id="000060e3121c7305")


def test_every_real_row_is_credited_in_every_format(real_data):
    files = sorted((real_data / "real_v1_layout").rglob("images.csv"))
    assert files
    for path in files:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                credit = Credit(
                    title=html.unescape(row["Title"]),
                    author=html.unescape(row["Author"]),
                    author_url=row["AuthorProfileURL"],
                    landing_url=row["OriginalLandingURL"],
                    license_url=row["License"],
                    image_id=row["ImageID"],
                )
                check_every_format(credit)


def test_changes_are_said_after_the_license_in_every_format():
    credit = Credit(title="Sunset", author="Jane", license_url="https://creativecommons.org/licenses/by/2.0/")
    plain, said = attribution(credit), attribution(replace(credit, changes=("cropped", "resized")))
    words = "ropped and resized from the original"
    for form in ("text", "html", "markdown"):
        assert getattr(said, form) == f"{getattr(plain, form)} C{words}."
    assert f"}}; c{words}}}" in said.bibtex
    assert json.loads(said.json) == json.loads(plain.json) | {"changes": ["cropped", "resized"]}
    assert "changes" not in json.loads(plain.json)


def test_changes_stand_apart_from_a_license_of_free_text_or_none():
    changed = Credit(license_url="https://example.org/terms", changes=("cropped", "resized", "changed"))
    assert attribution(changed).text.endswith("/terms (cropped, resized and changed from the original)")
    none = attribution(Credit(changes=("changed",))).text
    assert none.endswith("No license is given. Changed from the original.")


def test_parts_of_a_credit_are_worked_out_once():
    credit = replace(CREDIT)
    assert credit.title_text is credit.title_text
    assert vars(credit)["title_text"] == "Sunset at sea"
    assert type(credit).title_text.__doc__.startswith("The title on one line")

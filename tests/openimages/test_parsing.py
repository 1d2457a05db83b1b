"""Headers, ids, confidences, texts and CSV records, each by cases and against a plain reading."""

import contextlib
import csv
import io
from base64 import b64encode

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.openimages.member_rows import is_decimal
from browse.openimages.reading import image_keys
from browse.openimages.reading.csv_rows import BLOCK_BYTES, BadRow, Block, blocks, first_line_of, read_rows
from browse.openimages.reading.formats import FileFormat, subset_from_path
from browse.openimages.reading.image_keys import keys_of, looks_decimal
from browse.openimages.reading.parse_labels import hundredths
from browse.openimages.reading.rejects import Reason
from browse.openimages.reading.texts import clean_text, clean_texts, md5_bytes
from browse.openimages.recognition import recognize
from tests.openimages.files import LABELS, V1

SEVEN = "ImageID,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (V1, "images"),
        (SEVEN, "images"),
        (SEVEN.replace("ImageID", "ImageID,Subset"), "images"),
        (SEVEN.replace("ImageID", "ImageID,Subset") + ",OriginalSize,OriginalMD5", "images"),
        (V1 + ",Rotation", "images"),
        (",".join(reversed(V1.split(","))), "images"),
        (V1 + ",Colour", "images"),
        (V1 + ",Colour,Shape", None),
        ("," + LABELS, "labels"),
        (LABELS + ",LabelName", None),
        (LABELS + ",confidence", None),
        (LABELS + ",Label", "labels"),
        (" imageid, SOURCE,Label Name ,\xa0Confidence", "labels"),
        ("ImageID;Source;Label;Confidence", "labels"),
        ("ImageID\tSource\tLabelName\tConfidence", "labels"),
        ("ImageID|Source|LabelName|Confidence", None),
        ('"/m/05wrt";"property, real"', "dictionary"),
        ("/m/05wrt,property; real", "dictionary"),
        ("Id,Name", "dictionary"),
        (",LabelName,DisplayName", "dictionary"),
        ("ImageID,LabelName,DisplayName", None),
        (V1.replace("Title", "Author"), None),
        (LABELS, "labels"),
        ("ImageID,Source,Label,Confidence", "labels"),
        ("Confidence,LabelName,Source,ImageID", "labels"),
        (LABELS + ",XMin,XMax,YMin,YMax", "boxes"),
        ("ImageID,Confidence:Labels...", "wide labels"),
        ('"/m/05wrt","property"', "dictionary"),
        ("/g/1172hxxrk,traditional sport", "dictionary"),
        ("LabelName,DisplayName", "dictionary"),
        ("ImageID", None),
        ("", None),
        ('"', None),
        ("ImageId,X,Y,Label,EstimatedYesNo,Source", None),
    ],
)
def test_a_file_is_known_by_its_header(line: str, kind: str | None) -> None:
    found = recognize(line).kind
    assert (found and found.name) == kind


def test_a_dictionary_without_header_has_its_first_row_read() -> None:
    assert recognize('"/m/05wrt","property"').format.header_lines == 0
    assert recognize("LabelName,DisplayName").format.header_lines == 1


@pytest.mark.parametrize(
    ("path", "subset"),
    [
        ("images_2016_08/train/images.csv", "train"),
        ("2017_11/Test/images.csv", "test"),
        ("train/validation/images.csv", "validation"),
        ("images/train.csv", None),
        ("trainer/images.csv", None),
    ],
)
def test_the_nearest_folder_names_the_subset(path: str, subset: str | None) -> None:
    assert subset_from_path(path) == subset


@given(st.lists(st.one_of(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.text(max_size=20))))
def test_hex_ids_are_read_as_one_by_one(texts: list[str]) -> None:
    keys, bad = keys_of(pa.array(texts, pa.string()))
    for text, key, is_bad in zip(texts, keys.tolist(), bad.tolist(), strict=True):
        try:
            expected = key_from_image_id(text)
        except ValueError:
            assert is_bad
        else:
            assert (key, is_bad) == (expected, False)


def test_sorted_keys_are_sorted_image_ids() -> None:
    texts = ["0000000000000000", "000060e3121c7305", "7fffffffffffffff", "8000000000000000", "ffffffffffffffff"]
    keys, _ = keys_of(pa.array(texts))
    assert keys.tolist() == sorted(keys.tolist())


def test_decimal_ids_of_the_first_tarball() -> None:
    column = pa.array(["106528377697029", "18446744073709551616", "-1", "1.5", ""])
    keys, bad = keys_of(column, decimal=True)
    assert keys[0] == key_from_image_id("000060e3121c7305")
    assert bad.tolist() == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["106528377697029"], True),
        (["1234567890123456", "106528377697029"], True),
        (["1234567890123456", "12345678901234567890"], True),
        (["1234567890123456"], False),
        (["1234567890123456", "9999999999999999"], False),
        (["0123456789012345", "12"], False),
        (["1234e56789012345", "12"], False),
        ([], False),
    ],
)
def test_decimal_files_have_no_letter_no_leading_zero_and_an_id_of_another_length(
    texts: list[str], decimal: bool
) -> None:
    assert looks_decimal(pa.array(texts, pa.string())) is decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.9", (90, False)),
        ("1", (100, False)),
        ("1.0", (100, False)),
        ("0", (0, False)),
        ("0.855", (86, True)),
        ("0.854", (85, True)),
        ("0.005", (1, True)),
        ("0.00" + "4" + 40 * "9", (0, True)),
        ("1." + 40 * "0" + "1", None),
        ("٠.٥", None),
        ("9e-1", (90, False)),
        ("1.001", None),
        ("-0.1", None),
        ("nan", None),
        ("inf", None),
        ("9e999999", None),
        ("-9e999999", None),
        ("1e9999999999999999999", None),
        ("", None),
        (" 0.9", None),
        ("0,9", None),
        ("0_9", None),
        ("0.", None),
        ("1.", None),
        ("high", None),
    ],
)
def test_confidences_are_hundredths_rounded_half_up(text: str, expected: tuple[int, bool] | None) -> None:
    assert hundredths(text) == expected


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Daniel X. O&#x27;Neil", "Daniel X. O'Neil"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a & b", "a & b"),
        ("him &copy me, &para &ampersand; R&D;", "him &copy me, &para &ampersand; R&D;"),
        ("&eacute;&#233;&#xE9;&notit;&not;", "ééé&notit;¬"),
        (f"&#{'1' * 5000};", f"&#{'1' * 5000};"),
        ("nul\x00 bell\x07 del\x7f c1\x9f fs\x1c.", "nul bell del c1 fs."),
        ("tab\tline\nline\r\nline\r\rpage\fv\vend", "tab line line line page v end"),
        ("nel\x85ls\u2028ps\u2029end", "nel ls ps end"),
        ("one\n\x00\ntwo", "one two"),
        ("one&#10;two&NewLine;three&#x2028;four", "one two three four"),
        ("“quotes” – and … dots", "“quotes” – and … dots"),
        ("café \u2066bidi\u2069 🌅", "café \u2066bidi\u2069 🌅"),
    ],
)
def test_titles_are_unescaped_once_and_hold_blanks_instead_of_breaks_and_no_controls(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(
    st.lists(st.text() | st.text(st.sampled_from("a\u2028\u2029\x85\n\x07–&;"))), st.sampled_from([1, 2, 7, 1 << 18])
)
def test_columns_of_texts_are_cleaned_as_one_by_one_however_they_are_cut(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_keys, "PIECE_BYTES", size)
        assert clean_texts(pa.array(texts, pa.string())).to_pylist() == [clean_text(text) for text in texts]


@given(st.lists(st.one_of(st.none(), st.just(b""), st.binary(min_size=16, max_size=16))))
def test_md5_texts_give_their_bytes(values: list[bytes | None]) -> None:
    texts = [None if value is None else b64encode(value).decode() for value in values]
    expected = [(value or b"").ljust(16, b"\0") for value in values]
    assert [v.ljust(16, b"\0") for v in md5_bytes(pa.array(texts, pa.string())).tolist()] == expected


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=20), st.sampled_from(["\n", "\r\n"]))
def test_any_well_formed_records_are_read_back(rows: list[tuple[str, str, str]], line_end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    found = read_rows(Block(1, out.getvalue().encode()), ("a", "b", "c"))
    assert [tuple(row.values()) for row in found.table.to_pylist()] == rows
    assert not found.bad


BAD_LINES = [
    (b"1,2", Reason.FIELDS),
    (b"1,2,3,4", Reason.FIELDS),
    (b'1,"2,3', Reason.QUOTE),
    (b'1,2,3"', Reason.QUOTE),
    (b"1,\xff,3", Reason.UTF8),
    (b'1,x",",3', Reason.QUOTE),
    (b"1,2,3\r4,5,6", Reason.FIELDS),
    (b'1,"two" three,3', Reason.BEHIND_QUOTE),
    (b'"one" ,2,3', Reason.BEHIND_QUOTE),
    (b'1,2,"three"four', Reason.BEHIND_QUOTE),
    (b'1,""two"",3', Reason.BEHIND_QUOTE),
    (rb'1,"say \"two\" there",3', Reason.BEHIND_QUOTE),
    (rb'1,"\"two\" there, three",3', Reason.BEHIND_QUOTE),
    (rb'1,"two\"",3', Reason.QUOTE),
]


@given(st.lists(st.one_of(st.integers(0, 99), st.sampled_from(BAD_LINES)), max_size=30))
def test_bad_lines_are_rejected_with_their_line_and_take_no_good_one_along(items: list) -> None:
    lines = [f"{i},x,{i}".encode() if isinstance(i, int) else i[0] for i in items]
    block = Block(7, b"".join(line + b"\n" for line in lines))
    found = read_rows(block, ("a", "b", "c"))
    good = [str(item) for item in items if isinstance(item, int)]
    assert found.table.column("a").to_pylist() == good
    bad = [(7 + n, item[1], item[0]) for n, item in enumerate(items) if not isinstance(item, int)]
    assert [(row.line, row.reason, row.row.encode("utf-8", "surrogateescape")) for row in found.bad] == bad


SEVERAL = ["two\nlines", "é,\n1,2,3\n", 'a ""quote""\r\n\n1,2,3', "\n", "no break, but é"]


@given(
    st.lists(
        st.one_of(
            st.integers(0, 99),
            st.integers(0, 99),
            st.sampled_from(SEVERAL),
            st.sampled_from([line for line in BAD_LINES if line[0].count(b'"') % 2 == 0]),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@example([*range(10), *SEVERAL, BAD_LINES[0], *range(10)], "\n", True)
def test_plain_lines_beside_odd_ones_keep_their_places(items: list, line_end: str, ended: bool) -> None:
    records = [f'{i},x,"{i}"' if i == 7 else f"{i},x,{i}" if isinstance(i, int) else i for i in items]
    raws = [r[0] if isinstance(r, tuple) else (r if r[0].isdigit() else f'1,"{r}",3').encode() for r in records]
    data = b"".join(raw + line_end.encode() for raw in raws)
    found = read_rows(Block(5, data if ended else data.removesuffix(line_end.encode())), ("a", "b", "c"))
    lines = [5 + sum(raw.count(b"\n") + 1 for raw in raws[:n]) for n in range(len(raws))]
    good = [n for n, item in enumerate(items) if not isinstance(item, tuple)]
    assert found.lines.tolist() == [lines[n] for n in good]
    assert found.raw(np.arange(len(good))).to_pylist() == [raws[n] for n in good]
    expected = [str(i) if isinstance(i, int) else i.replace('""', '"') for i in (items[n] for n in good)]
    assert [row["b"] if row["b"] != "x" else row["c"] for row in found.table.to_pylist()] == expected
    bad = [(lines[n], item[1], item[0]) for n, item in enumerate(items) if isinstance(item, tuple)]
    assert [(row.line, row.reason, row.row.encode("utf-8", "surrogateescape")) for row in found.bad] == bad


SWAPPED = {",": ";", ";": ","}
SAMPLES = [
    b"1,2,3",
    b"1;2,3,4",
    b'1,"2,;",3',
    b'1,"2" ,3',
    b'1,"two\nlines",3',
    b'"1,"2",3',
    *(line for line, _ in BAD_LINES),
]


@given(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=20), st.integers(0, 30))
@example([b'1,"2",3', b'1,"2;",3'], 0)
def test_another_delimiter_changes_no_row(lines: list[bytes], plain: int) -> None:
    data = b"".join(line + b"\n" for line in [*lines, *[b"1,2,3"] * plain])
    commas = read_rows(Block(1, data), ("a", "b", "c"))
    swap = bytes.maketrans(b",;", b";,")
    others = read_rows(Block(1, data.translate(swap), ";"), ("a", "b", "c"))
    assert others.lines.tolist() == commas.lines.tolist()
    texts = [[swapped(cell) for cell in row.values()] for row in commas.table.to_pylist()]
    assert [list(row.values()) for row in others.table.to_pylist()] == texts
    assert others.bad == [BadRow(line, reason, swapped(row)) for line, reason, row in commas.bad]
    positions = np.arange(len(commas.lines))
    assert others.raw(positions).to_pylist() == [raw.translate(swap) for raw in commas.raw(positions).to_pylist()]


def swapped(text: str) -> str:
    return "".join(SWAPPED.get(character, character) for character in text)


@given(st.lists(st.text(st.sampled_from('a",\\ '), max_size=10), min_size=1, max_size=4))
def test_quotes_are_read_as_a_strict_reader_does_or_their_line_is_rejected(lines: list[str]) -> None:
    found = read_rows(Block(1, "".join(f"{line},\n" for line in lines).encode()), ("a", "b"))
    good, several = [], any(line.count('"') % 2 for line in lines)
    for line in lines:
        with contextlib.suppress(csv.Error):
            [fields] = csv.reader([f"{line},"], strict=True)
            good += [fields] * (len(fields) == 2)
    assert several or [list(row.values()) for row in found.table.to_pylist()] == good
    assert several or len(found.bad) == len(lines) - len(good)


@pytest.mark.parametrize("row", ['1,a"b"c,3', '1,2" x 3",3', '1, "two",3', '1,2,3"4"'])
def test_quotes_within_a_field_without_quotes_are_its_text(row: str) -> None:
    found = read_rows(Block(1, f"{row}\n".encode()), ("a", "b", "c"))
    assert (list(found.table.to_pylist()[0].values()), found.bad) == (row.split(","), [])


def test_a_blank_line_does_not_make_up_for_a_carriage_return() -> None:
    found = read_rows(Block(7, b"1,2,3\r4,5,6\n\n7,8,9\r\n"), ("a", "b", "c"))
    assert found.table.column("a").to_pylist() == ["7"]
    assert found.lines.tolist() == [9]
    assert [(row.line, row.reason) for row in found.bad] == [(7, Reason.FIELDS)]


@pytest.mark.parametrize(
    ("rows", "decimal"),
    [
        ("1234567890123456,a\n", False),
        ("123456789012345,a\n", True),
        ("123456789012345,a\nzz,a\n,\n", True),
        ('123456789012345,a\n8098e41601663542,"two\nlines"\n', False),
        ('123456789012345,"a\n8098e41601663542,"\n', True),
        ("1234567890123456,a\n12345", False),
        ("12345,a", True),
        ("zz,a\n", False),
    ],
)
def test_any_hex_id_makes_a_file_hex_wherever_its_record_ends(rows: str, decimal: bool) -> None:
    found = FileFormat(("ImageID", "x"))
    assert is_decimal(found, rows.encode()) is decimal


def test_blocks_end_with_records_and_keep_every_byte() -> None:
    record = b'1,"two\nlines ""quoted""",3\n'
    data = record * (3 * BLOCK_BYTES // len(record))
    line, rest = first_line_of(io.BytesIO(b"a,b,c\n" + data[:0]))
    assert (line, rest) == (b"a,b,c", b"")
    found = list(blocks(io.BytesIO(data), b"", first_line=2, name="x"))
    assert b"".join(block.data for block in found) == data
    assert all(block.data.startswith(b'1,"two') and block.data.endswith(b",3\n") for block in found)
    assert [block.first_line for block in found] == [
        2 + sum(earlier.data.count(b"\n") for earlier in found[:n]) for n in range(len(found))
    ]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert first_line_of(io.BytesIO(b"\xef\xbb\xbfImageID,x\r\n1,2\n")) == (b"ImageID,x", b"1,2\n")

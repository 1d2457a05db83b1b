"""Headers, ids, confidences, texts and CSV records, each by cases and against a plain reading."""

import csv
import io
from base64 import b64encode

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.image_ids import key_from_image_id
from browse.openimages.csv_rows import BLOCK_BYTES, Block, blocks, first_line_of, read_rows
from browse.openimages.formats import FileFormat, FileKind, recognise, subset_from_path
from browse.openimages.image_keys import keys_of, looks_decimal
from browse.openimages.parse_labels import hundredths
from browse.openimages.rejects import Reason
from browse.openimages.staging import is_decimal
from browse.openimages.texts import clean_text, clean_texts, md5_bytes
from tests.openimages.files import LABELS, V1

SEVEN = "ImageID,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (V1, FileKind.IMAGES),
        (SEVEN, FileKind.IMAGES),
        (SEVEN.replace("ImageID", "ImageID,Subset"), FileKind.IMAGES),
        (SEVEN.replace("ImageID", "ImageID,Subset") + ",OriginalSize,OriginalMD5", FileKind.IMAGES),
        (V1 + ",Rotation", FileKind.IMAGES),
        (",".join(reversed(V1.split(","))), FileKind.IMAGES),
        (V1 + ",Colour", FileKind.UNKNOWN),
        (V1.replace("Title", "Author"), FileKind.UNKNOWN),
        (LABELS, FileKind.LABELS),
        ("ImageID,Source,Label,Confidence", FileKind.LABELS),
        ("Confidence,LabelName,Source,ImageID", FileKind.LABELS),
        (LABELS + ",XMin,XMax,YMin,YMax", FileKind.UNKNOWN),
        ("ImageID,Confidence:Labels...", FileKind.WIDE_LABELS),
        ('"/m/05wrt","property"', FileKind.DICTIONARY),
        ("/g/1172hxxrk,traditional sport", FileKind.DICTIONARY),
        ("LabelName,DisplayName", FileKind.DICTIONARY),
        ("ImageID", FileKind.UNKNOWN),
        ("", FileKind.UNKNOWN),
        ('"', FileKind.UNKNOWN),
        ("ImageId,X,Y,Label,EstimatedYesNo,Source", FileKind.UNKNOWN),
    ],
)
def test_a_file_is_known_by_its_header(line: str, kind: FileKind) -> None:
    assert recognise(line).kind is kind


def test_a_dictionary_without_header_has_its_first_row_read() -> None:
    assert recognise('"/m/05wrt","property"').header_lines == 0
    assert recognise("LabelName,DisplayName").header_lines == 1


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
    [(["106528377697029"], True), (["0123456789012345"], False), (["1234e56789012345", "12"], False), ([], False)],
)
def test_decimal_files_have_no_letter_and_no_leading_zero(texts: list[str], decimal: bool) -> None:
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
        ("nul\x00 tab\t bell\x07 del\x7f c1\x85.", "nul tab bell del c1."),
        ("café \u2066bidi\u2069 🌅", "café \u2066bidi\u2069 🌅"),
    ],
)
def test_titles_are_unescaped_once_and_stripped_of_control_characters(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@given(st.lists(st.text()))
def test_columns_of_texts_are_cleaned_as_one_by_one(texts: list[str]) -> None:
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


def test_a_blank_line_does_not_make_up_for_a_carriage_return() -> None:
    found = read_rows(Block(7, b"1,2,3\r4,5,6\n\n7,8,9\r\n"), ("a", "b", "c"))
    assert found.table.column("a").to_pylist() == ["7"]
    assert found.lines.tolist() == [9]
    assert [(row.line, row.reason) for row in found.bad] == [(7, Reason.FIELDS)]


@pytest.mark.parametrize(
    ("rows", "decimal"),
    [
        ("1234567890123456,a\n", True),
        ("1234567890123456,a\nzz,a\n,\n", True),
        ('1234567890123456,a\n8098e41601663542,"two\nlines"\n', False),
        ('1234567890123456,"a\n8098e41601663542,"\n', True),
        ("zz,a\n", False),
    ],
)
def test_any_hex_id_makes_a_file_hex_wherever_its_record_ends(rows: str, decimal: bool) -> None:
    found = FileFormat(FileKind.LABELS, ("ImageID", "x"))
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

"""How the rows of imported files are taken: ids, subsets, confidences, authors, titles, and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from browse.models import Annotation, Author, Image, Import, Label
from tests.openimages.files import BY, LABELS, V4, csv_line, image_row, write
from tests.openimages.imports import ID, SEVEN, load, one_image, rejects_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


def test_rotations_are_taken_in_every_spelling_and_others_rejected(tmp_path: Path) -> None:
    texts = ["0", "90.0", "180.00", "270", "", "NaN", "45.0", "90."]
    rows = [f"{image_row(f'{number:016x}')},{text}" for number, text in enumerate(texts)]
    summary = load(one_image(tmp_path / "set", *rows, header=V4), max_rejects=1)
    assert list(Image.objects.order_by("id").values_list("rotation", flat=True)) == [0, 90, 180, 270, None, None]
    assert summary.rejects == {"Rotation not 0, 90, 180 or 270": 2}


def test_wide_rows_and_label_columns_and_decimal_ids_give_the_same_annotations(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    decimal = str(0x60E3121C7305)
    write(folder / "images/train/images.csv", SEVEN, [csv_line([decimal, "", "", BY, "", "David", "x"])])
    write(folder / "wide/labels.csv", "ImageID,Confidence:Labels...", ["000060e3121c7305,0.9:/m/06ht1,0.5:/m/05wrt"])
    write(folder / "long/labels.csv", "ImageID,Source,Label,Confidence", ["000060e3121c7305,machine,/m/06ht1,0.9"])
    summary = load(folder)
    assert Image.objects.get().image_id == "000060e3121c7305"
    assert sorted(Annotation.objects.values_list("label__mid", "confidence")) == [("/m/05wrt", 50), ("/m/06ht1", 90)]
    assert summary.rows == {"read": 4, "inserted": 3, "updated": 0, "unchanged": 1, "skipped": 0, "rejected": 0}


def test_without_a_column_the_folder_and_then_the_option_give_the_subset(tmp_path: Path) -> None:
    header = "\ufeff" + SEVEN  # a byte order mark is no part of a name
    for number, name in enumerate(["images.csv", "test/images.csv"], 1):
        one_image(tmp_path / "set", csv_line([f"{number:016x}", "", "", BY, "", "A", "t"]), header=header, name=name)
    assert load(tmp_path / "set", max_rejects=1, dry_run=True).rejects == {"no subset": 1}
    load(tmp_path / "set", subset="validation")
    assert [image.get_subset_display() for image in Image.objects.order_by("id")] == ["validation", "test"]


def test_authors_are_keyed_by_profile_and_names_stay_as_given(tmp_path: Path) -> None:
    url = "https://www.flickr.com/people/anna/"
    rows = [
        image_row(f"{n:016x}", AuthorProfileURL=url, Author=name)
        for n, name in enumerate(["Anna", "Anna B.", "Anna"], 1)
    ]
    load(one_image(tmp_path / "set", *rows, image_row(ID, AuthorProfileURL="", Author="Nobody")))
    author = Author.objects.get()
    assert (author.key, author.name) == ("anna", "Anna B.")
    assert [i.credited_name for i in Image.objects.with_credit().order_by("id")] == [
        "Anna",
        "Anna B.",
        "Anna",
        "Nobody",
    ]


def test_rounded_confidences_are_counted(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    write(folder / "labels.csv", LABELS, [f"{ID},machine,/m/01,0.855", f"{ID},machine,/m/02,0.85"])
    assert load(folder).confidences_rounded == 1
    assert sorted(Annotation.objects.values_list("confidence", flat=True)) == [85, 86]


def test_a_persons_confidence_says_yes_from_one_half_on_before_it_is_rounded(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    texts = {"/m/01": "0.495", "/m/02": "0.4999", "/m/03": "0.5", "/m/04": "0.504", "/m/05": "0.494"}
    rows = [f"{ID},{source},{mid},{text}" for mid, text in texts.items() for source in ("machine", "verification")]
    write(folder / "labels.csv", LABELS, rows)
    assert load(folder).confidences_rounded == 8
    found = Annotation.objects.order_by("label__mid")
    assert list(found.filter(source__name="machine").values_list("confidence", flat=True)) == [50, 50, 50, 50, 49]
    assert list(found.filter(source__name="verification").values_list("confidence", flat=True)) == [49, 49, 50, 50, 49]
    assert load(folder).status == "unchanged"


def test_ids_of_sixteen_digits_are_those_ids(tmp_path: Path) -> None:
    digits = ["1234567890123456", "9999999999999999"]
    load(one_image(tmp_path / "set", *(image_row(image_id) for image_id in digits)))
    assert [image.image_id for image in Image.objects.order_by("id")] == digits


def test_the_summary_names_files_read_as_decimal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = one_image(tmp_path / "set", csv_line([str(0x60E3121C7305), "", "", BY, "", "A", "t"]), header=SEVEN)
    write(folder / "labels.csv", LABELS, ["000060e3121c7305,machine,/m/01,0.9"])
    call_command("import_openimages", str(folder))
    assert f"ImageIDs read as decimal numbers: {folder / 'train/images.csv'}\n" in capsys.readouterr().out
    assert Import.objects.get().summary["decimal_ids"] == [str(folder / "train/images.csv")]


def test_a_last_line_without_a_line_end_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    whole = f"{LABELS}\n{ID},machine,/m/01,0.9\n{ID},machine,/m/02,0.8"
    for name, text in {"whole": whole + "\n", "cut": whole, "point": whole[:-1], "short": whole[:-4]}.items():
        (folder / f"{name}.csv").write_text(text)
    call_command("import_openimages", str(folder), max_rejects=1.0)
    shown = [line for line in capsys.readouterr().out.splitlines() if "last line without a line end" in line]
    assert [line.rpartition("/")[2] for line in shown] == ["cut.csv", "point.csv", "short.csv"]
    rejects = [(Path(r["source_file"]).name, r["line"], r["reason"]) for r in rejects_of(load(folder, max_rejects=1))]
    assert rejects == [
        ("point.csv", "3", "confidence not a number in 0 to 1"),
        ("short.csv", "3", "wrong number of fields"),
    ]


def test_a_title_over_two_lines_keeps_its_words_apart(tmp_path: Path) -> None:
    titles = ["line one\nline two", "tab\there", "one\u2028two"]
    rows = [
        image_row(f"{n:016x}", Title="TEXT", Author="TEXT").replace("TEXT", f'"{title}"')
        for n, title in enumerate(titles)
    ]
    folder = one_image(tmp_path / "set", *rows)
    write(folder / "dict.csv", None, ['/m/01,"two\nlines"'])
    load(folder)
    assert list(Image.objects.order_by("id").values_list("title", flat=True)) == [
        "line one line two",
        "tab here",
        "one two",
    ]
    assert Author.objects.get().name == "tab here"
    assert Label.objects.get().name == "two lines"


def test_quotes_escaped_by_backslashes_are_rejected_by_name(tmp_path: Path) -> None:
    bad = image_row("00000000000000ab", Title="Photo").replace("Photo", r'"say \"cheese\" there"')
    summary = load(one_image(tmp_path / "set", image_row(ID), bad), max_rejects=1)
    assert [(reject["line"], reject["reason"], reject["row"]) for reject in rejects_of(summary)] == [
        ("3", "text after a closing quote", bad)
    ]
    assert [image.image_id for image in Image.objects.all()] == [ID]


def test_addresses_that_no_picture_is_fetched_from_are_counted_and_kept(tmp_path: Path) -> None:
    addresses = [
        "https://c1.staticflickr.com/1/2/3_o.jpg",
        "https://live.staticflickr.com/1/a%20b.jpg",
        "https://127.0.0.1/3_o.jpg",
        "https://c1.staticflickr.com@evil.example/3_o.jpg",
        "file:///etc/passwd",
    ]
    rows = [image_row(f"{n:016x}", OriginalURL=address) for n, address in enumerate(addresses)]
    assert load(one_image(tmp_path / "set", *rows)).addresses_blocked == 3
    assert [image.original_url for image in Image.objects.order_by("id")] == addresses

"""The sample's tables: V1's layout to the letter, and all that the viewer's pages need to show."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from html import unescape
from itertools import pairwise

import pytest

from browse.sample import FEWEST_IMAGES, MARKER, MARKER_FILE, SampleError, sample_files
from browse.sample.labels import LOOK_ALIKES, POPULAR, dictionary, mid_of, name_of
from browse.sample.pictures import picture

FILES = sample_files(600)
SUBSETS = ("train", "validation")
IMAGES_HEADER = (
    "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,"
    "OriginalSize,OriginalMD5,Thumbnail300KURL"
)
LABEL_TABLES = (
    "machine_ann_2016_08/train/labels.csv",
    "machine_ann_2016_08/validation/labels.csv",
    "human_ann_2016_08/validation/labels.csv",
)


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILES[path].decode(), newline="")))


IMAGES = {subset: rows(f"images_2016_08/{subset}/images.csv") for subset in SUBSETS}
ALL_IMAGES = [row for subset in SUBSETS for row in IMAGES[subset]]
MACHINE = {
    (row["ImageID"], row["LabelName"]): float(row["Confidence"]) for path in LABEL_TABLES[:2] for row in rows(path)
}
HUMAN = {(row["ImageID"], row["LabelName"]): float(row["Confidence"]) for row in rows(LABEL_TABLES[2])}
VALIDATION = {row["ImageID"] for row in IMAGES["validation"]}
PICTURES = {one.image_id: one for one in map(picture, range(600))}


def state(pair: tuple[str, str]) -> str:
    human = HUMAN.get(pair)
    if pair in MACHINE:
        return "unverified" if human is None else "confirmed" if human else "rejected"
    return "missed" if human else "absent"


def test_it_has_the_files_of_v1_and_says_what_it_is() -> None:
    images = {f"images_2016_08/{subset}/images.csv" for subset in SUBSETS}
    assert set(FILES) == {MARKER_FILE, "dict.csv", *images, *LABEL_TABLES}
    note = FILES[MARKER_FILE].decode()
    assert note.splitlines()[0] == MARKER == "Open Images viewer sample"
    assert "not Open Images data" in note


@pytest.mark.parametrize("path", sorted(set(FILES) - {MARKER_FILE, "dict.csv"}))
def test_tables_have_v1_headers_line_ends_and_order(path: str) -> None:
    text = FILES[path].decode()
    header = IMAGES_HEADER if "images" in path else "ImageID,Source,LabelName,Confidence"
    assert text.startswith(header + "\n")
    assert text.endswith("\n")
    assert "\r" not in text
    ids = [row["ImageID"] for row in rows(path)]
    assert ids == sorted(ids)
    assert all(re.fullmatch("[0-9a-f]{16}", image_id) for image_id in ids)


def test_only_author_and_title_are_quoted_in_images() -> None:
    plain = r'[^",\n]*'
    row = re.compile(rf'({plain},){{6}}"[^"\n]*","[^"\n]*",\d+,{plain},{plain}')
    for subset in SUBSETS:
        lines = FILES[f"images_2016_08/{subset}/images.csv"].decode().splitlines()[1:]
        assert [line for line in lines if not row.fullmatch(line)] == []


def test_dictionary_is_all_quoted_without_a_header_and_sorted_by_mid() -> None:
    lines = FILES["dict.csv"].decode().splitlines()
    matches = [re.fullmatch(r'"(/[mg]/[0-9a-z_]+)","([^"]+)"', line) for line in lines]
    assert all(matches)
    mids = [match[1] for match in matches if match]
    assert mids == sorted(set(mids))
    assert {row["LabelName"] for path in LABEL_TABLES for row in rows(path)} <= set(mids)


def test_labels_have_lower_case_names_of_which_four_are_shared() -> None:
    names = Counter(name for _, name in dictionary())
    assert 110 <= len(dictionary()) <= 150
    assert all(name == name.lower() for name in names)
    assert {name for name, count in names.items() if count > 1} == {"trunk", "orange", "star", "crane"}
    assert any(not name.isascii() for name in names)
    assert any("'" in name for name in names)


def test_every_look_alike_is_a_label() -> None:
    assert {wrong for several in LOOK_ALIKES.values() for wrong in several} | set(POPULAR) <= set(LOOK_ALIKES)
    assert name_of("trunk (car)") == name_of("trunk (tree)") == "trunk"
    with pytest.raises(KeyError):
        mid_of("no such label")


def test_two_in_five_images_are_validation() -> None:
    assert (len(IMAGES["train"]), len(IMAGES["validation"])) == (360, 240)
    assert all(row["Subset"] == subset for subset in SUBSETS for row in IMAGES[subset])
    assert len({row["ImageID"] for row in ALL_IMAGES}) == 600


def test_some_image_ids_look_like_numbers() -> None:
    assert any(row["ImageID"].isdigit() for row in ALL_IMAGES)
    assert any(re.fullmatch(r"\d+e\d+", row["ImageID"]) for row in ALL_IMAGES)


@pytest.mark.parametrize("path", LABEL_TABLES[:2])
def test_machine_rows_of_an_image_run_from_the_most_confident_down(path: str) -> None:
    table = rows(path)
    assert {row["Source"] for row in table} == {"machine"}
    assert {row["Confidence"] for row in table} == {"0.5", "0.6", "0.7", "0.8", "0.9", "1.0"}
    for one, following in pairwise(table):
        if one["ImageID"] == following["ImageID"]:
            assert one["Confidence"] >= following["Confidence"]


def test_human_rows_are_yes_or_no_on_validation_images_only() -> None:
    table = rows(LABEL_TABLES[2])
    assert {row["Source"] for row in table} == {"human"}
    assert {row["Confidence"] for row in table} == {"0.0", "1.0"}
    assert {row["ImageID"] for row in table} == VALIDATION


@pytest.mark.parametrize("path", LABEL_TABLES)
def test_no_pair_comes_twice(path: str) -> None:
    table = rows(path)
    assert len({(row["ImageID"], row["LabelName"]) for row in table}) == len(table)


def test_every_state_comes_often() -> None:
    states = Counter(map(state, MACHINE | HUMAN))
    assert set(states) == {"confirmed", "rejected", "unverified", "missed", "absent"}
    assert min(states.values()) >= 30


def test_enough_labels_are_verified_often() -> None:
    verified = Counter(mid for _, mid in MACHINE.keys() & HUMAN.keys())
    assert sum(count >= 40 for count in verified.values()) >= 20


def test_enough_labels_are_trainable() -> None:
    pairs = MACHINE.keys() | HUMAN.keys()
    validation = Counter(mid for image_id, mid in pairs if image_id in VALIDATION)
    train = Counter(mid for image_id, mid in pairs if image_id not in VALIDATION)
    assert sum(validation[mid] >= 50 and train[mid] >= 20 for mid in validation) >= 10


def test_the_machine_is_silent_on_ten_images_of_both_subsets() -> None:
    silent = {row["ImageID"] for row in ALL_IMAGES} - {image_id for image_id, _ in MACHINE}
    assert len(silent) == 10
    assert {image_id in VALIDATION for image_id in silent} == {True, False}


def test_raters_say_what_one_sees() -> None:
    for (image_id, mid), verdict in HUMAN.items():
        assert verdict == (mid in {mid_of(key) for key in PICTURES[image_id].labels})


def test_the_machine_errs_less_where_it_is_surer() -> None:
    right: Counter[float] = Counter()
    total: Counter[float] = Counter()
    for pair in MACHINE.keys() & HUMAN.keys():
        total[MACHINE[pair]] += 1
        right[MACHINE[pair]] += HUMAN[pair] == 1.0
    precision = [right[level] / total[level] for level in sorted(total)]
    assert precision == sorted(precision)
    assert precision[0] < 0.6
    assert precision[-1] > 0.9


@pytest.mark.parametrize(
    "trait",
    [
        lambda title: not title,
        lambda title: len(title) >= 250 and " " in title,
        lambda title: len(title) >= 250 and " " not in title,
        lambda title: "," in title,
        lambda title: "&#x27;" in title,
        lambda title: "&quot;" in title,
        lambda title: "&amp;" in title,
        lambda title: "&" in re.sub(r"&\w+;|&#x27;", "", title),
        lambda title: re.search("[\u0590-\u05ff]", title),
        lambda title: re.search("[\u0600-\u06ff]", title),
        lambda title: re.search("[\u4e00-\u9fff]", title),
        lambda title: re.search("[\U0001f300-\U0001faff]", title),
        lambda title: "\u202e" in title,
        lambda title: title.startswith("=HYPERLINK("),
        lambda title: title.startswith(("+", "-", "@")),
        lambda title: "<script>" in unescape(title),
    ],
)
@pytest.mark.parametrize("images", [60, 600])
def test_titles_have_all_that_titles_can_have(trait: Callable[[str], object], images: int) -> None:
    titles = [row["Title"] for row in ALL_IMAGES if PICTURES[row["ImageID"]].number < images]
    assert len(titles) == images
    assert any(trait(title) for title in titles)


@pytest.mark.parametrize(
    "pattern", [",", "&amp;", "&#x27;", "&lt;", "  ", "^@", "^-", "[א-ת]", "[ء-ي]", "[一-龥]", "📷"]
)
def test_author_names_have_all_that_names_can_have(pattern: str) -> None:
    assert any(re.search(pattern, row["Author"]) for row in ALL_IMAGES)


def test_authors_are_invented_accounts_with_a_long_tail() -> None:
    accounts = Counter(row["AuthorProfileURL"] for row in ALL_IMAGES)
    keys = [url.removeprefix("https://www.flickr.com/people/").removesuffix("/") for url in accounts]
    numbered = [key for key in keys if re.fullmatch(r"000\d{5}@N00", key)]
    assert 70 <= len(keys) <= 80
    assert all(re.fullmatch(r"sample-[a-z]+-\d\d", key) for key in set(keys) - set(numbered))
    assert 0.09 <= len(numbered) / len(keys) <= 0.16
    assert max(accounts.values()) >= 10 * min(accounts.values())
    assert len({(row["AuthorProfileURL"], row["Author"]) for row in ALL_IMAGES}) == len(accounts)
    assert len({row["Author"] for row in ALL_IMAGES}) < len(accounts)


def test_addresses_have_flickr_s_shape_with_photo_numbers_that_no_photo_has() -> None:
    host = r"https://(?:c[1-8]\.staticflickr\.com/\d|farm[1-8]\.staticflickr\.com)/99\d\d"
    for row in ALL_IMAGES:
        original = re.fullmatch(rf"{host}/(99\d{{9}})_([0-9a-f]{{10}})_o\.jpg", row["OriginalURL"])
        assert original
        key = row["AuthorProfileURL"].split("/")[-2]
        assert re.fullmatch(rf"https://www\.flickr\.com/photos/{key}/{original[1]}/?", row["OriginalLandingURL"])
        if row["Thumbnail300KURL"]:
            thumbnail = re.fullmatch(rf"{host}/(\d+)_([0-9a-f]{{10}})_z\.jpg(\?zz=1)?", row["Thumbnail300KURL"])
            assert thumbnail
            assert (thumbnail[1], thumbnail[2] == original[2]) == (original[1], False)


def test_some_thumbnails_are_missing() -> None:
    for subset in SUBSETS:
        missing = sum(not row["Thumbnail300KURL"] for row in IMAGES[subset])
        assert 0 <= missing < 0.1 * len(IMAGES[subset])
    assert sum(not row["Thumbnail300KURL"] for row in ALL_IMAGES) >= 10


def test_nearly_all_licenses_are_cc_by_2_0() -> None:
    licenses = Counter(row["License"] for row in ALL_IMAGES)
    assert licenses.pop("https://creativecommons.org/licenses/by/2.0/") >= 0.95 * 600
    assert len(licenses) == 4
    assert sum(licenses.values()) >= 0.02 * 600


def test_some_pictures_come_twice_or_thrice_within_and_across_subsets() -> None:
    groups: dict[str, list[dict[str, str]]] = {}
    for row in ALL_IMAGES:
        assert len(b64decode(row["OriginalMD5"], validate=True)) == 16
        groups.setdefault(row["OriginalMD5"], []).append(row)
    copies = [group for group in groups.values() if len(group) > 1]
    assert {len(group) for group in copies} == {2, 3}
    assert {len({row["Subset"] for row in group}) for group in copies} == {1, 2}
    assert all(len({row["OriginalSize"] for row in group}) == 1 for group in copies)
    assert 4 <= len(copies) <= 12


def test_a_smaller_sample_is_the_beginning_of_a_larger_one() -> None:
    small = sample_files(FEWEST_IMAGES)
    for subset in SUBSETS:
        path = f"images_2016_08/{subset}/images.csv"
        assert set(small[path].splitlines()) < set(FILES[path].splitlines())
    for path in LABEL_TABLES:
        assert set(small[path].splitlines()) < set(FILES[path].splitlines())


def test_the_same_files_come_each_time() -> None:
    assert sample_files(120) == sample_files(120)


def test_fewer_than_sixty_images_are_refused() -> None:
    with pytest.raises(SampleError, match="at least 60 images, not 59"):
        sample_files(59)

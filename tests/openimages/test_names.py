"""Names of labels: which files give them, and what becomes of names that are there already."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from browse.models import Label
from tests.openimages.files import LABELS, image_row, write
from tests.openimages.imports import ID, load, one_image, rejects_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A data set of one image with one label, called `wood`, and one without a name."""
    folder = one_image(tmp_path / "set", image_row(ID))
    write(folder / "labels.csv", LABELS, [f"{ID},machine,/m/083vt,0.9", f"{ID},machine,/m/02,0.9"])
    write(folder / "dict.csv", None, ["/m/083vt,wood"])
    load(folder)
    return folder


def names() -> dict[str, str]:
    return dict(Label.objects.values_list("mid", "name"))


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("oidv6-attributes-description.csv", ["/m/02gy9n,Transparent", "/m/083vt,Wooden"]),
        ("parents.csv", ["/m/083vt,/m/02"]),
        ("counts.csv", ["/m/083vt,12", "/m/02,8"]),
    ],
)
def test_files_that_look_like_a_dictionary_rename_no_label(named: Path, file: str, rows: list[str]) -> None:
    write(named / file, None, rows)
    summary = load(named, rename_labels=True)
    assert names() == {"/m/083vt": "wood", "/m/02": "/m/02"}
    assert summary.not_recognized == [str(named / file)]


def test_a_label_keeps_its_name_unless_it_is_to_be_renamed(
    named: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = write(tmp_path / "later.csv", None, ["/m/083vt,Timber", "/m/02,cat", "/m/03,new"])
    call_command("import_openimages", str(later))
    assert names() == {"/m/083vt": "wood", "/m/02": "cat", "/m/03": "new"}
    assert "names kept, which --rename-labels would change: 1 (/m/083vt 'wood' to 'Timber')" in capsys.readouterr().out
    again = load(later)
    assert (again.status, again.names_kept) == ("unchanged", [("/m/083vt", "wood", "Timber")])
    assert again.rows == {"read": 3, "inserted": 0, "updated": 0, "unchanged": 2, "skipped": 1, "rejected": 0}
    call_command("import_openimages", str(later), rename_labels=True)
    assert names()["/m/083vt"] == "Timber"
    assert "labels renamed: 1 (/m/083vt 'wood' to 'Timber')" in capsys.readouterr().out
    assert load(later, rename_labels=True).status == "unchanged"


def test_a_new_data_set_brings_its_names_and_lists_what_they_were(named: Path) -> None:
    write(named / "dict.csv", None, ["/m/083vt,Wood", "/m/02,cat"])
    summary = load(named, replace=True)
    assert names() == {"/m/083vt": "Wood", "/m/02": "cat"}
    assert (summary.renamed, summary.names_kept) == ([("/m/083vt", "wood", "Wood")], [])


@pytest.mark.parametrize("last", ["a.csv", "b.csv"])
def test_of_two_dictionaries_the_one_named_last_stands_and_nothing_is_rejected(tmp_path: Path, last: str) -> None:
    rows = {"a.csv": ["/m/01,dog", "/m/02,cat", "/m/03,emu"], "b.csv": ["/m/01,Dog", "/m/02,cat", "/m/04,fox"]}
    paths = {name: write(tmp_path / name, None, lines) for name, lines in rows.items()}
    order = sorted(paths.values(), key=lambda path: path.name == last)
    summary = load(*order, max_rejects=0)
    stands = {"a.csv": "dog", "b.csv": "Dog"}[last]
    assert names() == {"/m/01": stands, "/m/02": "cat", "/m/03": "emu", "/m/04": "fox"}
    other = "Dog" if stands == "dog" else "dog"
    assert summary.names_differ == [
        {"standing": str(order[1]), "other": str(order[0]), "names": [("/m/01", stands, other)]}
    ]
    assert summary.rows == {"read": 6, "inserted": 4, "updated": 0, "unchanged": 1, "skipped": 1, "rejected": 0}
    assert summary.rejects_file == ""


def test_three_lists_and_a_conflict_within_one_add_up(tmp_path: Path) -> None:
    first = write(tmp_path / "first.csv", None, ["/m/01,ant", "/m/01,ant"])
    second = write(tmp_path / "second.csv", None, ["/m/01,bee", "/m/01,asp", "/m/01,bee"])
    third = write(tmp_path / "third.csv", "LabelName,DisplayName", ["/m/01,bee"])
    summary = load(third, second, first, max_rejects=1)
    assert names() == {"/m/01": "ant"}
    assert summary.rows == {"read": 6, "inserted": 1, "updated": 0, "unchanged": 1, "skipped": 3, "rejected": 1}
    assert [(reject["line"], reject["row"]) for reject in rejects_of(summary)] == [("2", "/m/01,asp")]


def test_dictionaries_are_read_by_the_names_of_their_columns(tmp_path: Path) -> None:
    rows = ["0;dog, big;/m/01", "1;cat;/m/02"]
    summary = load(write(tmp_path / "dict.csv", "; displayname;LABELNAME", rows))
    assert names() == {"/m/01": "dog, big", "/m/02": "cat"}
    assert list(summary.read_as.values()) == ["fields separated by `;`, a column without a name ignored"]

"""Files of the label hierarchy: recognized by shape, laid over what is there, refused where they are wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.core.management import call_command

from browse.models import DatasetState, HierarchyRow, ImportFile, Label
from browse.openimages.errors import ImportProblemError
from browse.openimages.recognition import recognize_file
from tests.openimages.files import hierarchy_file, node, pack, small_set, write
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

TREE = node(
    "/m/0root",
    node("/m/0mid", node("/m/01"), node("/m/02", parts=[node("/m/03")])),
    node("/m/04", node("/m/02", parts=[node("/m/03")])),
)
ROWS = {
    ("/m/0root", "/m/0mid", False),
    ("/m/0root", "/m/04", False),
    ("/m/0mid", "/m/01", False),
    ("/m/0mid", "/m/02", False),
    ("/m/04", "/m/02", False),
    ("/m/02", "/m/03", True),
}


def rows() -> set[tuple[str, str, bool]]:
    return set(HierarchyRow.objects.values_list("parent", "child", "is_part"))


def test_a_first_import_keeps_direct_parents_and_parts_and_changes_no_label(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    labels = [*Label.objects.order_by("pk").values_list()]
    hierarchy_file(folder / "bbox_labels_600_hierarchy.json", TREE)
    summary = load(folder, replace=True)
    assert rows() == ROWS
    assert [*Label.objects.order_by("pk").values_list()] == labels
    assert summary.kinds["hierarchy"] == {"inserted": 6, "updated": 0, "unchanged": 1}
    assert summary.hierarchy_unknown == ["/m/0mid", "/m/0root"]
    assert summary.open_ends == []
    assert ImportFile.objects.get(kind="hierarchy").rows_read == 7


def test_a_later_import_adds_to_it_and_replace_begins_anew(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    file = hierarchy_file(tmp_path / "h.json", TREE)
    assert load(file).status == "finished"
    assert load(file).status == "unchanged"
    further = hierarchy_file(tmp_path / "further.json", node("/m/01", node("/m/04")))
    assert load(further).kinds["hierarchy"] == {"inserted": 1, "updated": 0, "unchanged": 0}
    assert rows() == ROWS | {("/m/01", "/m/04", False)}
    load(folder, replace=True)
    assert rows() == set()


def test_the_data_set_digest_holds_it(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    plain = load(folder).digest
    file = hierarchy_file(tmp_path / "h.json", TREE)
    later = load(file).digest
    assert later != plain
    assert load(folder, file, replace=True).digest == later
    assert load(folder, replace=True).digest == plain


def test_it_is_read_packed_in_archives_on_one_line_and_without_a_name_at_the_root(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    line = b'{"Subcategory":[{"LabelName":"/m/01","Subcategory":[{"LabelName":"/m/02"}]}]}'
    (folder / "h.json").write_bytes(line)
    load(pack(folder, "set.tar"))
    assert rows() == {("/m/01", "/m/02", False)}
    packed = tmp_path / "more.json.gz"
    packed.write_bytes(gzip.compress(line.replace(b"/m/02", b"/m/04")))
    load(packed)
    assert rows() == {("/m/01", "/m/02", False), ("/m/01", "/m/04", False)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"LabelName": "/m/01",\n "Subcategory": [', r"h\.json: line 3, column 1: not valid JSON"),
        ('{"LabelName": "/m/01", "Subcategory": [{"LabelName": "dog"}]}', r"in /m/01 has no MID .*: 'dog'"),
        ('{"LabelName": "/m/01", "Subcategory": [{}]}', r"an entry of `Subcategory` in /m/01 has no MID"),
        ('{"LabelName": "/m/01", "Subcategory": 3}', r"`Subcategory` of /m/01 is not a list"),
        ('{"LabelName": "/m/01", "Kinds": []}', r"/m/01 has an unknown list `Kinds`"),
        ('{"LabelName": "/m/01", "Subcategory": ' + '[{"Part": ' * 100_000, r"h\.json: .*(nested|JSON)"),
        (
            '{"LabelName": "/m/01", "Subcategory": [{"LabelName": "/m/02", "Subcategory": [{"LabelName": "/m/01"}]}]}',
            r"h\.json: these labels are below one another: /m/0",
        ),
    ],
)
def test_a_wrong_one_ends_the_import_and_says_where(tmp_path: Path, text: str, why: str) -> None:
    file = write(tmp_path / "h.json", None, [text])
    with pytest.raises(ImportProblemError, match=why):
        load(small_set(tmp_path / "set"), file)
    assert not DatasetState.objects.exclude(generation="").exists()


def test_a_circle_with_what_was_imported_before_is_refused(tmp_path: Path) -> None:
    load(small_set(tmp_path / "set"), hierarchy_file(tmp_path / "h.json", TREE))
    with pytest.raises(ImportProblemError, match=r"back\.json: these labels are below one another"):
        load(hierarchy_file(tmp_path / "back.json", node("/m/01", node("/m/0mid"))))
    assert rows() == ROWS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"name": "Entity",\n "children": [{"name": "Toy", "size": 1}]}', "a label hierarchy by names, as V2 and V3"),
        ('{"images": [], "annotations": []}', "JSON of an unknown kind"),
        ("[1, 2]", "JSON of an unknown kind"),
        ("{broken", "JSON of an unknown kind"),
    ],
)
def test_other_json_is_passed_over_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "other.json", None, [text])
    summary = load(folder)
    assert summary.unread[str(folder / "other.json")].startswith(why)
    assert rows() == set()


def test_the_command_names_mids_that_are_no_label_s(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_set(tmp_path / "set")
    hierarchy_file(folder / "h.json", TREE)
    call_command("import_openimages", str(folder))
    printed = capsys.readouterr().out
    assert "MIDs in the hierarchy that are no label's: 2 (/m/0mid, /m/0root)" in printed
    assert f"hierarchy: {folder / 'h.json'} (7 rows)" in printed


def test_a_csv_whose_first_field_is_quoted_is_no_hierarchy() -> None:
    assert recognize_file(b'"/m/01","{dog}"', b"", "dict.csv").kind is not None

"""The admin's lists of the data set: any page by the index, no counting, no search without an index."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browse.dataset.import_run import ImportOptions, run_import
from browse.dataset.index_exchange import rebuild_index
from browse.models import DatasetState, Import
from tests.html import tree
from tests.openimages.files import LABELS, V1, image_row, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(settings: Any, tmp_path: Path) -> Client:
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"
    ids = [f"{n:016x}" for n in range(120)]
    folder = tmp_path / "set"
    write(folder / "train/images.csv", V1, [image_row(i, Title=f"<b>{i}</b>") for i in ids])
    write(folder / "labels.csv", LABELS, [f"{ids[7]},machine,/m/01,0.9", "bad,machine,/m/01,0.9"])
    write(folder / "dict.csv", None, ["/m/01,dog", "/m/02,cat"])
    run_import(ImportOptions([str(folder)], max_rejects=0.5), lambda *_: None)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


def test_images_are_paged_by_the_index_and_never_counted(staff: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = staff.get("/admin/browse/image/?p=3")
    assert answer.status_code == 200
    shown = [image.image_id for image in answer.context["cl"].result_list]
    assert shown == [f"{n:016x}" for n in range(100, 120)]
    about_images = [query["sql"] for query in queries if "browse_image" in query["sql"]]
    assert about_images
    assert not [sql for sql in about_images if "COUNT(" in sql or "OFFSET" in sql or " IN (" not in sql]


def test_a_page_beyond_the_last_leads_back(staff: Client) -> None:
    assert staff.get("/admin/browse/image/?p=99").status_code == 302


@pytest.mark.parametrize(
    ("term", "found"), [("0000000000000007", 1), ("  0000000000000007 ", 1), ("0x7", 0), ("dog", 0)]
)
def test_images_are_found_by_their_whole_image_id(staff: Client, term: str, found: int) -> None:
    answer = staff.get("/admin/browse/image/", {"q": term})
    assert answer.context["cl"].result_count == found


def test_images_are_found_by_their_photo_id_after_an_import_and_after_a_rebuilt_index(staff: Client) -> None:
    for _ in range(2):
        for term, found in (("35", ["0000000000000035"]), ("9999", []), ("anna", None)):
            images = [image.image_id for image in staff.get("/admin/browse/image/", {"q": term}).context["cl"].queryset]
            assert images == found if found is not None else len(images) == 120
        rebuild_index(lambda *_: None)


def test_the_first_page_says_which_figures_are_of_when(staff: Client) -> None:
    DatasetState.objects.update(curation_read=dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC))
    page = staff.get("/admin/").content.decode()
    assert "co-occurrence: those include them up to 4 March 2026, 05:06 UTC" in page


def test_an_image_shows_its_annotations_with_what_machine_and_people_say(staff: Client) -> None:
    page = staff.get(f"/admin/browse/image/{7 - (1 << 63)}/change/").content.decode()
    row = next(one for one in tree(page).all("tr") if one.words_of('th[scope="row"] bdi') == ["dog"])
    assert "/m/01" in row.words
    assert "0.9" in row.words_of("td")
    assert "Unverified" in row.words
    assert "&lt;b&gt;0000000000000007&lt;/b&gt;" in page
    assert 'name="_save"' not in page


def test_labels_are_found_by_name_and_mid(staff: Client) -> None:
    for term, names in (("do", ["dog"]), ("/m/02", ["cat"]), ("", ["cat", "dog"])):
        answer = staff.get("/admin/browse/label/", {"q": term})
        assert [label.name for label in answer.context["cl"].result_list] == names


def test_an_imports_rejects_can_be_downloaded(staff: Client) -> None:
    record = Import.objects.get()
    assert staff.get(f"/admin/browse/import/{record.pk}/change/").status_code == 200
    answer = staff.get(f"/admin/browse/import/{record.pk}/rejects.csv")
    assert b"bad ImageID" in b"".join(answer.streaming_content)
    assert Client().get(f"/admin/browse/import/{record.pk}/rejects.csv").status_code == 302


@pytest.mark.parametrize("model", ["image", "label", "import", "datasetstate"])
def test_the_data_set_is_not_edited_by_hand(staff: Client, model: str) -> None:
    assert staff.get(f"/admin/browse/{model}/").status_code == 200
    assert staff.get(f"/admin/browse/{model}/add/").status_code == 403

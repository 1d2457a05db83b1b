"""License checks as a condition and a facet: the newest check of each image, from the moment it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from browse.curation.actions import check_license, hide_image
from browse.curation.files import take_in
from browse.models import DatasetState, LicenseCheck
from browse.search import current_version
from tests.datasets import FOUR, ONE, THREE, TWO
from tests.views.pages import Get, getter, images_on, page_of

pytestmark = pytest.mark.django_db
BY = "https://creativecommons.org/licenses/by/4.0/"
ALL = "unchecked&license_check=as-listed&license_check=differs&license_check=gone&license_check=unclear"


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    """GET an address over the example data set."""
    return getter(client)


def facet(get: Get, query: str = "") -> dict[str, int]:
    values = get(f"/api/facets?{query}").json()["license_check"]
    for value in values:
        assert get(f"/api/images?{value['query']}").json()["count"] == value["count"], value
    return {value["value"]: value["count"] for value in values}


def found(get: Get, query: str) -> list[str]:
    return [image["image_id"] for image in get(f"/api/images?{query}").json()["results"]]


def test_a_check_counts_at_once_and_the_newest_decides(get: Get) -> None:
    everything = found(get, "")
    assert facet(get) == {"unchecked": len(everything), "as-listed": 0, "differs": 0, "gone": 0, "unclear": 0}
    before = current_version()
    check_license(image_id=ONE, result="gone", by="ann")
    assert current_version() != before
    assert found(get, "license_check=gone") == [ONE]
    check_license(image_id=ONE, result="other", observed=BY, by="bob")
    check_license(image_id=TWO, result="unclear", by="bob")
    assert found(get, "license_check=gone") == []
    assert found(get, "license_check=differs") == [ONE]
    assert found(get, "license_check=unclear&license_check=differs") == sorted([ONE, TWO])
    assert found(get, "license_check=unchecked") == [image for image in everything if image not in (ONE, TWO)]
    assert found(get, f"license_check={ALL}") == everything
    assert facet(get, f"id={ONE}&id={THREE}&license_check=gone") == {
        "unchecked": 1, "as-listed": 0, "differs": 1, "gone": 0, "unclear": 0,
    }  # fmt: skip


def test_hidden_images_count_with_no_check(get: Get) -> None:
    check_license(image_id=ONE, result="as-listed", by="ann")
    hide_image(image_id=ONE, by="ann", why="asked to")
    assert found(get, "license_check=as-listed") == []
    assert facet(get)["as-listed"] == 0


def test_checks_that_are_taken_in_count_by_their_own_time(get: Get, tmp_path: Path) -> None:
    check_license(image_id=FOUR, result="gone", by="ann")
    found(get, "")
    (row,) = LicenseCheck.objects.all()
    file = tmp_path / "license_checks.csv"
    file.write_text(
        "uid,by,at,why,image_id,observed,where,result\n"
        f"00000000-0000-4000-8000-000000000001,bob,2020-01-01T00:00:00+00:00,,{FOUR},,,unclear\n"
        f"00000000-0000-4000-8000-000000000002,bob,2020-01-01T00:00:00+00:00,,{THREE},,,as-listed\n"
    )
    take_in(file)
    assert LicenseCheck.objects.newest().get(image_key=row.image_key) == row
    assert found(get, "license_check=gone") == [FOUR]
    assert found(get, "license_check=as-listed") == [THREE]


def test_pages_say_and_offer_it(get: Get) -> None:
    check_license(image_id=ONE, result="other", observed=BY, by="bob")
    page = page_of(get("/?license_check=differs&license_check=unchecked"))
    assert page.one("h1").words == "Images with license unchecked or different"
    assert "/?sort=image_id" in page.each("a.x", "href")
    panel = page_of(get("/facets"))
    assert "/?license_check=differs" in panel.addresses
    assert images_on(page_of(get("/?license_check=differs"))) == [ONE]
    assert DatasetState.objects.get().revision == 1


@pytest.mark.parametrize("value", ["other", "", "Gone", "as-listed,gone"])
def test_what_is_no_result_is_refused(get: Get, value: str) -> None:
    error = get(f"/api/images?license_check={value}", 400).json()
    assert "license_check" in str(error)
    assert "unchecked" in str(error)

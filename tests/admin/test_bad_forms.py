"""What forms of the administration refuse: each says what is wrong with which field, and writes nothing."""

from __future__ import annotations

import pytest

from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.models import HISTORY, Label
from browse.models.roles import ADMIN
from tests.admin.conftest import As
from tests.datasets import DOG, ONE

pytestmark = pytest.mark.django_db
IMAGE = f"/admin/browse/image/{key_from_image_id(ONE)}"
LONG, NUL, DIGITS = "x" * 2001, "a\0b", "9" * 5000
VERDICT = {"mid": DOG, "says": "yes"}


@pytest.mark.parametrize(
    ("address", "form", "says"),
    [
        (f"{IMAGE}/verdict", VERDICT | {"why": LONG}, "why"),
        (f"{IMAGE}/verdict", VERDICT | {"why": NUL}, "without NUL"),
        (f"{IMAGE}/verdict", VERDICT | {"mid": NUL}, "without NUL"),
        (f"{IMAGE}/verdict", VERDICT | {"mid": ""}, "is required"),
        (f"{IMAGE}/verdict", VERDICT | {"says": "maybe"}, "must be one of yes, no, unsure"),
        (f"{IMAGE}/undo", {"verdict": DIGITS}, "must be a whole number"),
        (f"{IMAGE}/undo", {"verdict": "²"}, "must be a whole number"),
        (f"{IMAGE}/hide", {"why": LONG}, "too long: at most 2,000"),
        (f"{IMAGE}/hide", {"why": NUL}, "without NUL"),
        (f"{IMAGE}/show", {"why": NUL}, "without NUL"),
        (f"{IMAGE}/check", {"result": "gone", "observed": "x" * 201}, "too long: at most 200"),
        (f"{IMAGE}/check", {"result": "gone", "where": NUL}, "without NUL"),
        (f"{IMAGE}/check", {"result": "other\0"}, "must be one of as-listed"),
        ("LABEL/note", {"display_name": NUL}, "without NUL"),
        ("LABEL/note", {"note": LONG}, "too long"),
        ("FLAG/decide", {"outcome": "upheld", "why": LONG}, "too long"),
        ("FLAG/decide", {"outcome": "upheld", "why": NUL}, "without NUL"),
    ],
)
def test_a_bad_field_is_named_and_nothing_written(signed_in: As, address: str, form: dict[str, str], says: str) -> None:
    client = signed_in(ADMIN)
    address = address.replace("LABEL", f"/admin/browse/label/{Label.objects.get(mid=DOG).pk}")
    if address.startswith("FLAG"):
        flag = actions.flag_image(image_id=ONE, reason="privacy").pk
        address = address.replace("FLAG", f"/admin/browse/flag/{flag}")
    answer = client.post(address, form, follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Nothing was changed" in page
    assert says in page
    assert not any(model.objects.filter(by=ADMIN).exists() for model in HISTORY)


@pytest.mark.parametrize("chosen", ["9" * 30, DIGITS, "abc", "", "²", "1.5", "-9223372036854775809"])
@pytest.mark.parametrize(
    ("name", "action"),
    [("flag", "upheld"), ("verdict", "undo_selected"), ("hiding", "show_selected"), ("picturestate", "recheck")],
)
def test_an_action_is_on_rows_that_are_numbers(signed_in: As, name: str, action: str, chosen: str) -> None:
    form = {"action": action, "_selected_action": [chosen], "confirmed": "1", "why": "x"}
    answer = signed_in(ADMIN).post(f"/admin/browse/{name}/", form, follow=True)
    assert answer.status_code == 200
    assert "must be row numbers" in answer.content.decode()


@pytest.mark.parametrize("why", [LONG, NUL])
def test_an_actions_reason_is_a_reason(signed_in: As, why: str) -> None:
    verdict = actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    form = {"action": "undo_selected", "_selected_action": [verdict.pk], "confirmed": "1", "why": why}
    page = signed_in(ADMIN).post("/admin/browse/verdict/", form, follow=True).content.decode()
    assert "Nothing was changed: why=" in page
    assert not verdict.undoings.exists()


@pytest.mark.parametrize("number", ["9" * 30, DIGITS, "²", "abc", "٣"])
@pytest.mark.parametrize("name", ["flag", "collection", "label", "verdict", "image"])
def test_an_address_of_no_row_is_not_found(signed_in: As, name: str, number: str) -> None:
    answer = signed_in(ADMIN).get(f"/admin/browse/{name}/{number}/change/")
    assert answer.status_code in (302, 404)  # Django's own pages lead back to the list with a message

"""What became of a report, and of an image that was taken down, for those whom it concerns."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from browse.curation import actions
from browse.domain.image_ids import key_from_image_id
from browse.models import Flag
from tests.curation.people import client_of
from tests.datasets import ONE
from tests.html import tree

pytestmark = pytest.mark.django_db


def told(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]
    return tree(answer.content.decode()).one("main").words


def test_who_reported_is_told_what_was_decided_and_why_and_not_by_whom(generation: str) -> None:
    sent = Client().post(f"/image/{ONE}/report", {"why": "my child", "reason": "privacy", "contact": "me@example.org"})
    flag = Flag.objects.get()
    link = f"/reports/{flag.uid}"
    assert f"http://testserver{link}" in tree(Client().get(sent["Location"]).content.decode()).addresses
    assert "Not decided yet" in told(link)
    actions.decide_flag(flag=flag.pk, outcome="dismissed", by="rita", why="No face is to be seen.")
    assert "Dismissed" in told(link)
    actions.decide_flag(flag=flag.pk, outcome="reopened", by="rita")
    assert "Not decided yet" in told(link)
    actions.decide_flag(flag=flag.pk, outcome="upheld", by="rita", why="The face is clear.")
    actions.hide_image(image_id=ONE, by="rita", why="privacy")
    words = told(link)
    assert "Upheld" in words
    assert "The face is clear." in words
    assert not any(secret in words for secret in ("rita", "my child", "me@example.org", ONE))


def test_only_reports_of_the_public_have_such_a_page(generation: str) -> None:
    flag = actions.flag_image(image_id=ONE, reason="privacy", by="curator")
    for uid in (flag.uid, uuid4()):
        assert Client().get(f"/reports/{uid}").status_code == 404


def test_reviewers_get_from_a_hidden_images_404_to_its_administration(generation: str) -> None:
    actions.hide_image(image_id=ONE, by="rita", why="asked")
    page = client_of("reviewer").get(f"/image/{ONE}")
    assert page.status_code == 404
    addresses = tree(page.content.decode()).addresses
    assert f"/image/{ONE}/hidden" in addresses
    assert f"/admin/browse/image/{key_from_image_id(ONE)}/change/" in addresses
    nowhere = "00000000000000ff"
    for other in (client_of("curator"), Client()):
        hidden, none = (other.get(f"/image/{image_id}") for image_id in (ONE, nowhere))
        assert (hidden.status_code, none.status_code) == (404, 404)
        shown = [tree(answer.content.decode()).one("main").words for answer in (hidden, none)]
        assert shown[0] == shown[1]
    nobodys = client_of("reviewer", "rex").get(f"/image/{nowhere}")
    assert "This image is hidden" not in nobodys.content.decode()

"""What reviewers are led to: history of people's own making, what tiles count, and no private collections."""

from __future__ import annotations

import pytest

from browse.curation import actions, bulk
from browse.domain.image_ids import key_from_image_id
from browse.models import Label
from browse.models.roles import CURATOR, REVIEWER
from browse.query.values import Query, Term
from tests.admin.conftest import As
from tests.datasets import DOG, ONE, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db


def test_history_pages_show_what_people_did(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    verdict = actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="zoe", why="a fox")
    flag = actions.flag_image(image_id=ONE, reason="privacy", by="zoe")
    decision = actions.decide_flag(flag=flag.pk, outcome="dismissed", by="rita", why="no face")
    actions.note_label(mid=DOG, by="rita", note="hounds too")
    key = key_from_image_id(ONE)
    for row in (f"image/{key}", f"verdict/{verdict.pk}", f"flag/{flag.pk}", f"decision/{decision.pk}"):
        words = tree(client.get(f"/admin/browse/{row}/history/").content.decode()).words
        assert "zoe said no on dog : a fox" in words, row
        assert f"rita dismissed flag {flag.pk} : no face" in words.replace(f"{flag.pk}:", f"{flag.pk} :"), row
    label = Label.objects.get(mid=DOG).pk
    words = tree(client.get(f"/admin/browse/label/{label}/history/").content.decode()).words
    assert "rita wrote a note on dog" in words
    assert client.get("/admin/browse/verdict/999999/history/").status_code == 404
    assert signed_in(CURATOR).get(f"/admin/browse/image/{key}/history/").status_code == 302


def test_tiles_of_the_first_page_lead_to_what_they_count(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    for image_id, result in ((ONE, "gone"), (TWO, "as-listed"), (ONE, "unclear")):
        actions.check_license(image_id=image_id, result=result, by="ann")
    job = bulk.start_new(name="secret dogs", query=Query(label=(Term(DOG),)), by="ann")
    actions.create_collection(name="empty", by="ann")
    first = tree(client.get("/admin/").content.decode())
    for address in ("/admin/browse/licensecheck/?rows=doubt", "/admin/browse/collection/?jobs=unfinished"):
        assert address in first.addresses
        assert client.get(address).context["cl"].result_count == 1, address
    listed = client.get("/admin/browse/collection/").content.decode()
    assert "secret dogs" not in listed
    assert client.get(f"/admin/browse/collection/{job.collection_id}/change/").status_code == 403


def test_of_private_collections_reviewers_see_their_own_alone(signed_in: As) -> None:
    client = signed_in(REVIEWER)
    own = actions.create_collection(name="mine", by=REVIEWER)
    public = actions.create_collection(name="for all", by="ann", is_public=True)
    for collection in (own, public):
        assert client.get(f"/admin/browse/collection/{collection.pk}/change/").status_code == 200

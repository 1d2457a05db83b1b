"""The queues of conflicts and of what people were unsure of: whole, exact, and blind where that is asked."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from browse.curation import actions, tasks
from browse.domain.image_ids import key_from_image_id
from browse.domain.plans import TaskWish
from browse.models import Verdict
from browse.query.values import STATES, Query
from browse.search.open_pairs import conflicts, unsure_pairs
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, FOUR, IDS, ONE, THREE
from tests.html import Element, tree

pytestmark = pytest.mark.django_db


def page(answer: HttpResponse) -> Element:
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def images_of(client: Client, queue: str) -> list[str]:
    return page(client.get(f"/{queue}")).each("ol [data-image]", "data-image")


def test_what_one_is_or_may_be_asked_about_is_in_no_queue(generation: str) -> None:
    reviewer = client_of("reviewer")
    wish = {"states": STATES, "levels": (), "per_level": 9, "seed": 1, "order": "random", "opinions": 2}
    task = tasks.make_task(TaskWish("dogs", DOG, Query(), **wish), by="rita")
    for image_id, by, says in ((ONE, "ann", "yes"), (ONE, "carl", "no"), (THREE, "carl", "yes")):
        actions.give_verdict(image_id=image_id, mid=DOG, says=says, by=by)
    tasks.give_opinion(task=task, image_id=THREE, says="no", by="ann")
    tasks.give_opinion(task=task, image_id=FOUR, says="unsure", by="ann")
    assert (images_of(reviewer, "conflicts"), images_of(reviewer, "unsure")) == ([ONE], [])
    tasks.claim_items(task=task, by="reviewer", size=12)
    assert images_of(reviewer, "conflicts") == []
    for image_id in (ONE, THREE, FOUR):
        tasks.give_opinion(task=task, image_id=image_id, says="unsure", by="reviewer")
    assert images_of(reviewer, "conflicts") == [THREE, ONE]
    assert images_of(reviewer, "unsure") == [FOUR, THREE, ONE]


def test_a_queue_is_paged_through_whole_and_counted_exactly(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pair twice, none left out, in the order of the newest word; also those of one moment."""
    now = timezone.now()
    for number, image_id in enumerate(IDS):
        for mid in (DOG, CAT):
            at = now - dt.timedelta(hours=number // 2)
            Verdict.objects.create(image_key=key_from_image_id(image_id), mid=mid, says="yes", by="ann", at=at)
            Verdict.objects.create(image_key=key_from_image_id(image_id), mid=mid, says="no", by="bob", at=at)
            Verdict.objects.create(image_key=key_from_image_id(image_id), mid=mid, says="unsure", by="carl", at=at)
    hidden = Verdict(image_key=key_from_image_id(IDS[0]), mid=DOG)
    actions.hide_image(image_id=IDS[0], by="rita", why="asked")
    Verdict.objects.create(image_key=1, mid=DOG, says="yes", by="ann")  # no image of the data set
    Verdict.objects.create(image_key=1, mid=DOG, says="unsure", by="bob")
    reviewer, expected = client_of("reviewer"), 2 * (len(IDS) - 1)
    monkeypatch.setattr("browse.views.agreement.ON_A_PAGE", 3)
    for queue, read in (("conflicts", conflicts), ("unsure", unsure_pairs)):
        whole = read(size=999)
        assert (whole.count, len(whole.pairs), whole.has_more) == (expected, expected, False)
        pairs = [(pair.image_id, pair.mid) for pair in whole.pairs]
        assert len(set(pairs)) == expected
        assert hidden.image_id not in {image_id for image_id, _ in pairs}
        assert [pair.last for pair in whole.pairs] == sorted((pair.last for pair in whole.pairs), reverse=True)
        seen, address = [], f"/{queue}"
        while address:
            shown = page(reviewer.get(address))
            assert f"{expected} pairs" in shown.words
            seen += zip(
                shown.each("ol [data-image]", "data-image"), shown.each('ol input[name="label"]', "value"), strict=True
            )
            following = [link["href"] for link in shown.all(".review-foot a") if "Next" in link.words]
            address = following[0] if following else ""
        assert seen == pairs
    for wrong in ("1", "1.2./m/0", f"1.{ONE}.dog", "{}"):
        assert reviewer.get("/conflicts", {"after": wrong}).status_code == 400

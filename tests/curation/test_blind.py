"""Who is asked for a blind opinion sees nothing of what others say of that picture and label before they answer."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from browse.curation import actions, tasks
from browse.domain.image_ids import key_from_image_id
from browse.domain.plans import TaskWish
from browse.models import Claim, Flag, Task, Verdict
from browse.query.values import STATES, Query
from tests.api.schema import assert_conforms
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, FOUR, ONE, THREE, TWO
from tests.html import Element, tree

pytestmark = pytest.mark.django_db
SECRET = "a reason that tells"


@pytest.fixture
def task(generation: str) -> Task:
    """A task on dogs for two people; carl and ann have differed on one picture, and somebody has flagged it."""
    actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="carl", why=SECRET)
    actions.give_verdict(image_id=ONE, mid=DOG, says="yes", by="ann", why=SECRET)
    actions.give_verdict(image_id=ONE, mid=CAT, says="yes", by="ann", why="a cat")
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="carl")
    actions.flag_image(image_id=ONE, reason="wrong-label", mid=DOG, by="ann", why=SECRET)
    wish = {"states": STATES, "levels": (), "per_level": 9, "seed": 1, "order": "random", "opinions": 2}
    return tasks.make_task(TaskWish("dogs", DOG, Query(), **wish), by="rita")


def page(answer: HttpResponse) -> Element:
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def row_of(shown: Element, label: str) -> str:
    [row] = [words for words in shown.words_of(".sides tbody tr") if label in words.split()]
    return row


def labels_of(client: Client, address: str = f"/api/images/{ONE}") -> dict[str, object]:
    found = client.get(address).json()
    assert_conforms(found, "Image")
    return {label["mid"]: label["human"] for label in found["labels"]} | {
        one["mid"]: "withheld" for one in found.get("withheld", [])
    }


def pages(client: Client) -> dict[str, str]:
    """Wherever a reviewer can read what others say of the picture, as text."""
    verdict = Verdict.objects.filter(image_key=key_from_image_id(ONE), mid=DOG).first()
    flag = Flag.objects.get()
    key = verdict.image_key
    addresses = (
        f"/image/{ONE}",
        "/activity/all",
        "/activity.csv",
        "/admin/",
        f"/admin/browse/image/{key}/change/",
        f"/admin/browse/image/{key}/history/",
        f"/admin/browse/verdict/{verdict.pk}/history/",
        "/admin/browse/verdict/",
        "/admin/browse/flag/",
        f"/admin/browse/flag/{flag.pk}/history/",
    )
    texts = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        texts[address] = b"".join(answer).decode()
    look = client.get(f"/image/{ONE}/look", headers={"HX-Request": "true"})
    return texts | {"look": look.content.decode(), "api": client.get(f"/api/images/{ONE}").content.decode()}


def test_nothing_that_others_say_can_be_read_before_the_answer(task: Task) -> None:
    reviewer = client_of("reviewer")
    before = pages(reviewer)
    assert {name for name, text in before.items() if SECRET in text} == before.keys() - {"look", "api"}
    tag = reviewer.get(f"/api/images/{ONE}")["ETag"]
    tasks.claim_items(task=task, by="reviewer", size=12)
    during = pages(reviewer)
    assert [name for name, text in during.items() if SECRET in text] == []
    shown = tree(during[f"/image/{ONE}"])
    assert "Hidden until you have answered" in row_of(shown, "dog")
    assert "ann : yes" in row_of(shown, "cat"), "only of what is asked"
    assert "hidden until you have answered" in tree(during["look"]).words
    assert labels_of(reviewer)[DOG] == "withheld"
    assert reviewer.get(f"/api/images/{ONE}", headers={"If-None-Match": tag}).status_code == 200
    assert labels_of(Client())[DOG] == labels_of(client_of("reviewer", "rita"))[DOG] == "yes", "only from who is asked"
    [found] = [one for one in reviewer.get(f"/api/images?label={DOG}").json()["results"] if one["image_id"] == ONE]
    assert DOG not in {label["mid"] for label in found["labels"]}
    tasks.give_opinion(task=task, image_id=ONE, says="yes", by="reviewer")
    after = pages(reviewer)
    assert {name for name, text in after.items() if SECRET in text} == before.keys() - {"look", "api"}
    assert labels_of(reviewer)[DOG] == "yes"


def test_what_is_hidden_is_shown_once_the_time_is_over(task: Task) -> None:
    reviewer = client_of("reviewer")
    tasks.claim_items(task=task, by="reviewer", size=12)
    assert labels_of(reviewer)[DOG] == "withheld"
    Claim.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert labels_of(reviewer)[DOG] == "yes"


def test_ones_own_words_stay_to_be_seen(task: Task) -> None:
    reviewer = client_of("reviewer")
    actions.give_verdict(image_id=ONE, mid=DOG, says="unsure", by="reviewer", why="mine")
    tasks.claim_items(task=task, by="reviewer", size=12)
    assert "mine" in page(reviewer.get(f"/image/{ONE}")).one(".history").words


def test_sheets_examples_and_batches_leave_it_out_until_then(task: Task) -> None:
    reviewer, uid = client_of("reviewer"), f"/tasks/{task.uid}"
    batch = client_of("curator").post("/verdicts/several", {"says": "no", "label": DOG, "image": [ONE], "key": "k"})
    sheet = f"/review?mid={DOG}&state=rejected&order=random&seed=1"

    def seen() -> list[bool]:
        return [
            ONE in page(reviewer.get(sheet)).each("ol [data-image]", "data-image"),
            "Said no" in page(reviewer.get(batch["Location"])).words,
            "too few answers" in page(reviewer.get(uid)).words,
        ]

    assert seen() == [True] * 3
    tasks.claim_items(task=task, by="reviewer", size=12)
    assert seen() == [False] * 3
    assert f"/image/{ONE}" not in page(reviewer.get(f"{uid}/sheet")).addresses
    for image_id in (ONE, TWO, THREE, FOUR):
        tasks.give_opinion(task=task, image_id=image_id, says="no", by="reviewer")
    assert seen() == [True] * 3


def opinions_read_by(client: Client, number: int = 4) -> list[str]:
    """What each opinion in the file of activity says, the newest first."""
    rows = csv.DictReader(io.StringIO(b"".join(client.get("/activity.csv?kind=opinion")).decode()))
    said = [row["Said"] for row in rows]
    listed = page(client.get("/activity/all?kind=opinion")).words_of(".history li p")
    assert len(said) == len(listed) == number
    assert [one.startswith("hidden") for one in said] == ["hidden until you have answered" in one for one in listed]
    return said


def test_opinions_are_activity_and_kept_from_who_may_still_be_asked(task: Task) -> None:
    curator, reviewer = client_of("curator", "ann"), client_of("reviewer")
    for image_id, says in ((ONE, "yes"), (TWO, "no"), (THREE, "unsure")):
        tasks.give_opinion(task=task, image_id=image_id, says=says, by="ann")
    tasks.give_opinion(task=task, image_id=TWO, says="yes", by="bob")
    own = page(curator.get("/activity"))
    assert own.words_of(".history li p")[0] == "Gave the opinion unsure on dog"
    assert not own.all(".history li")[0].has("button"), "an opinion is changed in its task"
    hidden = "hidden until you have answered"
    assert opinions_read_by(reviewer) == ["yes", hidden, "no", hidden], "those on a complete picture are open"
    tasks.give_opinion(task=task, image_id=ONE, says="no", by="reviewer")
    assert opinions_read_by(reviewer, 5) == ["no", "yes", hidden, "no", "yes"]
    assert "ann 2 3 1" in page(reviewer.get("/activity/all")).one(".people").words
    tasks.close_task(task=task, closed=True, by="rita")
    assert hidden not in opinions_read_by(reviewer, 5), "nobody is asked any more"

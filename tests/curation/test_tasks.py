"""Tasks: pictures are drawn by a plan, given out to so many people and never twice to one, and judged blind."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from browse.curation import actions, tasks
from browse.domain.plans import TaskWish, plan_of
from browse.models import Claim, DatasetState, Opinion, Task, TaskItem, Verdict
from browse.query.values import STATES, ConfidenceRange, Query, State
from browse.search.agreement import agreement_table
from browse.search.open_pairs import OpenPair, conflicts, unsure_pairs
from browse.search.tasks import standing_of, task_lines
from tests.curation.people import client_of
from tests.datasets import CAT, DOG, FOUR, ONE, THREE, TWO
from tests.html import Element, tree

pytestmark = pytest.mark.django_db
DOGS = {ONE, TWO, THREE, FOUR}


def made(**wish: object) -> Task:
    asked = {"states": STATES, "levels": (), "per_level": 9, "seed": 1, "order": "random"} | wish
    return tasks.make_task(TaskWish("dogs", DOG, asked.pop("query", Query()), **asked), by="rita")


def claimed(task: Task, by: str, size: int = 12) -> list[str]:
    return [item.image_id for item in tasks.claim_items(task=task, by=by, size=size)]


def say(task: Task, by: str, **says: str) -> None:
    names = {"one": ONE, "two": TWO, "three": THREE, "four": FOUR}
    for name, word in says.items():
        tasks.give_opinion(task=task, image_id=names[name], says=word, by=by)


def differing(**asked: str) -> list[OpenPair]:
    return conflicts(**asked, size=9).pairs


def unsure(**asked: str) -> list[OpenPair]:
    return unsure_pairs(**asked, size=9).pairs


def page(answer: HttpResponse) -> Element:
    assert answer.status_code == 200, answer.content
    return tree(answer.content.decode())


def test_what_is_drawn_is_what_the_plan_says(generation: str) -> None:
    task = made(states=(State.UNVERIFIED, State.CONFIRMED), levels=(ConfidenceRange(0, 60), ConfidenceRange(80, 100)))
    plan = plan_of(task.plan)
    assert [(level.name, level.population, level.drawn) for level in plan.levels] == [("0-0.6", 1, 1), ("0.8-1", 2, 2)]
    items = {item.image_id: item.level for item in task.items.all()}
    assert items == {TWO: "0-0.6", ONE: "0.8-1", FOUR: "0.8-1"}
    only = made(query=Query(subsets=frozenset({"validation"})))
    assert {item.image_id for item in only.items.all()} == {THREE, FOUR}
    hardest = made(order="hardest", states=(State.UNVERIFIED, State.CONFIRMED), per_level=2)
    assert [item.image_id for item in hardest.items.order_by("pk")] == [TWO, ONE]


def test_known_answers_are_mixed_in_and_never_counted(generation: str) -> None:
    task = made(states=(State.UNVERIFIED,), known=4)
    known = {item.image_id: item.known for item in task.items.exclude(known="")}
    assert known == {FOUR: "yes", THREE: "yes"}
    say(task, "ann", four="yes", three="no", one="yes")
    standing = standing_of(task)
    assert (standing.people["ann"].right, standing.people["ann"].known, standing.people["ann"].given) == (1, 2, 3)
    assert [level.answered for level in standing.levels] == [1]


def test_a_picture_goes_to_as_many_as_are_wanted_and_never_twice_to_one(generation: str) -> None:
    task = made(opinions=2)
    assert set(claimed(task, "ann")) == set(claimed(task, "ann")) == DOGS
    first = claimed(task, "bob", 2)
    assert len(first) == 2
    say(task, "ann", one="yes", two="yes", three="no", four="no")
    assert claimed(task, "ann") == []
    assert set(claimed(task, "bob")) == DOGS
    assert claimed(task, "carl") == [], "two people each are enough"
    with pytest.raises(actions.AlreadyDoneError, match="given to somebody else"):
        say(task, "carl", one="no")
    Claim.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert set(claimed(task, "carl")) == DOGS, "whose time is over loses them"
    with pytest.raises(actions.AlreadyDoneError, match="given to somebody else"):
        say(task, "bob", one="no")
    say(task, "carl", one="yes", two="no", three="unsure", four="no")
    with pytest.raises(actions.AlreadyDoneError, match="this task is over"):
        claimed(task, "dora")
    standing = standing_of(task)
    assert (standing.complete, standing.conflicts, standing.is_over) == (4, 1, True)
    assert {item.image_key: item.answer for item in standing.items}.keys()
    assert [(level.yes, level.no) for level in standing.levels] == [(1, 2)]


def test_an_opinion_can_be_changed_while_the_task_is_open_and_changes_nothing_in_the_data_set(generation: str) -> None:
    task = made()
    revision = DatasetState.objects.get().revision
    say(task, "ann", one="yes")
    say(task, "ann", one="no")
    assert [row.says for row in Opinion.objects.in_order()] == ["yes", "no"]
    assert standing_of(task).people["ann"].no == 1
    assert (DatasetState.objects.get().revision, Verdict.objects.count()) == (revision, 0)
    tasks.close_task(task=task, closed=True, by="rita")
    with pytest.raises(actions.AlreadyDoneError, match="closed"):
        say(task, "ann", one="yes")
    with pytest.raises(actions.AlreadyDoneError, match="already closed"):
        tasks.close_task(task=task, closed=True, by="rita")
    tasks.close_task(task=task, closed=False, by="rita")
    say(task, "ann", one="yes")


def test_a_hidden_picture_is_neither_given_out_nor_waited_for(generation: str) -> None:
    task = made(states=(State.UNVERIFIED,))
    actions.hide_image(image_id=ONE, by="rita", why="asked")
    assert claimed(task, "ann") == [TWO]
    with pytest.raises(actions.UnknownError):
        say(task, "ann", one="yes")
    say(task, "ann", two="yes")
    assert standing_of(task).is_over


def test_a_task_ends_when_its_interval_is_narrow_enough(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.domain.plans.MIN_VERIFIED", 1)
    task = made(width=499)
    say(task, "ann", one="yes", two="no", three="yes")
    assert standing_of(task).is_narrow
    with pytest.raises(actions.AlreadyDoneError, match="is over"):
        claimed(task, "bob")


def test_answers_are_adopted_as_a_batch_once_and_decisions_settle_conflicts(generation: str) -> None:
    task = made(opinions=2)
    say(task, "ann", one="yes", two="yes", three="unsure")
    say(task, "bob", one="yes", two="no", three="unsure")
    assert [(pair.image_id, [word.says for word in pair.words]) for pair in differing()] == [(TWO, ["yes", "no"])]
    assert [pair.image_id for pair in unsure(mid=DOG)] == [THREE]
    assert differing(mid=CAT) == []
    [batch] = tasks.adopt_answers(task=task, by="rita")
    assert [(row.image_id, row.says) for row in batch.verdicts] == [(ONE, "yes")]
    assert tasks.adopt_answers(task=task, by="rita") == [batch]
    tasks.decide_conflict(image_id=TWO, mid=DOG, says="no", by="rita", why="a fox")
    tasks.decide_conflict(image_id=THREE, mid=DOG, says="yes", by="rita")
    assert (differing(), unsure()) == ([], [])
    standing = standing_of(task)
    assert (standing.conflicts, [(level.yes, level.no) for level in standing.levels]) == (0, [(2, 1)])
    actions.give_verdict(image_id=TWO, mid=DOG, says="yes", by="carl")
    assert [pair.image_id for pair in differing()] == [TWO], "somebody differs since"
    tasks.decide_conflict(image_id=TWO, mid=DOG, says="no", by="rita")
    actions.give_verdict(image_id=TWO, mid=DOG, says="no", by="dora")
    assert differing() == [], "who agrees with a decision opens nothing that it has settled"


def test_agreement_counts_each_persons_newest_word_but_no_decisions(generation: str) -> None:
    task = made(opinions=3)
    say(task, "ann", one="yes", two="yes", three="no", four="yes")
    say(task, "bob", one="yes", two="no", three="yes", four="unsure")
    given = actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="bob")
    actions.give_verdict(image_id=THREE, mid=CAT, says="no", by="bob")
    tasks.decide_conflict(image_id=TWO, mid=DOG, says="no", by="ann")
    table = agreement_table()
    assert {pair: (one.pairs, one.differing) for pair, one in table.people.items()} == {("ann", "bob"): (3, 3)}
    assert {by: (one.pairs, one.differing) for by, one in table.raters.items()} == {"ann": (2, 1), "bob": (2, 0)}
    assert {mid: (one.pairs, one.differing) for mid, one in table.labels.items()} == {DOG: (3, 1), CAT: (1, 0)}
    actions.undo_verdict(verdict=given.pk, by="bob")
    assert agreement_table(mid=DOG).people["ann", "bob"].differing == 2
    assert agreement_table(mid=DOG, most=1).is_cut


WRONG = (
    ({"levels": "0.5-0.7, 0.6-1"}, "must not overlap"),
    ({"levels": "high"}, "must be a range such as 0.8-1"),
    ({"per_level": "0"}, "must be a whole number from 1 to 5000"),
    ({"state": ["maybe"]}, "must be some of confirmed"),
    ({"people": "nobody"}, "there is no account called"),
    ({"people": "curator", "opinions": "2"}, "need at least as many people"),
    ({"width": "99.99"}, "must be a per cent"),
    ({"label": "/m/none"}, "is not in the data set"),
    ({"query": "label=nonsense"}, "label"),
    ({"opinions": "10"}, "from 1 to 9"),
    ({"known": "4999"}, "at most 5,000 pictures"),
    ({"state": ["absent"]}, "no image has this label"),
)
FIELDS = {"name": "dogs", "label": "dog", "state": list(STATES), "per_level": "9", "order": "random", "opinions": "2"}


def test_a_wrong_plan_is_refused_and_says_why(generation: str) -> None:
    client = client_of("reviewer")
    User.objects.create_user("curator")
    for fields, fault in WRONG:
        answer = client.post("/tasks", FIELDS | fields)
        assert answer.status_code == 400, fields
        assert fault in tree(answer.content.decode()).words.lower(), fields
    assert not Task.objects.exists()
    assert not TaskItem.objects.exists()


def test_people_judge_on_a_sheet_that_tells_nothing_of_what_is_known(generation: str) -> None:
    reviewer, ann, bob = client_of("reviewer"), client_of("curator", "ann"), client_of("curator", "bob")
    actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="carl", why="secret")
    made_at = reviewer.post("/tasks", FIELDS | {"people": "ann bob", "order": "hardest", "levels": "0-1"})
    address = made_at["Location"]
    for client, by, says in ((ann, "ann", "yes"), (bob, "bob", "no")):
        assert page(client.get("/tasks")).one("tbody th a")["href"] == address
        sheet = client.post(f"{address}/claim")["Location"]
        assert sheet == f"{address}/sheet"
        shown = page(client.get(sheet))
        items = shown.each("ol [data-image]", "data-image")
        assert set(items) == DOGS
        listed = shown.one("ol").words
        assert not {"machine", "carl", "secret", "0.8", "ann"} & set(listed.split())
        assert not [link for link in shown.one("ol").addresses if link.startswith("/image/")]
        for image_id in items:
            answer = client.post(f"{address}/opinions", {"image": image_id, "says": says})
            assert answer["Location"] == sheet
        own = page(client.get(address))
        assert "4 of them yours" in own.words
        assert "Estimate" not in own.words
        assert len(task_lines(by, every=False, most=9)) == 1
    whole = page(reviewer.get(address))
    assert "Done: everything is judged" in whole.words
    assert "biased" in whole.words
    assert "Decide 4 conflicts" in whole.words
    assert reviewer.post(f"{address}/claim").status_code == 403, "for ann and bob alone"
    assert task_lines("reviewer", every=False, most=9) == []
    queue = page(reviewer.get(f"/conflicts?mid={DOG}"))
    assert len(queue.all("ol [data-image]")) == 4
    decided = reviewer.post("/conflicts/decide", {"image": TWO, "label": DOG, "says": "no", "next": "/conflicts"})
    assert (decided.status_code, decided["Location"]) == (303, "/conflicts")
    assert len(page(reviewer.get("/conflicts")).all("ol [data-image]")) == 3
    assert "ann and bob" in page(reviewer.get("/agreement")).words
    assert page(reviewer.get(f"/agreement?mid={DOG}")).one("h1").words == "Agreement on “ dog ”"


def test_pages_for_reviewers_are_closed_to_curators(generation: str) -> None:
    curator = client_of("curator")
    for address in ("/agreement", "/conflicts", "/unsure", "/tasks/new"):
        assert curator.get(address).status_code == 403
        assert Client().get(address).status_code == 303
    missing = "/tasks/00000000-0000-4000-8000-000000000000"
    assert (curator.get(missing).status_code, curator.get(f"{missing}/sheet").status_code) == (404, 404)
    assert client_of("reviewer").get("/conflicts?mid=/m/none").status_code == 400
    assert client_of("viewer").get("/tasks").status_code == 403

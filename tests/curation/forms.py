"""The forms of the site: the address of each, who may send it, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from browse.curation import actions, batches, bulk, tasks
from browse.domain.plans import TaskWish
from browse.models import AccessToken, BulkJob, Collection
from browse.query.values import STATES, Query, Term
from tests.curation.people import EVERYBODY
from tests.datasets import CAT, DOG, FIVE, ONE, SIX, TWO

VIEWERS = {"viewer", "curator", "reviewer"}
CURATORS = {"curator", "reviewer"}
REVIEWERS = {"reviewer"}
REVIEW = f"/review?mid={DOG}&seed=7"


@dataclass(frozen=True)
class Form:
    """A form: its address by name, who may send it, and its fields; `make` prepares what it needs."""

    name: str
    may: set[str]
    fields: Callable[[str], dict[str, Any]]
    arguments: Callable[[str], dict[str, Any]] = lambda by: {}


def own_collection(by: str) -> Collection:
    return actions.create_collection(name="dogs", by=by)


def with_one(by: str) -> dict[str, Any]:
    owned = own_collection(by)
    actions.add_to_collection(collection=owned.pk, image_id=ONE, by=by)
    return {"uid": owned.uid}


def job(by: str) -> BulkJob:
    return bulk.start_adding(collection=own_collection(by).pk, query=Query(label=(Term(DOG),)), by=by)


def view(by: str) -> dict[str, Any]:
    return {"view": actions.save_view(name="dogs", query="", by=by).view}


def verdict(by: str, why: str = "") -> dict[str, Any]:
    return {"verdict": actions.give_verdict(image_id=ONE, mid=DOG, says="no", by=by, why=why).pk, "next": REVIEW}


def token(by: str) -> dict[str, Any]:
    account = User.objects.filter(username=by).first() or User.objects.create_user(by)
    digest = f"{by} {AccessToken.objects.count()}"
    return {"uid": AccessToken.objects.create(account=account, digest=digest, expires=timezone.now()).uid}


def batch(by: str) -> dict[str, Any]:
    key = str(uuid4())
    rows = [batches.VerdictRow(image_id, DOG, "no", why=key) for image_id in (ONE, TWO)]
    return {"uid": batches.give_verdicts(rows=rows, by=by, key=key).uid}


def passed_over(by: str) -> dict[str, Any]:
    actions.pass_over(mid=DOG, review="review of unverified, random, 7", image_ids=[TWO], by=by)
    return {"next": REVIEW}


def hidden(by: str) -> dict[str, Any]:
    actions.hide_image(image_id=SIX, by=by, why="asked")
    return {"image_id": SIX}


def of_one(by: str) -> dict[str, Any]:
    return {"image_id": ONE}


def of_collection(by: str) -> dict[str, Any]:
    return {"uid": own_collection(by).uid}


WISH = TaskWish("dogs", DOG, Query(), STATES, (), per_level=9, seed=1, order="random")


def task(by: str) -> dict[str, Any]:
    return {"uid": tasks.make_task(WISH, by="rita").uid}


def judged(by: str) -> dict[str, Any]:
    made = tasks.make_task(WISH, by="rita")
    tasks.give_opinion(task=made, image_id=ONE, says="no", by="ann")
    return {"uid": made.uid}


FORMS = [
    Form("verdicts", CURATORS, lambda by: {"image": ONE, "label": DOG, "says": "no"}),
    Form("undo-verdict", CURATORS, verdict),
    Form("review-verdicts", CURATORS, lambda by: {"image": ONE, "says": "no", "next": REVIEW}),
    Form("review-undo", CURATORS, verdict),
    Form("review-next", CURATORS, lambda by: {"image": ONE, "next": REVIEW}),
    Form("review-again", CURATORS, passed_over),
    Form(
        "review-batch",
        CURATORS,
        lambda by: {"image": [ONE, TWO], "act": "no", "number": "2", "key": "k", "next": REVIEW},
    ),
    Form("review-batch-undo", CURATORS, lambda by: {"batch": batch(by)["uid"], "next": REVIEW}),
    Form("judge-selected", CURATORS, lambda by: {"image": [ONE, TWO], "label": CAT, "says": "no", "key": "s"}),
    Form("batch-undo", CURATORS, lambda by: {}, batch),
    Form(
        "tasks",
        REVIEWERS,
        lambda by: {"name": "t", "label": DOG, "state": list(STATES), "per_level": 2, "order": "random", "opinions": 1},
    ),
    Form("task-claim", CURATORS, lambda by: {}, task),
    Form("task-opinion", CURATORS, lambda by: {"image": ONE, "says": "no"}, task),
    Form("task-close", REVIEWERS, lambda by: {"act": "close"}, task),
    Form("task-adopt", REVIEWERS, lambda by: {}, judged),
    Form("decide", REVIEWERS, lambda by: {"image": ONE, "label": DOG, "says": "no"}),
    Form("token-revoke", VIEWERS, lambda by: {}, token),
    Form("flag", CURATORS, lambda by: {"reason": "privacy", "why": "a face"}, of_one),
    Form("license-check", CURATORS, lambda by: {"result": "gone"}, of_one),
    Form("hide", REVIEWERS, lambda by: {"why": "asked"}, lambda by: {"image_id": FIVE}),
    Form("unhide", REVIEWERS, lambda by: {"why": "a mistake"}, hidden),
    Form("collections", VIEWERS, lambda by: {"name": "dogs", "image": ONE}),
    Form("public-name", VIEWERS, lambda by: {"name": "Ann of the dogs"}),
    Form("collection-change", VIEWERS, lambda by: {"name": "hounds", "is_public": "1"}, of_collection),
    Form("collection-cover", VIEWERS, lambda by: {"image": ONE}, of_collection),
    Form("collection-delete", VIEWERS, lambda by: {}, of_collection),
    Form("collection-add", VIEWERS, lambda by: {"image": TWO}, of_collection),
    Form("collection-remove", VIEWERS, lambda by: {"image": ONE}, with_one),
    Form("add-all", VIEWERS, lambda by: {"query": f"label={DOG}", "name": "all dogs"}),
    Form("job-go-on", VIEWERS, lambda by: {}, lambda by: {"uid": job(by).uid}),
    Form("job-undo", VIEWERS, lambda by: {}, lambda by: {"uid": job(by).uid}),
    Form("views", VIEWERS, lambda by: {"query": f"label={DOG}", "name": "dogs"}),
    Form("view-change", VIEWERS, lambda by: {"name": "hounds"}, view),
    Form("view-delete", VIEWERS, lambda by: {}, view),
    Form("report", set(EVERYBODY), lambda by: {"why": "this is mine"}, of_one),
    Form("author-report", set(EVERYBODY), lambda by: {"why": "all mine"}, lambda by: {"key": "ann"}),
]
OF_TOKENS = {"tokens", "api-verdicts", "api-flags", "api-license-checks", "api-collection-items"}
"""For tokens, and from scripts that have one: tests/curation/test_tokens.py, tests/api/test_curation_api.py."""
OPEN = {"sign-in", "theme", "password", "password-set", "api-set-preview"}
OF_SETS = {"api-sets", "api-set-cancel", "api-set-resume", "sets", "set-new", "set-recipe", "set-cancel", "set-resume"}
"""For training sets, as JSON and from pages: tests/sets sends it."""
READ_BY = {
    **dict.fromkeys(("activity", "tasks", "task", "task-sheet", "judge-selected", "batch", "review"), CURATORS),
    **dict.fromkeys(
        ("all-activity", "activity-csv", "agreement", "conflicts", "unsure", "task-new", "hidden"), REVIEWERS
    ),
    **dict.fromkeys(("views", "view-new", "add-all", "job", "tokens"), VIEWERS),
}
"""The pages that are not for everybody, by name, and who reads them."""

"""Each form of the site: who may send it, what it writes, and what it says where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from browse import bulk, curation, reports
from browse.models import HISTORY, BulkJob, Collection, Flag, Hiding, LicenceCheck, SavedView, Verdict
from browse.query.values import Query, Term
from browse.urls import urlpatterns
from tests.curation.people import ANONYMOUS, EVERYBODY, client_of
from tests.datasets import CAT, DOG, FIVE, NOTHING, ONE, SIX, TWO

pytestmark = pytest.mark.django_db

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
    return curation.create_collection(name="dogs", by=by)


def with_one(by: str) -> dict[str, Any]:
    owned = own_collection(by)
    curation.add_to_collection(collection=owned.pk, image_id=ONE, by=by)
    return {"uid": owned.uid}


def job(by: str) -> BulkJob:
    return bulk.start_adding(collection=own_collection(by).pk, query=Query(label=(Term(DOG),)), by=by)


def view(by: str) -> dict[str, Any]:
    return {"view": curation.save_view(name="dogs", query="", by=by).view}


def verdict(by: str, why: str = "") -> dict[str, Any]:
    return {"verdict": curation.give_verdict(image_id=ONE, mid=DOG, says="no", by=by, why=why).pk, "next": REVIEW}


def hidden(by: str) -> dict[str, Any]:
    curation.hide_image(image_id=SIX, by=by, why="asked")
    return {"image_id": SIX}


def of_one(by: str) -> dict[str, Any]:
    return {"image_id": ONE}


def of_collection(by: str) -> dict[str, Any]:
    return {"uid": own_collection(by).uid}


FORMS = [
    Form("verdicts", CURATORS, lambda by: {"image": ONE, "label": DOG, "says": "no"}),
    Form("undo-verdict", CURATORS, verdict),
    Form("review-verdicts", CURATORS, lambda by: {"image": ONE, "says": "no", "next": REVIEW}),
    Form("review-undo", CURATORS, verdict),
    Form("flag", CURATORS, lambda by: {"reason": "privacy", "why": "a face"}, of_one),
    Form("licence-check", CURATORS, lambda by: {"result": "gone"}, of_one),
    Form("hide", REVIEWERS, lambda by: {"why": "asked"}, lambda by: {"image_id": FIVE}),
    Form("unhide", REVIEWERS, lambda by: {"why": "a mistake"}, hidden),
    Form("collections", VIEWERS, lambda by: {"name": "dogs", "image": ONE}),
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
]
OPEN = {"sign-in", "theme"}


def written() -> tuple[int, ...]:
    """How much there is of everything that a form may write."""
    jobs = [(one.state, one.seen) for one in BulkJob.objects.order_by("pk")]
    return (*(model.objects.count() for model in HISTORY), hash(tuple(jobs)))


def address(form: Form, by: str) -> str:
    return reverse(f"browse:{form.name}", kwargs=form.arguments(by))


@pytest.mark.parametrize("role", EVERYBODY)
def test_forms_are_taken_from_those_who_may_send_them_and_from_nobody_else(generation: str, role: str) -> None:
    client = client_of(role)
    for form in FORMS:
        target, fields = address(form, role), form.fields(role)
        before = written()
        answer = client.post(target, fields)
        if role in form.may:
            assert answer.status_code == 303, (form.name, answer.content.decode())
            assert written() != before, form.name
            continue
        assert written() == before, form.name
        if role == ANONYMOUS:
            assert (answer.status_code, answer["Location"].split("=")[0]) == (303, "/sign-in?next"), form.name
        else:
            assert answer.status_code == 403, form.name


def test_a_form_without_its_token_is_refused(generation: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of("reviewer").cookies
    for form in FORMS:
        target, fields = address(form, "reviewer"), form.fields("reviewer")
        before = written()
        assert strict.post(target, fields).status_code == 403, form.name
        assert written() == before, form.name


def test_every_address_that_takes_forms_stands_in_the_table(generation: str) -> None:
    member = client_of("reviewer", "rita")
    samples = {"image_id": ONE, "size": "m", "mid": DOG[1:], "rest": "x", "ending": "txt"}
    samples |= {"figure": "precision", "histogram": "authors"}
    samples |= dict.fromkeys(("uid", "view"), "00000000-0000-4000-8000-000000000000")
    taking = set()
    for pattern in urlpatterns:
        if not isinstance(pattern, URLPattern) or pattern.name in (None, "sign-out"):
            continue
        names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
        answer = member.post(reverse(f"browse:{pattern.name}", kwargs={name: samples[name] for name in names}))
        if answer.status_code != 405:
            taking.add(pattern.name)
    assert taking == {form.name for form in FORMS} | OPEN


def test_scripts_get_json_and_people_a_page_that_says_what_is_wrong(generation: str) -> None:
    client = client_of("curator")
    fields = {"image": ONE, "label": DOG, "says": "maybe"}
    page = client.post("/verdicts", fields)
    assert page.status_code == 400
    assert "must be one of yes, no, unsure" in page.content.decode()
    told = client.post("/verdicts", fields, headers={"Accept": "application/json"})
    assert told.json()["errors"] == [
        {"parameter": "says", "value": "maybe", "message": "must be one of yes, no, unsure"}
    ]
    good = client.post("/verdicts", fields | {"says": "no"}, headers={"Accept": "application/json"})
    assert (good.status_code, good.json()["says"]) == (200, "no")


WRONG = (
    ("/verdicts", {"image": "00000000000000ff", "label": DOG, "says": "no"}, 404),
    ("/verdicts", {"image": ONE, "label": "no such label", "says": "no"}, 404),
    ("/verdicts", {"image": ONE, "says": "no"}, 400),
    ("/verdicts/undo", {"verdict": "x"}, 400),
    ("/verdicts/undo", {"verdict": "99999"}, 404),
    (f"/image/{ONE}/flag", {"reason": "rights-holder"}, 400),
    (f"/image/{ONE}/flag", {"reason": "other", "why": "x" * 2001}, 400),
    ("/collections", {"name": "  "}, 400),
    ("/collections/add", {"name": "x", "query": "label=nonsense"}, 400),
    ("/review/verdicts", {"image": ONE, "says": "no", "next": "/review"}, 400),
    ("/views", {"name": "x", "query": "state=maybe"}, 400),
)


def test_what_cannot_be_taken_is_refused_and_leaves_nothing(generation: str) -> None:
    client = client_of("curator")
    before = written()
    for target, fields, status in WRONG:
        assert client.post(target, fields).status_code == status, (target, fields)
        assert written() == before


def test_forms_lead_nowhere_but_to_our_own_pages(generation: str) -> None:
    client = client_of("curator")
    for next_ in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "/a\nb"):
        answer = client.post("/verdicts", {"image": ONE, "label": DOG, "says": "no", "next": next_})
        assert answer["Location"].startswith("/image/"), next_


def test_a_label_is_named_by_mid_or_exact_name(generation: str) -> None:
    client = client_of("curator")
    client.post("/verdicts", {"image": ONE, "label": "senor anejo", "says": "yes"})
    assert Verdict.objects.get().mid == NOTHING


def test_reviewers_take_back_others_verdicts_and_curators_only_their_own(generation: str) -> None:
    given = verdict("ann")
    assert client_of("curator").post("/verdicts/undo", given).status_code == 403
    assert client_of("reviewer").post("/verdicts/undo", given).status_code == 303
    assert client_of("curator", "carl").post("/verdicts/undo", given).status_code == 403


def test_the_collections_and_views_of_others_stay_as_they_are(generation: str) -> None:
    theirs = curation.create_collection(name="theirs", by="ann", is_public=True)
    private = curation.create_collection(name="private", by="ann")
    kept = curation.save_view(name="theirs", query="", by="ann")
    begun = job("ann")
    client = client_of("viewer")
    assert client.post(f"/collections/{theirs.uid}/add", {"image": ONE}).status_code == 403
    assert client.post(f"/collections/{private.uid}/add", {"image": ONE}).status_code == 404
    assert client.get(f"/collections/{private.uid}").status_code == 404
    assert client.get(f"/collections/{private.uid}/credits").status_code == 404
    assert client.post(f"/views/{kept.view}/delete").status_code == 403
    assert client.post(f"/collections/jobs/{begun.uid}/go-on").status_code == 403
    assert client.get(f"/collections/jobs/{begun.uid}").status_code == 404


def test_hiding_leads_to_a_page_for_reviewers_from_which_it_is_shown_again(generation: str) -> None:
    reviewer, curator = client_of("reviewer"), client_of("curator")
    gone = reviewer.post(f"/image/{ONE}/hide", {"why": "asked by its author"})
    assert gone["Location"] == f"/image/{ONE}/hidden"
    assert "asked by its author" in reviewer.get(gone["Location"]).content.decode()
    assert curator.get(gone["Location"]).status_code == 403
    assert [client.get(f"/image/{ONE}").status_code for client in (reviewer, curator, Client())] == [404] * 3
    reviewer.post(f"/image/{ONE}/unhide", {"why": "a mistake"})
    assert Client().get(f"/image/{ONE}").status_code == 200
    assert reviewer.get(gone["Location"]).status_code == 404
    assert Hiding.objects.count() == 2


def test_a_report_needs_no_account_lands_in_the_queue_and_is_limited(generation: str) -> None:
    client = Client()
    for number in range(reports.MOST_FROM_ONE):
        assert (
            client.post(f"/image/{ONE}/report", {"why": f"mine {number}", "contact": "a@example.org"}).status_code
            == 303
        )
    refused = client.post(f"/image/{TWO}/report", {"why": "mine"})
    assert refused.status_code == 429
    other = client.post(f"/image/{TWO}/report", {"why": "mine"}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 303
    flag = Flag.objects.in_order().first()
    assert (flag.reason, flag.by, flag.why, flag.contact) == ("rights-holder", "", "mine 0", "a@example.org")
    assert Flag.objects.count() == reports.MOST_FROM_ONE + 1


def test_who_stands_before_us_says_whom_they_pass_on_and_others_are_not_believed(generation: str) -> None:
    def send(**extra: str) -> int:
        return Client().post(f"/image/{ONE}/report", {"why": "mine"}, **extra).status_code

    for number in range(reports.MOST_FROM_ONE):
        assert send(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}", REMOTE_ADDR="192.0.2.9") == 303
    assert send(HTTP_X_FORWARDED_FOR="198.51.100.99", REMOTE_ADDR="192.0.2.9") == 429
    assert send(HTTP_X_FORWARDED_FOR="192.0.2.9, 198.51.100.99", REMOTE_ADDR="127.0.0.1") == 303


def test_a_licence_check_is_told_in_place_of_not_checked(generation: str) -> None:
    client = client_of("curator")
    assert "not checked since" in client.get(f"/image/{ONE}").content.decode()
    fields = {
        "result": "other",
        "observed": "https://creativecommons.org/licenses/by-nc/2.0/",
        "where": "https://flickr.com/1",
    }
    client.post(f"/image/{ONE}/licence-check", fields)
    text = Client().get(f"/image/{ONE}").content.decode()
    assert "not checked since" not in text
    assert "when its page said CC BY-NC 2.0" in text
    assert LicenceCheck.objects.get().by == "curator"


def test_a_saved_view_keeps_the_canonical_query(generation: str) -> None:
    client = client_of("viewer")
    client.post("/views", {"query": f"state=rejected&label={DOG}&label={CAT}", "name": "odd", "note": "look"})
    assert SavedView.objects.get().query == f"label={DOG}&label={CAT}&state=rejected"
    assert f"/?label={DOG}&amp;label={CAT}&amp;state=rejected" in client.get("/views").content.decode()


def test_pages_for_members_lead_others_to_sign_in_and_back(generation: str) -> None:
    for target in ("/views", f"/views/new?label={DOG}", REVIEW, f"/collections/add?label={DOG}"):
        answer = Client().get(target)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (303, "/sign-in")

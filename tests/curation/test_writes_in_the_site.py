"""Each form of the site: who may send it, what it writes, and what it says where it cannot."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from browse.curation import actions, reports
from browse.domain.image_ids import key_from_image_id
from browse.models import (
    HISTORY,
    AccessToken,
    BulkJob,
    Claim,
    Flag,
    Hiding,
    LicenseCheck,
    PassedOver,
    SavedView,
    Verdict,
)
from browse.requests.client_address import network_of
from browse.urls import urlpatterns
from tests.curation.forms import FORMS, OF_SETS, OF_TOKENS, OPEN, READ_BY, REVIEW, Form, job, verdict
from tests.curation.people import ANONYMOUS, EVERYBODY, client_of
from tests.datasets import CAT, DOG, NOTHING, ONE, TWO

pytestmark = pytest.mark.django_db


SAMPLES = {
    "image_id": ONE,
    "size": "m",
    "mid": DOG[1:],
    "rest": "x",
    "ending": "txt",
    "name": "x",
    "status": "pending",
    "key": "ann",
    "number": 1,
    "comparison": "v3-v7",
    "figure": "precision",
    "histogram": "authors",
    "uidb64": "MQ",
    "token": "set-password",
    **dict.fromkeys(("uid", "view"), "00000000-0000-4000-8000-000000000000"),
}
"""A value for each part of an address that varies."""


def written() -> tuple[int, ...]:
    """How much there is of everything that a form may write."""
    jobs = [(one.state, one.seen) for one in BulkJob.objects.order_by("pk")]
    revoked = AccessToken.objects.exclude(revoked=None).count()
    return (*(model.objects.count() for model in (*HISTORY, PassedOver, Claim)), hash(tuple(jobs)), revoked)


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


def addresses() -> dict[str, str]:
    """Every address of the site by its name, with a value for each part that varies."""
    found = {}
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and pattern.name not in (None, "sign-out"):
            names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
            found[pattern.name] = reverse(f"browse:{pattern.name}", kwargs={name: SAMPLES[name] for name in names})
    return found


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_page_is_read_by_those_whom_it_is_for_and_by_nobody_else(generation: str, role: str) -> None:
    """Who has no account is sent to all pages; the others to those that not all may read."""
    client, known = client_of(role), addresses()
    names = [name for name in known if "thumbnail" not in name] if role == ANONYMOUS else READ_BY
    refused = {name for name in names if is_refused(client.get(known[name]))}
    assert refused == {name for name, groups in READ_BY.items() if role not in groups}


def is_refused(answer: HttpResponse) -> bool:
    leads_away = answer.status_code == 303 and answer["Location"].startswith("/sign-in?next")
    return leads_away or answer.status_code == 403


def test_every_address_that_takes_forms_stands_in_the_table(generation: str) -> None:
    member = client_of("reviewer", "rita")
    taking = {name for name, target in addresses().items() if member.post(target).status_code != 405}
    assert taking == {form.name for form in FORMS} | OPEN | OF_SETS | OF_TOKENS


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
    theirs = actions.create_collection(name="theirs", by="ann", is_public=True)
    private = actions.create_collection(name="private", by="ann")
    kept = actions.save_view(name="theirs", query="", by="ann")
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


def test_a_report_has_a_reason_and_a_number_that_only_its_sender_is_told(generation: str) -> None:
    sent = Client().post(f"/image/{ONE}/report", {"why": "a face", "reason": "privacy"})
    flag = Flag.objects.get()
    assert (flag.reason, sent["Location"]) == ("privacy", f"/image/{ONE}/report?sent={flag.uid}")
    page = Client().get(sent["Location"]).content.decode()
    assert f"number <b>{flag.pk}</b> (privacy" in page
    for address in (f"/image/{TWO}/report?sent={flag.uid}", f"/image/{ONE}/report?sent={uuid4()}"):
        assert "Thank you" not in Client().get(address).content.decode()
    assert Client().get(f"/image/{ONE}/report?sent=1").status_code == 400
    assert Client().post(f"/image/{ONE}/report", {"why": "x", "reason": "broken"}).status_code == 400
    assert Flag.objects.count() == 1


def test_who_stands_before_us_says_whom_they_pass_on_and_others_are_not_believed(generation: str) -> None:
    def send(**extra: str) -> int:
        return Client().post(f"/image/{ONE}/report", {"why": "mine"}, **extra).status_code

    for number in range(reports.MOST_FROM_ONE):
        assert send(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}", REMOTE_ADDR="192.0.2.9") == 303
    assert send(HTTP_X_FORWARDED_FOR="198.51.100.99", REMOTE_ADDR="192.0.2.9") == 429
    assert send(HTTP_X_FORWARDED_FOR="192.0.2.9, 198.51.100.99", REMOTE_ADDR="127.0.0.1") == 303


def test_a_refused_report_keeps_what_was_typed(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_IN_ALL", 0)
    fields = {"why": "mine </textarea><b>", "contact": 'a"@example.org'}
    refused = Client().post(f"/image/{ONE}/report", fields)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    text = refused.content.decode()
    assert "Too many reports within an hour" in text
    assert ">mine &lt;/textarea&gt;&lt;b&gt;</textarea>" in text
    assert 'value="a&quot;@example.org"' in text
    assert Flag.objects.count() == 0
    asked = Client().post(f"/image/{ONE}/report", fields, headers={"Accept": "application/json"})
    assert (asked.status_code, "errors" in asked.json()) == (429, True)


def report_all(senders: list[str]) -> list[str]:
    """Whoever of these could report; each on an image that is reported no more than that."""
    taken = []
    for sender in senders:
        try:
            reports.note_report(image_id=ONE, sender=sender, why="mine")
        except reports.TooManyReportsError:
            continue
        taken.append(sender)
    return taken


@pytest.mark.parametrize(
    "few",
    [
        [f"10.{number}.0.1" for number in range(40)],
        [f"192.0.2.{number}" for number in range(40)],
        [str(network_of(f"2001:db8:1:{number:x}::1")) for number in range(40)],
    ],
    ids=["forty addresses", "an IPv4 network", "an IPv6 network"],
)
def test_a_few_addresses_do_not_use_up_the_hour(
    generation: str, monkeypatch: pytest.MonkeyPatch, few: list[str]
) -> None:
    monkeypatch.setattr(reports, "MOST_ON_ONE_IMAGE", 10_000)
    assert len(few) * (reports.MOST_FROM_ONE + 1) > reports.MOST_IN_ALL
    for _ in range(reports.MOST_FROM_ONE + 1):
        report_all(few)
    others = [f"198.51.{number}.7" for number in range(20)]
    assert report_all(others) == others


def test_there_is_a_bound_on_all_reports_of_an_hour(generation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_ON_ONE_IMAGE", 10_000)
    many = [f"10.{number}.0.1" for number in range(250)]
    assert report_all(many) == many[: reports.MOST_IN_ALL]


@pytest.mark.parametrize(
    "address", ["/labels?q=é", "/\u2028", "/labels?q=\u2029x", "/a b", "/\r\nX: y", "/\U0001f600", "/\x85"]
)
def test_addresses_to_go_on_to_are_visible_ascii(generation: str, address: str) -> None:
    assert Client().post("/theme", {"theme": "dark", "next": address})["Location"] == "/"
    client = client_of("viewer")
    assert client.get("/sign-in", {"next": address})["Location"] == "/"
    assert client.post("/sign-out", {"next": address})["Location"] == "/"


def test_a_license_check_is_told_in_place_of_not_checked(generation: str) -> None:
    client = client_of("curator")
    assert "not checked since" in client.get(f"/image/{ONE}").content.decode()
    fields = {
        "result": "other",
        "observed": "https://creativecommons.org/licenses/by-nc/2.0/",
        "where": "https://flickr.com/1",
    }
    client.post(f"/image/{ONE}/license-check", fields)
    text = Client().get(f"/image/{ONE}").content.decode()
    assert "not checked since" not in text
    assert "when its page said CC BY-NC 2.0" in text
    assert LicenseCheck.objects.get().by == "curator"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"result": "other"}, "needs the license that was seen"),
        ({"result": "other", "observed": "CC BY 2.0"}, "as listed"),
        ({"result": "as-listed", "observed": "All rights reserved"}, "is not the license that the data set lists"),
        ({"result": "gone", "observed": "CC BY 2.0"}, "leave the license seen empty"),
    ],
)
def test_a_license_check_that_contradicts_itself_is_refused(
    generation: str, fields: dict[str, str], fault: str
) -> None:
    client = client_of("reviewer")
    answer = client.post(f"/image/{ONE}/license-check", fields)
    assert answer.status_code == 400
    assert fault in answer.content.decode()
    assert not LicenseCheck.objects.exists()
    assert "not checked since" in client.get(f"/image/{ONE}").content.decode()


def test_an_older_check_without_the_license_seen_claims_nothing_about_its_page(generation: str) -> None:
    LicenseCheck.objects.create(image_key=key_from_image_id(ONE), result="other", by="ann")
    text = Client().get(f"/image/{ONE}").content.decode()
    assert "named no licen" not in text
    assert "when a different license was seen" in text


def test_a_saved_view_keeps_the_canonical_query(generation: str) -> None:
    client = client_of("viewer")
    client.post("/views", {"query": f"state=rejected&label={DOG}&label={CAT}", "name": "odd", "note": "look"})
    assert SavedView.objects.get().query == f"label={DOG}&label={CAT}&state=rejected"
    assert f"/?label={DOG}&amp;label={CAT}&amp;state=rejected" in client.get("/views").content.decode()


def test_pages_for_members_lead_others_to_sign_in_and_back(generation: str) -> None:
    for target in ("/views", f"/views/new?label={DOG}", REVIEW, f"/collections/add?label={DOG}"):
        answer = Client().get(target)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (303, "/sign-in")
